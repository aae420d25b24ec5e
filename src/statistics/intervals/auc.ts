import { moments, sampleStd } from '../moments.ts';
import { normalQuantile } from '../normalQuantile.ts';
import { studentQuantile } from '../student.ts';
import type { Bounds } from './bounds.ts';
import { confidenceTail, nowhere } from './bounds.ts';
import { logitInterval } from './logit.ts';

/** From so many rows of the rarer class on, the placements of the rows themselves say how sure an AUC is. */
const manyOfBoth = 50;

/** Share of negatives below each positive, and of positives above each negative; equal scores count one half. */
export interface Placements {
  readonly positives: Float64Array;
  readonly negatives: Float64Array;
}

/** Variance of an AUC from its value and the sizes of the classes alone (Hanley & McNeil 1982). */
function hanleyMcNeil(auc: number, positives: number, negatives: number): number {
  const q1 = auc / (2 - auc);
  const q2 = (2 * auc * auc) / (1 + auc);
  const square = auc * auc;
  return (
    (auc * (1 - auc) + (positives - 1) * (q1 - square) + (negatives - 1) * (q2 - square)) /
    (positives * negatives)
  );
}

/** Variance that Newcombe (2006) gives an AUC, with both classes as large as their mean. */
function newcombeVariance(auc: number, positives: number, negatives: number): number {
  const size = (positives + negatives) / 2;
  const spread = (1 - auc) / (2 - auc) + auc / (1 + auc);
  return (auc * (1 - auc) * (1 + (size - 1) * spread)) / (positives * negatives);
}

/** Lower bound of an AUC of 1: the least that is not refuted by it (Newcombe 2006, method 5). */
function lowestOfPerfect(positives: number, negatives: number): number {
  const z = normalQuantile(1 - confidenceTail);
  let low = 0;
  let high = 1;
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2;
    if (1 - middle > z * Math.sqrt(newcombeVariance(middle, positives, negatives))) low = middle;
    else high = middle;
  }
  return high;
}

/** DeLong, DeLong & Clarke-Pearson (1988): variance from the placements, with Satterthwaite's degrees of freedom. */
function delong({ positives, negatives }: Placements): { error: number; freedom: number } {
  const ofPositives = sampleStd(moments(positives)) ** 2 / positives.length;
  const ofNegatives = sampleStd(moments(negatives)) ** 2 / negatives.length;
  const variance = ofPositives + ofNegatives;
  const freedom =
    variance ** 2 / (ofPositives ** 2 / (positives.length - 1) + ofNegatives ** 2 / (negatives.length - 1));
  return { error: Math.sqrt(variance), freedom };
}

/**
 * 95 % interval of the area under a ROC curve, on the scale of log odds: by Hanley and McNeil's variance where a class has
 * fewer than 50 rows, else by DeLong's; of a perfect one by Newcombe's method 5. NaN with one class only.
 */
export function aucInterval(placements: Placements): Bounds {
  const { positives, negatives } = placements;
  const [m, n] = [positives.length, negatives.length];
  if (m === 0 || n === 0) return nowhere;
  const auc = moments(positives).mean;
  if (auc >= 1) return { low: lowestOfPerfect(m, n), high: 1 };
  if (auc <= 0) return { low: 0, high: 1 - lowestOfPerfect(m, n) };
  if (Math.min(m, n) >= manyOfBoth) {
    const { error, freedom } = delong(placements);
    // Scores that say nothing are all equal: their placements do not vary, and yet no AUC is certain.
    if (error > 0) return logitInterval(auc, error, studentQuantile(confidenceTail, freedom));
  }
  return logitInterval(auc, Math.sqrt(hanleyMcNeil(auc, m, n)), normalQuantile(1 - confidenceTail));
}
