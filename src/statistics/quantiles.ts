/**
 * Quantile of ascending values by linear interpolation between order statistics (type 7 of Hyndman & Fan 1996: the
 * default of R and NumPy). NaN without values.
 */
export function quantile(ascending: ArrayLike<number>, probability: number): number {
  const n = ascending.length;
  if (n === 0) return Number.NaN;
  const position = Math.min(1, Math.max(0, probability)) * (n - 1);
  const below = Math.floor(position);
  const low = ascending[below]!;
  const high = ascending[Math.min(n - 1, below + 1)]!;
  return low + (high - low) * (position - below);
}

/** The values that are not NaN, ascending. */
export function sortedPresent(values: ArrayLike<number>): Float64Array {
  const present = new Float64Array(values.length);
  let n = 0;
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i]!;
    if (!Number.isNaN(value)) present[n++] = value;
  }
  return present.subarray(0, n).sort();
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
