/** Count, mean and standard deviation of the values that are not NaN. */
export interface Moments {
  readonly count: number;
  /** NaN without values. */
  readonly mean: number;
  /** Population standard deviation (divided by n). */
  readonly std: number;
}

/** Welford's (1962) one-pass update: no digits are lost where the mean is far from 0. */
export function moments(values: ArrayLike<number>): Moments {
  let count = 0;
  let mean = 0;
  let squares = 0;
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i]!;
    if (Number.isNaN(value)) continue;
    count += 1;
    const delta = value - mean;
    mean += delta / count;
    squares += delta * (value - mean);
  }
  return count === 0
    ? { count, mean: Number.NaN, std: Number.NaN }
    : { count, mean, std: Math.sqrt(squares / count) };
}
