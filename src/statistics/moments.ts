/** Number, extremes, mean and standard deviation of the finite values; all but `count` are NaN where there is none. */
export interface Moments {
  readonly count: number;
  readonly mean: number;
  /** Population standard deviation (divided by n); exactly 0 where all values are equal. */
  readonly std: number;
}

/** Smallest and largest finite value and how many there are; NaN where there is none. */
export interface FiniteRange {
  readonly count: number;
  readonly low: number;
  readonly high: number;
}

/** Missing and infinite values are left out. */
export function finiteRange(values: ArrayLike<number>): FiniteRange {
  let low = Infinity;
  let high = -Infinity;
  let count = 0;
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i]!;
    if (!Number.isFinite(value)) continue;
    count += 1;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return count === 0 ? { count, low: Number.NaN, high: Number.NaN } : { count, low, high };
}

/**
 * Mean and standard deviation in two passes over values scaled by the largest magnitude: neither overflows, and no
 * digits are lost where the mean is far from 0.
 *
 * @param range where it is known, as of sorted values
 * @example moments([1, 2, 4, 8, 100]).mean === 23
 */
export function moments(values: ArrayLike<number>, range: FiniteRange = finiteRange(values)): Moments {
  const { count, low, high } = range;
  if (count === 0) return { count, mean: Number.NaN, std: Number.NaN };
  if (low === high) return { count, mean: low, std: 0 };
  const scale = Math.max(Math.abs(low), Math.abs(high));
  let sum = 0;
  for (let i = 0; i < values.length; i += 1) if (Number.isFinite(values[i])) sum += values[i]! / scale;
  const mean = sum / count;
  let squares = 0;
  for (let i = 0; i < values.length; i += 1)
    if (Number.isFinite(values[i])) squares += (values[i]! / scale - mean) ** 2;
  return { count, mean: mean * scale, std: Math.sqrt(squares / count) * scale };
}

/** Standard deviation of the population that values were drawn from (divided by n − 1); 0 for a single value. */
export function sampleStd({ count, std }: Moments): number {
  return count === 1 ? 0 : Math.min(Number.MAX_VALUE, std * Math.sqrt(count / (count - 1)));
}
