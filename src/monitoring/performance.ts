import { bootstrapping } from '../statistics/bootstrap.ts';
import type { BootstrapInterval } from '../statistics/bootstrap.ts';
import { formatNumber } from '../statistics/figures.ts';
import { computeMetric, metricByName, metricsFor, scoredRows } from '../statistics/metrics/index.ts';
import type { Metric, ScoredRows } from '../statistics/metrics/index.ts';
import { normalQuantile } from '../statistics/normalQuantile.ts';
import { normalDifferenceP } from '../statistics/tests.ts';
import type { Table } from '../data/columns.ts';
import type { Task } from '../modeling/model.ts';
import type { MonitorSection } from '../pipeline/pipeline.ts';
import type { Random } from '../random.ts';
import { finish } from '../work.ts';
import type { Work } from '../work.ts';
import { finite, isWorse, judgingAll, taking, watchedMetrics, worseningOf } from './dealtLabels.ts';
import type { Judged, Look } from './dealtLabels.ts';
import { chargeOf } from './looking.ts';
import type { Reference, ScoredReference } from './reference.ts';
import type { PerformanceReport } from './report.ts';
import { scoredOf } from './scoredReference.ts';
import { alikeRows, findSelection } from './selection.ts';
import type { Selection } from './selection.ts';
import { told, tooFewTold } from './performanceTold.ts';
import type { Findings, Known } from './performanceTold.ts';

const replicates = 1000;

type Policy = MonitorSection['performance'];

/** Answers and the labels that are known by now, oldest first. */
export interface AnsweredRows {
  readonly task: Task;
  /** `rows × outputs`, as a scorer gives it. */
  readonly scores: Float64Array;
  /** By row: class codes or numbers, NaN = no label yet. */
  readonly target: Float64Array;
  /** Binary: the model's decision threshold. */
  readonly threshold?: number;
  /** By row, ms since 1970 UTC: when it was predicted. Left out: nobody knows, as of a file. */
  readonly at?: Float64Array;
  /** The inputs, row by row; left out: nobody searches for where it got worse. */
  readonly inputs?: () => Table;
  /** Labels that came in the last 24 hours; left out: a file, which is looked at once. */
  readonly labelsInLast24h?: number;
}

/** What performance is compared with. */
export interface PerformanceReference {
  readonly performance: Reference['performance'];
  /** Null in bundles of before scored rows were kept. */
  readonly scored: ScoredReference | null;
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
      ? `a prediction is off by ${formatNumber(current)} on average, ${formatNumber(current - reference)} more than before`
      : null;
  const more = Math.round(1000 * (reference - current));
  return more > 0 ? `of 1,000 rows, ${more} more are misjudged than before` : null;
}

/** For bundles of before scored rows were kept: normal errors of both estimates, charged for the looks. */
function judgeByIntervals(
  look: Look,
  metric: Metric,
  { performance }: PerformanceReference,
  current: BootstrapInterval,
): Judged[] {
  const before = performance.metrics[metric.name];
  if (before === undefined || !Number.isFinite(current.value)) return [];
  const worsening = worseningOf(metric, before.value, current.value);
  const p = normalDifferenceP(worsening, Math.hypot(standardErrorOf(before), current.standardError));
  return [
    {
      metric: metric.name,
      labels: look.known.target.length,
      against: performance.rows,
      reference: before.value,
      current: current.value,
      p,
      adjustedP: Math.min(1, p * look.looks),
      deals: 0,
    },
  ];
}

/** Every metric that is defined on these rows, beside what it was. */
function* metricsOn(
  task: Task,
  scored: ScoredRows,
  before: (metric: Metric) => number | null,
): Work<PerformanceReport['metrics']> {
  const metrics: Record<string, { reference: number | null; current: number }> = {};
  for (const metric of metricsFor(task.kind)) {
    const current = computeMetric(metric, scored);
    yield scored.target.length;
    if (Number.isFinite(current)) metrics[metric.name] = { reference: before(metric), current };
  }
  return metrics;
}

function knownOf({ task, scores, target, threshold, at }: AnsweredRows): Known {
  const all = scoredRows(task, scores, target, threshold);
  const rows = [...target.keys()].filter((row) => !Number.isNaN(target[row]));
  const isLabelled = new Uint8Array(target.length);
  for (let place = 0; place < rows.length; place += 1) {
    const row = rows[place]!;
    isLabelled[row] = 1;
  }
  const when = (row: number | undefined): number | null =>
    row === undefined || at === undefined ? null : at[row]!;
  return { all, isLabelled, scored: taking(all, rows), from: when(rows[0]), to: when(rows.at(-1)) };
}

/** With fewer labels than are asked for nothing is judged. */
function* notEnough(
  known: Known,
  { performance }: PerformanceReference,
  policy: Policy,
  task: Task,
): Work<PerformanceReport> {
  const { all, scored, from, to } = known;
  const metric = metricByName(performance.metric);
  return {
    metric: performance.metric,
    labelled: scored.target.length,
    rows: all.target.length,
    state: 'not enough labels',
    message: tooFewTold(known, policy),
    from,
    to,
    reference: performance.metrics[performance.metric]?.value ?? null,
    current: metric === undefined ? null : finite(computeMetric(metric, scored)),
    low: null,
    high: null,
    metrics: yield* metricsOn(task, scored, (each) => performance.metrics[each.name]?.value ?? null),
    cost: null,
  };
}

function intervalOf(metric: Metric, scored: ScoredRows, random: Random): Work<readonly BootstrapInterval[]> {
  return bootstrapping([metric.prepare(scored)], scored.target.length, { replicates, random });
}

/** Findings by deals, or, for bundles of before scored rows were kept, by normal errors. */
function* finding(
  look: Look,
  compared: PerformanceReference,
  selection: Selection | null,
  kept: ScoredRows | null,
): Work<Findings> {
  const { metric: name } = compared.performance;
  if (kept !== null) return yield* judgingAll(look, watchedMetrics(name, kept, selection));
  const metric = metricByName(name)!;
  const [interval] = yield* intervalOf(metric, look.known, look.random);
  return { judged: judgeByIntervals(look, metric, compared, interval!), luck: [] };
}

/** The verdict with its figures: those of the labels that got worse, or else of all. */
function* reporting(
  look: Look,
  compared: PerformanceReference,
  findings: Findings,
): Work<
  Pick<PerformanceReport, 'metric' | 'state' | 'reference' | 'current' | 'low' | 'high' | 'metrics' | 'cost'>
> {
  const { known, task, reference, alike } = look;
  const { judged } = findings;
  const name = compared.performance.metric;
  const worse = judged.find((each) => isWorse(each, look.policy));
  const shown = worse ?? judged.find((each) => each.metric === name) ?? judged[0];
  const metric = metricByName(shown?.metric ?? name)!;
  const labels = worse?.labels ?? known.target.length;
  const scored = taking(
    known,
    Array.from({ length: labels }, (_, i) => known.target.length - labels + i),
  );
  const before = (each: Metric): number | null =>
    alike === null || reference === null
      ? (compared.performance.metrics[each.name]?.value ?? null)
      : finite(computeMetric(each, reference));
  const [interval] = yield* intervalOf(metric, scored, look.random);
  const metrics = yield* metricsOn(task, scored, before);
  return {
    metric: metric.name,
    state: worse !== undefined ? 'worse' : shown === undefined ? 'not enough labels' : 'ok',
    reference: shown?.reference ?? before(metric),
    current: finite(interval!.value),
    low: finite(interval!.low),
    high: finite(interval!.high),
    metrics,
    cost: worse === undefined ? null : costOf(task, metrics),
  };
}

/**
 * How good the answers were, on the rows whose labels are known by now, against how good they were on test rows. With
 * fewer than `min_labels` labels nothing is judged, though what is known is shown.
 */
export function judgePerformance(...asked: Parameters<typeof judgingPerformance>): PerformanceReport {
  return finish(judgingPerformance(...asked));
}

/** `judgePerformance` in pieces: it counts the rows of each look, each resample and each deal. */
export function* judgingPerformance(
  answered: AnsweredRows,
  compared: PerformanceReference,
  policy: Policy,
  random: Random,
): Work<PerformanceReport> {
  const { task, threshold, labelsInLast24h } = answered;
  const known = knownOf(answered);
  const { scored } = known;
  const labelled = scored.target.length;
  yield labelled;
  if (labelled < policy.min_labels || metricByName(compared.performance.metric) === undefined)
    return yield* notEnough(known, compared, policy, task);
  const looks = chargeOf({
    rowsInLast24h: labelsInLast24h ?? 0,
    windowRows: labelled,
    minRows: policy.min_labels,
    oneOff: labelsInLast24h === undefined,
  });
  const isTimed = answered.at !== undefined;
  const selection = findSelection({ task, scored: known.all, isLabelled: known.isLabelled, isTimed }, looks);
  const kept = compared.scored === null ? null : scoredOf(task, compared.scored, threshold);
  const alike =
    selection === null || kept === null
      ? null
      : alikeRows(selection, task, kept, scored, random.fork('alike'));
  const reference = kept === null ? null : alike == null ? kept : taking(kept, alike.rows);
  const look: Look = { task, known: scored, reference, alike: alike ?? null, looks, policy, random };
  const findings: Findings =
    alike === undefined ? { judged: [], luck: [] } : yield* finding(look, compared, selection, kept);
  return {
    ...(yield* reporting(look, compared, findings)),
    labelled,
    rows: known.all.target.length,
    from: known.from,
    to: known.to,
    message: told(look, selection, alike === undefined, findings),
    looks,
    judged: findings.judged,
    selection,
  };
}
