import { usageError } from '../errors.ts';
import { metricByName, metricsFor, scoredRows } from '../statistics/metrics/index.ts';
import type { Task } from '../modeling/model.ts';
import type { Metric, ScoredRows } from '../statistics/metrics/index.ts';
import type { Metrics, Scored } from './evaluation.ts';
import { finish } from '../work.ts';
import type { Work } from '../work.ts';

/**
 * The metric of that name, if it can judge the task.
 *
 * @throws usage error `metric-unknown` naming those that can.
 */
export function requireMetric(name: string, kind: Task['kind']): Metric {
  const metric = metricByName(name);
  if (metric?.tasks.includes(kind) === true) return metric;
  const words = { binary: 'two classes', multiclass: 'several classes', regression: 'numbers' };
  throw usageError({
    code: 'metric-unknown',
    message: `Metric "${name}" ${metric === undefined ? 'does not exist' : `does not judge a task with ${words[kind]}`}.`,
    hint: `Use one of: ${metricsFor(kind)
      .map((known) => known.name)
      .join(', ')}.`,
  });
}

/** Scores and labels with what the task says about them. */
export function scoredFor(task: Task, scored: Scored, threshold?: number): ScoredRows {
  return scoredRows(task, scored.scores, scored.target, threshold);
}

/** Every metric of the task that is defined on these rows. */
export function computeMetrics(task: Task, scored: Scored, threshold?: number): Metrics {
  return finish(computingMetrics(task, scored, threshold));
}

/** `computeMetrics` in pieces: a metric at a time. */
export function computingMetrics(task: Task, scored: Scored, threshold?: number): Work<Metrics> {
  return judgingRows(task, scoredFor(task, scored, threshold));
}

/** The same of rows that others judge too: what metrics share of them is made once. */
export function* judgingRows({ kind }: Task, rows: ScoredRows): Work<Metrics> {
  const once = new Int32Array(rows.target.length).fill(1);
  const values: Record<string, number> = {};
  for (const metric of metricsFor(kind)) {
    const value = rows.target.length === 0 ? Number.NaN : metric.prepare(rows)(once);
    if (Number.isFinite(value)) values[metric.name] = value;
    yield rows.target.length;
  }
  return values;
}
