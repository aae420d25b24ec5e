import type { PlacedFeature } from './binning.ts';
import type { Histogram } from './histogram.ts';
import type { Split, SplitRules } from './leaf.ts';

type Found = Omit<Split, 'feature'>;

/** Twice the loss that two sides take off, with their values within bounds and in the order that is asked for. */
function boundedGain(gl: number, hl: number, gr: number, hr: number, rules: SplitRules): number {
  const { lambda, monotone, leaf } = rules;
  const within = (value: number): number => Math.min(Math.max(value, leaf.low), leaf.high);
  const left = within(-gl / (hl + lambda));
  const right = within(-gr / (hr + lambda));
  if (monotone !== 0 && monotone * (right - left) < 0) return -Infinity;
  return -(2 * gl * left + (hl + lambda) * left * left) - (2 * gr * right + (hr + lambda) * right * right);
}

/**
 * The best threshold of a number: from the lowest bin up, what is missing on the right, then on the left. `bar` is what
 * has to be beaten; the first of equals stays.
 */
export function numberSplit(
  { base, bins }: PlacedFeature,
  histogram: Histogram,
  rules: SplitRules,
  bar: number,
): Found | null {
  const { lambda, least, leaf, monotone } = rules;
  const { gradient, curvature } = leaf;
  const bounded = monotone !== 0 || leaf.low !== -Infinity || leaf.high !== Infinity;
  const missingAt = 2 * (base + bins - 1);
  const missingGradient = histogram[missingAt]!;
  const missingCurvature = histogram[missingAt + 1]!;
  // Less is what subtraction of histograms leaves behind.
  const hasMissing = missingCurvature > 1e-10 * curvature;
  let best = bar;
  let bestBin = -1;
  let bestMissingLeft = false;
  let bestGradient = 0;
  let bestCurvature = 0;
  for (let side = 0; side < (hasMissing ? 2 : 1); side += 1) {
    let gl = side === 0 ? 0 : missingGradient;
    let hl = side === 0 ? 0 : missingCurvature;
    // All numbers left and what is missing right is a split too.
    const last = hasMissing && side === 0 ? bins - 1 : bins - 2;
    for (let bin = 0, at = 2 * base; bin < last; bin += 1, at += 2) {
      gl += histogram[at]!;
      hl += histogram[at + 1]!;
      if (hl < least) continue;
      const hr = curvature - hl;
      if (hr < least) break;
      const gr = gradient - gl;
      const a = hl + lambda;
      const b = hr + lambda;
      const gain = bounded ? boundedGain(gl, hl, gr, hr, rules) : (gl * gl * b + gr * gr * a) / (a * b);
      if (gain > best) {
        best = gain;
        bestBin = bin;
        bestMissingLeft = side === 1;
        bestGradient = gl;
        bestCurvature = hl;
      }
    }
  }
  if (bestBin < 0) return null;
  return {
    gain: best,
    bin: bestBin,
    // Nothing was missing: what is missing later goes where most rows went.
    missingLeft: hasMissing ? bestMissingLeft : 2 * bestCurvature >= curvature,
    bins: null,
    leftGradient: bestGradient,
    leftCurvature: bestCurvature,
  };
}
