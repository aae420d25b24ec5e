import { countSorted, equalWidthCuts } from '../statistics/histogram.ts';
import { moments, sampleStd } from '../statistics/moments.ts';
import { quantile } from '../statistics/quantiles.ts';
import type { ColumnProfile } from './profile.ts';

/** Probabilities of `ColumnProfile.numeric.quantiles`. */
export const profileProbabilities = [0, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1] as const;

/** Bins of a profile's histogram. */
const bins = 20;

/** How many ascending values fall in each bin `[edge, next edge)`; the last bin holds all from its lower edge on. */
export const countBetween = (ascending: Float64Array, edges: readonly number[]): number[] => [
  ...countSorted(ascending, edges.slice(1, -1)),
];

/**
 * Moments, quantiles, zeros and histogram of the finite values. Computed over the sorted values, so that the order of
 * the rows changes no bit of it. `undefined` where there is no finite value.
 */
export function numericProfile(sorted: Float64Array): ColumnProfile['numeric'] {
  const n = sorted.length;
  if (n === 0) return undefined;
  const [min, max] = [sorted[0]!, sorted[n - 1]!];
  const own = moments(sorted, { count: n, low: min, high: max });
  const edges = [min, ...equalWidthCuts(min, max, bins), max];
  return {
    min,
    max,
    mean: own.mean,
    std: sampleStd(own),
    quantiles: profileProbabilities.map((probability) => quantile(sorted, probability)),
    // From 0 to the smallest number above it.
    zeros: countSorted(sorted, [0, Number.MIN_VALUE])[1]!,
    histogram: { edges, counts: countBetween(sorted, edges) },
  };
}
