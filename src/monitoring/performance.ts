import { bootstrapping } from '../statistics/bootstrap.ts';
import { metricByName, metricsFor, scoredRows } from '../statistics/metrics/index.ts';
import { normalQuantile } from '../statistics/normalQuantile.ts';
import { normalDifferenceP } from '../statistics/tests.ts';
import { formatNumber } from '../statistics/figures.ts';
import type { BootstrapInterval } from '../statistics/bootstrap.ts';
import type { Estimator } from '../statistics/metrics/metric.ts';
import type { Task } from '../modeling/model.ts';
import type { MonitorSection } from '../pipeline/pipeline.ts';
import type { Random } from '../random.ts';
import type { Reference } from './reference.ts';
import type { PerformanceReport } from './report.ts';
import { finish } from '../work.ts';
import type { Work } from '../work.ts';

const replicates = 1000;

/** Answers and the labels that are known by now. */
export interface AnsweredRows {
  readonly task: Task;
  /** `rows × outputs`, as a scorer gives it. */
  readonly scores: Float64Array;
  /** By row: class codes or numbers, NaN = no label yet. */
  readonly target: Float64Array;
  /** Binary: the model's decision threshold. */
  readonly threshold?: number;
}

function labelledRows(answered: AnsweredRows): ReturnType<typeof scoredRows> {
  const { task, scores, target, threshold } = answered;
  const outputs = task.kind === 'regression' ? 1 : task.classes.length;
  const known = [...target.keys()].filter((row) => !Number.isNaN(target[row]));
  const kept = new Float64Array(known.length * outputs);
  known.forEach((row, i) => kept.set(scores.subarray(row * outputs, (row + 1) * outputs), i * outputs));
  return scoredRows(
    task,
    kept,
    Float64Array.from(known, (row) => target[row]!),
    threshold,
  );
}

/** Standard error behind a 95 % interval. */
function standardErrorOf(interval: { readonly low: number; readonly high: number }): number {
  return (interval.high - interval.low) / (2 * normalQuantile(0.975));
}

/** What the change means for those who rely on the answers; null where nothing got worse for them. */
function costOf(task: Task, metrics: PerformanceReport['metrics']): string | null {
  const of = task.kind === 'regression' ? 'mae' : 'accuracy';
  const { reference = null, current = null } = metrics[of] ?? {};
  if (reference === null || current === null) return null;
  if (task.kind === 'regression')
    return current > reference
      ? `a prediction is off by ${formatNumber(current)} on average, ${formatNumber(current - reference)} more than at training`
      : null;
  const more = Math.round(1000 * (reference - current));
  return more > 0 ? `of 1,000 rows, ${more} more are misjudged than at training` : null;
}

interface Judgement {
  readonly state: 'ok' | 'worse';
  readonly reference: number | null;
}

/**
 * Worse = by more than `max_worsening` of the reference value AND beyond noise at `confidence`, the errors of both
 * estimates taken together: the reference is an estimate too.
 */
function judgeChange(
  metric: string,
  reference: Reference['performance'],
  current: BootstrapInterval,
  policy: MonitorSection['performance'],
): Judgement {
  const before = reference.metrics[metric];
  if (before === undefined || !Number.isFinite(current.value))
    return { state: 'ok', reference: before?.value ?? null };
  const sign = metricByName(metric)?.higherIsBetter === true ? -1 : 1;
  const worsening = sign * (current.value - before.value);
  const noise = Math.hypot(standardErrorOf(before), current.standardError);
  const beyondNoise = normalDifferenceP(worsening, noise) <= 1 - policy.confidence;
  const matters = worsening > policy.max_worsening * Math.abs(before.value);
  return { state: matters && beyondNoise ? 'worse' : 'ok', reference: before.value };
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

/**
 * How good the answers were, on the rows whose labels are known by now, against how good they were at training. With
 * fewer than `min_labels` labels nothing is judged, though what is known is shown.
 */
export function judgePerformance(...asked: Parameters<typeof judgingPerformance>): PerformanceReport {
  return finish(judgingPerformance(...asked));
}

/** `judgePerformance` in pieces: it counts the rows of each look and each resample. */
export function* judgingPerformance(
  answered: AnsweredRows,
  reference: Reference['performance'],
  policy: MonitorSection['performance'],
  random: Random,
): Work<PerformanceReport> {
  const scored = labelledRows(answered);
  const labelled = scored.target.length;
  const known = metricsFor(answered.task.kind);
  const estimators: Estimator[] = [];
  for (const metric of known) {
    estimators.push(metric.prepare(scored));
    yield labelled;
  }
  const intervals = yield* bootstrapping(estimators, labelled, {
    replicates: labelled < policy.min_labels ? 0 : replicates,
    random,
  });
  const metrics: Record<string, { reference: number | null; current: number }> = {};
  known.forEach((metric, i) => {
    const current = intervals[i]!.value;
    const before = reference.metrics[metric.name]?.value ?? null;
    if (Number.isFinite(current)) metrics[metric.name] = { reference: before, current };
  });
  const current = intervals[known.findIndex((metric) => metric.name === reference.metric)];
  const shared = {
    metric: reference.metric,
    labelled,
    rows: answered.target.length,
    metrics,
  };
  const nothing = { current: finite(current?.value ?? Number.NaN), low: null, high: null, cost: null };
  if (labelled < policy.min_labels || current === undefined) {
    const before = reference.metrics[reference.metric]?.value ?? null;
    return { ...shared, ...nothing, state: 'not enough labels', reference: before };
  }
  const judgement = judgeChange(reference.metric, reference, current, policy);
  return {
    ...shared,
    ...judgement,
    current: finite(current.value),
    low: finite(current.low),
    high: finite(current.high),
    cost: judgement.state === 'worse' ? costOf(answered.task, metrics) : null,
  };
}
