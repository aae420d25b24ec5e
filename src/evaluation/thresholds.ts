import { scoreColumn } from '../statistics/metrics/index.ts';
import type { ScoredRows } from '../statistics/metrics/index.ts';
import { thin } from './curves.ts';
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
  const probability = scoreColumn(scored, scored.positive);
  const order = [...scored.target.keys()].sort((left, right) => probability[right]! - probability[left]!);
  const positives = order.filter((row) => scored.target[row] === scored.positive).length;
  if (positives === 0 || positives === order.length) return [];
  const steps: Threshold[] = [];
  let hits = 0;
  order.forEach((row, index) => {
    if (scored.target[row] === scored.positive) hits += 1;
    const next = order[index + 1];
    if (next !== undefined && probability[next] === probability[row]) return;
    steps.push(at(scored, probability[row]!, hits, index + 1, positives));
  });
  return thin(steps);
}
