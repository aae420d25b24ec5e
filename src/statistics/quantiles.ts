import { sortDoubles } from './sortDoubles.ts';

/** `low + share·(high − low)`, exact where both are equal, without overflow. */
export function between(low: number, high: number, share: number): number {
  if (share === 0) return low;
  const width = high - low;
  return Number.isFinite(width) ? low + width * share : low * (1 - share) + high * share;
}

/**
 * Quantile of ascending values by linear interpolation between order statistics (type 7 of Hyndman & Fan 1996: the
 * default of R and NumPy). NaN without values.
 *
 * @example quantile([1, 2, 4, 8, 16], 0.1) === 1.4
 */
export function quantile(ascending: ArrayLike<number>, probability: number): number {
  const n = ascending.length;
  if (n === 0) return Number.NaN;
  const position = Math.min(1, Math.max(0, probability)) * (n - 1);
  const below = Math.floor(position);
  const high = ascending[Math.min(n - 1, below + 1)]!;
  return between(ascending[below]!, high, position - below);
}

function sortedWhere(values: ArrayLike<number>, isKept: (value: number) => boolean): Float64Array {
  const kept = new Float64Array(values.length);
  let n = 0;
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i]!;
    if (isKept(value)) kept[n++] = value + 0;
  }
  return sortDoubles(kept.subarray(0, n));
}

/** The values that are not NaN, ascending; `-0` counts as `0`, so that JSON keeps them. */
export const sortedPresent = (values: ArrayLike<number>): Float64Array =>
  sortedWhere(values, (value) => !Number.isNaN(value));

/** The finite values, ascending; `-0` counts as `0`. Missing and infinite ones are left out. */
export const sortedFinite = (values: ArrayLike<number>): Float64Array => sortedWhere(values, Number.isFinite);

/** Runs of equal values of an ascending array: each different value and how often it stands there. */
export function runs(ascending: Float64Array): { values: Float64Array; counts: Int32Array } {
  const values = new Float64Array(ascending.length);
  const counts = new Int32Array(ascending.length);
  let last = -1;
  for (let at = 0; at < ascending.length; at += 1) {
    const value = ascending[at]!;
    if (last < 0 || values[last] !== value) values[++last] = value;
    counts[last]! += 1;
  }
  return { values: values.subarray(0, last + 1), counts: counts.subarray(0, last + 1) };
}

/** At most `size` evenly spaced order statistics (the middle of each of `size` equal runs). */
export function orderStatistics(ascending: Float64Array, size: number): Float64Array {
  const n = ascending.length;
  if (n <= size) return ascending;
  const sample = new Float64Array(size);
  for (let i = 0; i < size; i += 1) sample[i] = ascending[Math.floor(((i + 0.5) * n) / size)]!;
  return sample;
}

/** Inner cut points that split ascending values into up to `bins` parts of equal mass; duplicates are merged. */
export function quantileCuts(ascending: Float64Array, bins: number): number[] {
  const cuts: number[] = [];
  for (let i = 1; i < bins; i += 1) {
    const cut = quantile(ascending, i / bins);
    const lowest = cuts.at(-1) ?? ascending[0];
    if (lowest !== undefined && cut > lowest) cuts.push(cut);
  }
  return cuts;
}
