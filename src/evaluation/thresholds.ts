import type { ScoredRows } from '../statistics/metrics/index.ts';
import { stepsOf, thin } from './curves.ts';
import type { Evaluation } from './evaluation.ts';

type Threshold = NonNullable<Evaluation['thresholds']>[number];

function at(scored: ScoredRows, threshold: number, hits: number, said: number, positives: number): Threshold {
  const { costs, target, positive } = scored;
  const rows = target.length;
  const misses = positives - hits;
  const cost = (actual: number, predicted: number): number => costs?.[actual]?.[predicted] ?? 0;
  const negative = 1 - positive;
  const spent =
    hits * cost(positive, positive) +
    misses * cost(positive, negative) +
    (said - hits) * cost(negative, positive) +
    (rows - positives - (said - hits)) * cost(negative, negative);
  return {
    threshold,
    said: said / rows,
    precision: hits / said,
    recall: hits / positives,
    ...(costs === undefined ? {} : { cost: spent / rows }),
  };
}

/**
 * What becomes of each threshold on the positive class's probability, from the highest probability that was given to the
 * lowest: at most 100, evenly by rank; equal scores are one step. Empty with one class only.
 */
export function thresholdsOf(scored: ScoredRows): Threshold[] {
  const steps = stepsOf(scored);
  if (steps === undefined) return [];
  return thin(steps.all).map(({ threshold, said, hits }) =>
    at(scored, threshold, hits, said, steps.positives),
  );
}
