/** The finite values, ascending; `-0` counts as `0`, so that JSON keeps them. Missing and infinite ones are left out. */
export function sortedFinite(values: Float64Array): Float64Array {
  const kept = new Float64Array(values.length);
  let count = 0;
  for (const value of values) if (Number.isFinite(value)) kept[count++] = value + 0;
  return kept.subarray(0, count).sort();
}

/** Smallest and largest finite value and how many there are; 0, 0 where there is none. */
export function finiteRange(values: Float64Array): { low: number; high: number; count: number } {
  let low = Infinity;
  let high = -Infinity;
  let count = 0;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    count += 1;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return count === 0 ? { low: 0, high: 0, count } : { low, high, count };
}

/** Are there missing values? */
export function hasMissing(values: Float64Array): boolean {
  return values.some(Number.isNaN);
}

/**
 * Mean and population standard deviation (divided by n) of the finite values, in two passes over values scaled by
 * the largest magnitude, so that neither overflows. A constant column has exactly 0; none at all gives 0, 0.
 */
export function moments(values: Float64Array): { mean: number; std: number } {
  const { low, high, count } = finiteRange(values);
  if (low === high) return { mean: low, std: 0 };
  const scale = Math.max(Math.abs(low), Math.abs(high));
  let sum = 0;
  for (const value of values) if (Number.isFinite(value)) sum += value / scale;
  const mean = sum / count;
  let squares = 0;
  for (const value of values) if (Number.isFinite(value)) squares += (value / scale - mean) ** 2;
  return { mean: mean * scale, std: Math.sqrt(squares / count) * scale };
}

/** `low + share·(high − low)`, exact where both are equal, without overflow. */
export function between(low: number, high: number, share: number): number {
  const width = high - low;
  return Number.isFinite(width) ? low + width * share : low * (1 - share) + high * share;
}

/** Where a value stands between two bounds, 0 at `low` and 1 at `high`; without overflow. `low < high`. */
export function shareBetween(value: number, low: number, high: number): number {
  const width = high - low;
  return Number.isFinite(width) ? (value - low) / width : (value / 2 - low / 2) / (high / 2 - low / 2);
}

/** Quantile of ascending values by linear interpolation (type 7 of Hyndman and Fan 1996); 0 where there is none. */
export function quantile(sorted: Float64Array, probability: number): number {
  if (sorted.length === 0) return 0;
  const at = (sorted.length - 1) * probability;
  const below = Math.floor(at);
  const above = Math.min(below + 1, sorted.length - 1);
  return between(sorted[below]!, sorted[above]!, at - below);
}

/** Runs of equal values of an ascending array: each different value and how often it stands there. */
export function runs(sorted: Float64Array): { values: Float64Array; counts: Int32Array } {
  const values = new Float64Array(sorted.length);
  const counts = new Int32Array(sorted.length);
  let last = -1;
  for (const value of sorted) {
    if (last < 0 || values[last] !== value) values[++last] = value;
    counts[last]! += 1;
  }
  return { values: values.subarray(0, last + 1), counts: counts.subarray(0, last + 1) };
}

/** How many of the ascending `edges` are ≤ value (binary search). */
export function countAtMost(edges: Float64Array, value: number): number {
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (edges[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A number in a feature's name: at most six significant digits. */
export const shortNumber = (value: number): string => String(Number(value.toPrecision(6)));
