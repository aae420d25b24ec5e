import type { ColumnProfile } from './profile.ts';

/** Probabilities of `ColumnProfile.numeric.quantiles`. */
export const profileProbabilities = [0, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1] as const;

/** Bins of a profile's histogram. */
const bins = 20;

/** Quantile by linear interpolation between order statistics (Hyndman & Fan 1996, type 7: numpy's default). */
export function sortedQuantile(sorted: Float64Array, probability: number): number {
  const position = (sorted.length - 1) * probability;
  const below = Math.floor(position);
  const low = sorted[below]!;
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!;
  const share = position - below;
  return share === 0 ? low : low * (1 - share) + high * share;
}

function meanOf(sorted: Float64Array): number {
  let sum = 0;
  let lost = 0;
  for (const value of sorted) {
    const term = value / sorted.length - lost;
    const next = sum + term;
    lost = next - sum - term;
    sum = next;
  }
  return sum;
}

/** Sample standard deviation (n − 1), two passes; 0 for one value. Scaled so that large values do not overflow. */
function stdOf(sorted: Float64Array, mean: number): number {
  const n = sorted.length;
  const unit = Number.isFinite(sorted[n - 1]! - sorted[0]!) ? 1 : 0.5;
  const middle = mean * unit;
  const scale = Math.max(Math.abs(sorted[0]! * unit - middle), Math.abs(sorted[n - 1]! * unit - middle));
  if (n < 2 || scale === 0) return 0;
  let sum = 0;
  for (const value of sorted) {
    const far = (value * unit - middle) / scale;
    sum += far * far;
  }
  return Math.min(Number.MAX_VALUE, (scale / unit) * Math.sqrt(sum / (n - 1)));
}

/** `bins + 1` equal-width edges between the extremes; one bin where they are equal. */
function edgesBetween(min: number, max: number): number[] {
  if (min === max) return [min, max];
  const edges = Array.from({ length: bins + 1 }, (_, i) => min * (1 - i / bins) + max * (i / bins));
  edges[0] = min;
  edges[bins] = max;
  return edges;
}

/**
 * How many sorted values fall in each bin `[edge, next edge)`; the last bin holds its upper edge too. Values outside
 * the edges are not counted.
 */
export function countBetween(sorted: Float64Array, edges: readonly number[]): number[] {
  const counts = new Array<number>(edges.length - 1).fill(0);
  const last = counts.length - 1;
  let bin = 0;
  for (const value of sorted) {
    if (value < edges[0]! || value > edges[last + 1]!) continue;
    while (bin < last && value >= edges[bin + 1]!) bin += 1;
    counts[bin] = counts[bin]! + 1;
  }
  return counts;
}

/** The finite values of a number or time column in rising order. */
export function sortedFinite(values: Float64Array): Float64Array {
  const kept = new Float64Array(values.length);
  let n = 0;
  for (const value of values) if (value - value === 0) kept[n++] = value;
  return kept.subarray(0, n).sort();
}

/**
 * Moments, quantiles, zeros and histogram of the finite values. Computed over the sorted values, so that the order of
 * the rows changes no bit of it. `undefined` where there is no finite value.
 */
export function numericProfile(sorted: Float64Array): ColumnProfile['numeric'] {
  const n = sorted.length;
  if (n === 0) return undefined;
  const min = sorted[0]! + 0;
  const max = sorted[n - 1]! + 0;
  const mean = min === max ? min : meanOf(sorted);
  const edges = edgesBetween(min, max);
  let zeros = 0;
  for (const value of sorted) if (value === 0) zeros += 1;
  return {
    min,
    max,
    mean,
    std: stdOf(sorted, mean),
    quantiles: profileProbabilities.map((probability) => sortedQuantile(sorted, probability) + 0),
    zeros,
    histogram: { edges, counts: countBetween(sorted, edges) },
  };
}
