import {
  calibrationCurve,
  confusionEstimator,
  rankPositives,
  scoreColumn,
} from '../statistics/metrics/index.ts';
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

/** What becomes of the rows as the threshold falls. */
interface Steps {
  readonly rows: number;
  readonly positives: number;
  /** By threshold: rows that are said to be positive, and those of them that are. */
  readonly all: readonly { readonly threshold: number; readonly said: number; readonly hits: number }[];
}

/** Each probability of the positive class as a threshold, the highest first. Undefined with one class only, or for NaN. */
export function stepsOf(scored: ScoredRows): Steps | undefined {
  const ranking = rankPositives(scored);
  if (ranking === undefined) return undefined;
  const { order, positive, last } = ranking;
  const rows = order.length;
  const positives = positive.reduce((sum, each) => sum + each, 0);
  if (positives === 0 || positives === rows) return undefined;
  const probability = scoreColumn(scored, scored.positive);
  const all = [];
  for (let at = rows - 1, hits = 0; at >= 0; at -= 1) {
    hits += positive[at]!;
    if (at > 0 && last[at - 1] === 0) continue;
    all.push({ threshold: probability[order[at]!]!, said: rows - at, hits });
  }
  return { rows, positives, all };
}

/** ROC curve from (0, 0) to (1, 1), at most 100 points; equal scores are one step. Empty with one class only. */
export function rocOf(scored: ScoredRows): RocPoint[] {
  const steps = stepsOf(scored);
  if (steps === undefined) return [];
  const { positives, rows } = steps;
  const points: RocPoint[] = [{ falsePositiveRate: 0, truePositiveRate: 0 }];
  for (const { said, hits } of steps.all)
    points.push({
      falsePositiveRate: (said - hits) / (rows - positives),
      truePositiveRate: hits / positives,
    });
  return thin(points);
}
