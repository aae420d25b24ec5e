import { coverageOf } from '../statistics/conformal.ts';
import type { IntervalBounds } from '../statistics/conformal.ts';
import { metricsFor } from '../statistics/metrics/index.ts';
import type { ScoredRows } from '../statistics/metrics/index.ts';
import { improving } from './compare.ts';
import { confusionOf, reliabilityOf, rocOf } from './curves.ts';
import { estimating } from './intervals.ts';
import { judgingRows, requireMetric, scoredFor } from './metric.ts';
import { judgeFairness } from './fairness.ts';
import type { FairnessOptions } from './fairness.ts';
import { residualsOf } from './residuals.ts';
import { evaluatingSlices } from './slices.ts';
import { thresholdsOf } from './thresholds.ts';
import { finish } from '../work.ts';
import type { Work } from '../work.ts';
import type { Table } from '../data/columns.ts';
import type { Task } from '../modeling/model.ts';
import type { Random } from '../random.ts';
import type { ScoredBaseline } from './baselines/index.ts';
import type { BaselineResult, Evaluation, Interval, Metrics, Scored } from './evaluation.ts';

export interface EvaluateOptions {
  readonly task: Task;
  /** Answers on labelled rows that the model did not fit. */
  readonly scored: Scored;
  /** The pipeline's metric. */
  readonly metric: string;
  /** Decision threshold (binary), chosen on the validation part. Default .5. */
  readonly threshold?: number;
  /** Bounds around a number, of which it is told how many labels they hold. */
  readonly interval?: IntervalBounds;
  /** The same rows as columns: what slices are cut from. */
  readonly table?: Table;
  readonly slices?: readonly string[];
  /** Columns whose groups are to be treated alike. */
  readonly fairness?: FairnessOptions;
  readonly minSliceRows?: number;
  /** Bootstrap replicates of the figures that have no closed interval. */
  readonly bootstrap: number;
  readonly random: Random;
  readonly baselines?: readonly ScoredBaseline[];
}

interface Intervals {
  readonly metrics: Metrics;
  readonly intervals: Record<string, Interval>;
  readonly caveats: readonly string[];
}

function* intervalsOf(options: EvaluateOptions, rows: ScoredRows): Work<Intervals> {
  const estimates = yield* estimating(metricsFor(options.task.kind), rows, {
    replicates: options.bootstrap,
    random: options.random.fork('intervals'),
  });
  const known = estimates.filter(({ value, low }) => Number.isFinite(value) && Number.isFinite(low));
  return {
    metrics: Object.fromEntries(
      estimates.flatMap(({ metric, value }) => (Number.isFinite(value) ? [[metric, value]] : [])),
    ),
    intervals: Object.fromEntries(
      known.map(({ metric, value, low, high }) => [metric, { value, low, high }]),
    ),
    caveats: estimates.flatMap(({ value, note }) =>
      note === undefined || !Number.isFinite(value) ? [] : [`${note}.`],
    ),
  };
}

function* judgeBaseline(
  options: EvaluateOptions,
  rows: ScoredRows,
  baseline: ScoredBaseline,
): Work<BaselineResult> {
  const { task, scored } = options;
  const metric = requireMetric(options.metric, task.kind);
  const answers = scoredFor(task, { scores: baseline.scores, target: scored.target }, baseline.threshold);
  const improvement = yield* improving(
    metric,
    answers,
    rows,
    options.bootstrap,
    options.random.fork(`baseline ${baseline.name}`),
  );
  return {
    name: baseline.name,
    description: baseline.description,
    metrics: yield* judgingRows(task, answers),
    ...(Number.isFinite(improvement.value) && Number.isFinite(improvement.low) ? { improvement } : {}),
  };
}

/**
 * How good a model is on labelled rows that it did not fit: every metric of the task with its 95 %
 * interval, slices, baselines with the paired improvement over each, confusion, reliability and ROC curve. A metric
 * that is undefined on these rows is left out.
 *
 * @throws usage error for a metric that does not judge the task.
 */
export function evaluate(options: EvaluateOptions): Evaluation {
  return finish(evaluating(options));
}

/** `evaluate` in pieces. */
export function* evaluating(options: EvaluateOptions): Work<Evaluation> {
  const { task, scored, threshold, table } = options;
  requireMetric(options.metric, task.kind);
  const rows = scoredFor(task, scored, threshold);
  const { metrics, intervals, caveats } = yield* intervalsOf(options, rows);
  const baselines: BaselineResult[] = [];
  for (const baseline of options.baselines ?? [])
    baselines.push(yield* judgeBaseline(options, rows, baseline));
  const fairness =
    table === undefined || options.fairness === undefined ? [] : judgeFairness(rows, table, options.fairness);
  const shared = {
    task,
    rows: scored.target.length,
    metric: options.metric,
    metrics,
    intervals,
    ...(caveats.length === 0 ? {} : { caveats: [...caveats] }),
    baselines,
    ...(fairness.length === 0 ? {} : { fairness }),
    slices:
      table === undefined
        ? []
        : yield* evaluatingSlices({
            task,
            scored,
            table,
            columns: options.slices ?? [],
            minRows: options.minSliceRows ?? 50,
            metric: options.metric,
            whole: metrics,
            random: options.random.fork('slices'),
            ...(threshold === undefined ? {} : { threshold }),
          }),
  };
  if (task.kind === 'regression') {
    const { interval } = options;
    const coverage = interval && coverageOf(interval, scored.scores, scored.target);
    return {
      ...shared,
      ...(coverage === undefined ? {} : { coverage }),
      ...(rows.target.length === 0 ? {} : { residuals: residualsOf(rows) }),
    };
  }
  const classes = { ...shared, confusion: confusionOf(rows), reliability: reliabilityOf(rows) };
  if (task.kind !== 'binary') return classes;
  return { ...classes, threshold: rows.threshold, roc: rocOf(rows), thresholds: thresholdsOf(rows) };
}
