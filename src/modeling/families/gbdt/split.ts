import type { PlacedFeature } from './binning.ts';
import { categorySplit } from './categorySplit.ts';
import type { Histogram } from './histogram.ts';
import type { LeafSums, Split } from './leaf.ts';
import { numberSplit } from './numberSplit.ts';
import type { GbdtParameters } from './parameters.ts';

/** Smallest sum of curvature in a leaf. */
const leastCurvature = 1e-3;

/** The best split of a leaf over the columns that may be split on; null where none gains. */
export function bestSplit(
  features: readonly PlacedFeature[],
  allowed: readonly number[],
  histogram: Histogram,
  leaf: LeafSums,
  parameters: GbdtParameters,
  monotone: Int8Array,
): Split | null {
  const rowsPerCurvature = leaf.rows / leaf.curvature;
  const rules = {
    lambda: parameters.lambda,
    least: Math.max(leastCurvature, (parameters.min_data_in_leaf - 0.5) / rowsPerCurvature),
    rowsPerCurvature,
    monotone: 0,
    leaf,
  };
  if (!(leaf.curvature >= 2 * rules.least)) return null;
  let best: Split | null = null;
  const before = leaf.gradient ** 2 / (leaf.curvature + parameters.lambda);
  let bar = before * (1 + 1e-12) + 1e-12;
  for (const position of allowed) {
    const feature = features[position]!;
    const sign = monotone[position]!;
    const own = sign === 0 ? rules : { ...rules, monotone: sign };
    const found =
      feature.kind === 'number'
        ? numberSplit(feature, histogram, own, bar)
        : categorySplit(feature, histogram, own, parameters, bar);
    if (found === null) continue;
    bar = found.gain;
    best = { ...found, feature: position };
  }
  return best === null ? null : { ...best, gain: best.gain - before };
}
