import type { PlacedFeature } from './binning.ts';
import type { Histogram } from './histogram.ts';
import type { Split, SplitRules } from './leaf.ts';
import type { GbdtParameters } from './parameters.ts';

type Found = Omit<Split, 'feature'>;

/** Rows that are added to a side of sorted categories before it is looked at again. */
const rowsPerStep = 100;

/** Twice the loss that two sides take off; bounds of monotone splits above are kept. */
function gainOf(gl: number, hl: number, gr: number, hr: number, ridge: number, { leaf }: SplitRules): number {
  if (leaf.low === -Infinity && leaf.high === Infinity)
    return (gl * gl) / (hl + ridge) + (gr * gr) / (hr + ridge);
  const left = Math.min(Math.max(-gl / (hl + ridge), leaf.low), leaf.high);
  const right = Math.min(Math.max(-gr / (hr + ridge), leaf.low), leaf.high);
  return -(2 * gl * left + (hl + ridge) * left * left) - (2 * gr * right + (hr + ridge) * right * right);
}

/** Few categories: each against all others. */
function oneAgainstRest(
  { base, bins }: PlacedFeature,
  histogram: Histogram,
  rules: SplitRules,
  bar: number,
): Found | null {
  const { gradient, curvature } = rules.leaf;
  let best: Found | null = null;
  for (let bin = 1; bin < bins; bin += 1) {
    const gl = histogram[2 * (base + bin)]!;
    const hl = histogram[2 * (base + bin) + 1]!;
    if (hl < rules.least || curvature - hl < rules.least) continue;
    const gain = gainOf(gl, hl, gradient - gl, curvature - hl, rules.lambda, rules);
    if (gain <= (best?.gain ?? bar)) continue;
    best = { gain, bin: 0, missingLeft: false, bins: [bin], leftGradient: gl, leftCurvature: hl };
  }
  return best;
}

/** Bins with enough rows, by mean gradient drawn to 0, lowest first; the lower bin first where it is the same. */
function sortedBins(
  { base, bins }: PlacedFeature,
  histogram: Histogram,
  leastCurvature: number,
  smooth: number,
): { readonly order: number[]; readonly key: Float64Array } {
  const key = new Float64Array(bins);
  const order: number[] = [];
  for (let bin = 1; bin < bins; bin += 1) {
    const at = 2 * (base + bin);
    if (histogram[at + 1]! < leastCurvature) continue;
    key[bin] = histogram[at]! / (histogram[at + 1]! + smooth);
    order.push(bin);
  }
  if (order.length > 48) return { order: order.sort((a, b) => key[a]! - key[b]! || a - b), key };
  for (let i = 1; i < order.length; i += 1) {
    const bin = order[i]!;
    let j = i - 1;
    for (; j >= 0 && key[order[j]!]! > key[bin]!; j -= 1) order[j + 1] = order[j]!;
    order[j + 1] = bin;
  }
  return { order, key };
}

/**
 * Categories sorted by their mean gradient: for a convex loss the best split in two is one of the sorted order (Fisher
 * 1958). Sides grow from both ends, by steps that are worth it, up to so many categories. What is missing, unseen or rare
 * goes right.
 */
function sortedSides(
  feature: PlacedFeature,
  histogram: Histogram,
  rules: SplitRules,
  { cat_smooth, cat_l2, max_cat_threshold }: GbdtParameters,
  bar: number,
): Found | null {
  const { gradient, curvature } = rules.leaf;
  const perRow = 1 / rules.rowsPerCurvature;
  const { order } = sortedBins(feature, histogram, Math.max(0.5, cat_smooth - 0.5) * perRow, cat_smooth);
  const ridge = rules.lambda + cat_l2;
  // A right side has rows enough for a step, too.
  const leastRight = Math.max(rules.least, (rowsPerStep - 0.5) * perRow);
  const most = Math.min(max_cat_threshold, (order.length + 1) >> 1);
  let best = bar;
  let bestTaken = 0;
  let bestFromTop = false;
  let bestGradient = 0;
  let bestCurvature = 0;
  for (const fromTop of [false, true]) {
    let gl = 0;
    let hl = 0;
    let step = 0;
    for (let taken = 0; taken < most; taken += 1) {
      const at = 2 * (feature.base + order[fromTop ? order.length - 1 - taken : taken]!);
      gl += histogram[at]!;
      hl += histogram[at + 1]!;
      step += histogram[at + 1]!;
      if (hl < rules.least) continue;
      const hr = curvature - hl;
      if (hr < leastRight) break;
      if (step < (rowsPerStep - 0.5) * perRow) continue;
      step = 0;
      const gain = gainOf(gl, hl, gradient - gl, hr, ridge, rules);
      if (gain <= best) continue;
      best = gain;
      bestTaken = taken + 1;
      bestFromTop = fromTop;
      bestGradient = gl;
      bestCurvature = hl;
    }
  }
  if (bestTaken === 0) return null;
  const taken = bestFromTop ? order.slice(-bestTaken) : order.slice(0, bestTaken);
  return {
    gain: best,
    bin: 0,
    missingLeft: false,
    bins: taken.sort((left, right) => left - right),
    leftGradient: bestGradient,
    leftCurvature: bestCurvature,
  };
}

/** The best split of categories in two; null where none beats `bar`. */
export function categorySplit(
  feature: PlacedFeature,
  histogram: Histogram,
  rules: SplitRules,
  parameters: GbdtParameters,
  bar: number,
): Found | null {
  return feature.codes.length <= parameters.max_cat_to_onehot
    ? oneAgainstRest(feature, histogram, rules, bar)
    : sortedSides(feature, histogram, rules, parameters, bar);
}
