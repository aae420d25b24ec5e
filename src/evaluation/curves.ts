import { calibrationCurve, confusionEstimator, scoreColumn } from '../statistics/metrics/index.ts';
import type { ScoredRows } from '../statistics/metrics/index.ts';
import type { Evaluation } from './evaluation.ts';

type RocPoint = NonNullable<Evaluation['roc']>[number];

const maximumPoints = 100;

/** `confusion[actual][predicted]`, classes in task order. */
export function confusionOf(scored: ScoredRows): number[][] {
  const flat = confusionEstimator(scored)(new Int32Array(scored.target.length).fill(1));
  const classes = scored.outputs;
  return Array.from({ length: classes }, (_, actual) => [
    ...flat.subarray(actual * classes, (actual + 1) * classes),
  ]);
}

/** Reliability diagram: mean predicted and share observed in bins of equal mass. */
export function reliabilityOf(scored: ScoredRows): NonNullable<Evaluation['reliability']> {
  return calibrationCurve(scored)(new Int32Array(scored.target.length).fill(1));
}

/** At most 100 of these, the ends and evenly between them. */
export function thin<Point>(points: readonly Point[]): Point[] {
  if (points.length <= maximumPoints) return [...points];
  const step = (points.length - 1) / (maximumPoints - 1);
  return Array.from({ length: maximumPoints }, (_, k) => points[Math.round(k * step)]!);
}

/** ROC curve from (0, 0) to (1, 1), at most 100 points; equal scores are one step. Empty with one class only. */
export function rocOf(scored: ScoredRows): RocPoint[] {
  const probability = scoreColumn(scored, scored.positive);
  const order = [...scored.target.keys()].sort((left, right) => probability[right]! - probability[left]!);
  const positives = order.filter((row) => scored.target[row] === scored.positive).length;
  const negatives = order.length - positives;
  if (positives === 0 || negatives === 0) return [];
  const points: RocPoint[] = [{ falsePositiveRate: 0, truePositiveRate: 0 }];
  let hits = 0;
  order.forEach((row, index) => {
    if (scored.target[row] === scored.positive) hits += 1;
    const next = order[index + 1];
    if (next !== undefined && probability[next] === probability[row]) return;
    points.push({ falsePositiveRate: (index + 1 - hits) / negatives, truePositiveRate: hits / positives });
  });
  return thin(points);
}
