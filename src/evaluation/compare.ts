import { pairedBootstrapping } from '../statistics/bootstrap.ts';
import { requireMetric, scoredFor } from './metric.ts';
import type { Random } from '../random.ts';
import { finish } from '../work.ts';
import type { Work } from '../work.ts';
import type { Metric, ScoredRows } from '../statistics/metrics/index.ts';
import type { Task } from '../modeling/model.ts';
import type { Comparison, Interval, Scored } from './evaluation.ts';

/** Replicates of a comparison. */
const defaultReplicates = 1000;

/**
 * Improvement of `challenger` over `champion` (positive = better, whichever way the metric points) with its paired
 * 95 % bootstrap interval on the same rows.
 */
export function improvementOf(
  metric: Metric,
  champion: ScoredRows,
  challenger: ScoredRows,
  replicates: number,
  random: Random,
): Interval {
  return finish(improving(metric, champion, challenger, replicates, random));
}

/** `improvementOf` in pieces. */
export function* improving(
  metric: Metric,
  champion: ScoredRows,
  challenger: ScoredRows,
  replicates: number,
  random: Random,
): Work<Interval> {
  const worse = metric.prepare(metric.higherIsBetter ? champion : challenger);
  const better = metric.prepare(metric.higherIsBetter ? challenger : champion);
  const rows = champion.target.length;
  yield rows;
  const { value, low, high } = yield* pairedBootstrapping(worse, better, rows, { replicates, random });
  return { value, low, high };
}

export interface CompareOptions {
  readonly replicates?: number;
  /** Each model's own decision threshold (binary). */
  readonly championThreshold?: number;
  readonly challengerThreshold?: number;
}

/**
 * Champion against challenger on the same labelled rows.
 *
 * @throws RangeError when they were not scored on the same rows: a comparison of different rows is meaningless.
 */
export function compareModels(...asked: Parameters<typeof comparing>): Comparison {
  return finish(comparing(...asked));
}

/** `compareModels` in pieces. */
export function* comparing(
  metricName: string,
  champion: Scored,
  challenger: Scored,
  task: Task,
  random: Random,
  options: CompareOptions = {},
): Work<Comparison> {
  const metric = requireMetric(metricName, task.kind);
  const rows = champion.target.length;
  if (
    challenger.target.length !== rows ||
    challenger.target.some((value, i) => !Object.is(value, champion.target[i]))
  )
    throw new RangeError('champion and challenger must be scored on the same rows');
  const before = scoredFor(task, champion, options.championThreshold);
  const after = scoredFor(task, challenger, options.challengerThreshold);
  const once = new Int32Array(rows).fill(1);
  return {
    metric: metricName,
    rows,
    champion: metric.prepare(before)(once),
    challenger: metric.prepare(after)(once),
    improvement: yield* improving(metric, before, after, options.replicates ?? defaultReplicates, random),
  };
}
