import { dealing } from '../statistics/dealing.ts';
import { computeMetric, metricByName } from '../statistics/metrics/index.ts';
import type { Metric, ScoredRows } from '../statistics/metrics/index.ts';
import type { Task } from '../modeling/model.ts';
import type { MonitorSection } from '../pipeline/pipeline.ts';
import type { Random } from '../random.ts';
import type { Work } from '../work.ts';
import { nestedWindows } from './looking.ts';
import type { PerformanceReport } from './report.ts';
import type { Alike, Selection } from './selection.ts';

/** Below this share of positives log loss and F1 hardly see a model that lost its order: ROC AUC is watched beside them. */
const rareShare = 0.1;
/** Positives on either side, without which ROC AUC and what counts hits are luck. */
const fewestPositives = 5;
const ofPositives: ReadonlySet<string> = new Set(['roc_auc', 'pr_auc', 'f1', 'precision', 'recall']);

/** What was judged on some of the newest labels. */
export type Judged = NonNullable<PerformanceReport['judged']>[number];

/** Some rows of them. */
export function taking(scored: ScoredRows, rows: ArrayLike<number>): ScoredRows {
  const { outputs, scores, target } = scored;
  const kept = new Float64Array(rows.length * outputs);
  for (let i = 0; i < rows.length; i += 1)
    kept.set(scores.subarray(rows[i]! * outputs, (rows[i]! + 1) * outputs), i * outputs);
  return { ...scored, scores: kept, target: Float64Array.from(rows, (row) => target[row]!) };
}

/** JSON has no NaN. */
export const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

/** How much worse it is now; negative: better. */
export const worseningOf = (metric: Metric, before: number, now: number): number =>
  metric.higherIsBetter ? before - now : now - before;

/** Everything that judging needs, made once. */
export interface Look {
  readonly task: Task;
  /** Labelled rows, oldest first. */
  readonly known: ScoredRows;
  /** Test rows that they are compared with; null in old bundles. */
  readonly reference: ScoredRows | null;
  readonly alike: Alike | null;
  readonly looks: number;
  readonly policy: MonitorSection['performance'];
  readonly random: Random;
}

/** A class that the task calls positive: how many rows of it. */
function positivesOf({ positive, target }: ScoredRows): number {
  let count = 0;
  for (let at = 0; at < target.length; at += 1) {
    const each = target[at]!;
    if (each === positive) count += 1;
  }
  return count;
}

const isLuck = (metric: Metric, ...samples: readonly ScoredRows[]): boolean =>
  ofPositives.has(metric.name) &&
  samples.some((scored) => {
    const positives = positivesOf(scored);
    const fewest = scored.positive < 0 ? Infinity : Math.min(positives, scored.target.length - positives);
    return metric.reads === 'order'
      ? fewest < fewestPositives
      : scored.positive >= 0 && positives < fewestPositives;
  });

/** The metric of the pipeline, and where positives are rare ROC AUC beside it. */
export function watchedMetrics(
  name: string,
  reference: ScoredRows | null,
  selection: Selection | null,
): readonly Metric[] {
  const own = metricByName(name);
  if (own === undefined) return [];
  // One class has no order, and neither hits nor misses of the other.
  if (selection?.kind === 'one class') return own.byRow === undefined ? [metricByName('log_loss')!] : [own];
  if (reference === null || reference.positive < 0 || own.name === 'roc_auc') return [own];
  const share = positivesOf(reference) / reference.target.length;
  return share < rareShare ? [own, metricByName('roc_auc')!] : [own];
}

/** Rows are dealt again within parts of like answers, and where only the order counts within each class. */
function strataOf(
  metric: Metric,
  reference: ScoredRows,
  current: ScoredRows,
  alike: Alike | null,
  from: number,
) {
  const byClass = metric.reads === 'order';
  if (!byClass && alike === null) return {};
  const of = (scored: ScoredRows, bin: (row: number) => number): Int32Array =>
    Int32Array.from(scored.target, (label, row) => 1000 * bin(row) + (byClass ? label : 0));
  const { bins, rows } = alike ?? { bins: null, rows: null };
  return {
    strata: {
      reference: of(reference, (row) => (bins === null ? 0 : bins.reference[rows[row]!]!)),
      current: of(current, (row) => (bins === null ? 0 : bins.current[from + row]!)),
    },
  };
}

/** One metric on the newest labels, against the test rows dealt together with them. */
function* judgingWindow(look: Look, metric: Metric, labels: number, tests: number): Work<Judged> {
  const { known, reference, alike, looks, policy } = look;
  const from = known.target.length - labels;
  const current = taking(
    known,
    Int32Array.from({ length: labels }, (_, i) => from + i),
  );
  const before = computeMetric(metric, reference!);
  const now = computeMetric(metric, current);
  const charge = looks * tests;
  const { p, deals } = yield* dealing(
    metric,
    { reference: reference!, current, ...strataOf(metric, reference!, current, alike, from) },
    // After so many deals fewer than ten are as large only where the charged p is below what is asked for.
    { most: (10 * charge) / (1 - policy.confidence), random: look.random.fork(`${metric.name}/${labels}`) },
  );
  return {
    metric: metric.name,
    labels,
    against: reference!.target.length,
    reference: finite(before),
    current: finite(now),
    p,
    adjustedP: Math.min(1, p * charge),
    deals,
  };
}

/** Worse = by more than `max_worsening` of the reference value AND by more than chance deals in so many looks. */
export function isWorse(
  { metric, reference, current, adjustedP }: Judged,
  policy: MonitorSection['performance'],
): boolean {
  if (reference === null || current === null) return false;
  const worsening = worseningOf(metricByName(metric)!, reference, current);
  return worsening > policy.max_worsening * Math.abs(reference) && adjustedP <= 1 - policy.confidence + 1e-12;
}

/** Windows of the newest labels, the largest first, until one is worse. */
export function* judgingAll(
  look: Look,
  watched: readonly Metric[],
): Work<{ judged: Judged[]; luck: Metric[] }> {
  const windows = nestedWindows(look.known.target.length, look.policy.min_labels);
  const luck = watched.filter((metric) => isLuck(metric, look.reference!, look.known));
  const judged: Judged[] = [];
  for (const labels of windows)
    for (const metric of watched.filter((each) => !luck.includes(each))) {
      const from = look.known.target.length - labels;
      const newest = taking(
        look.known,
        Int32Array.from({ length: labels }, (_, i) => from + i),
      );
      if (isLuck(metric, newest)) continue;
      const found = yield* judgingWindow(look, metric, labels, windows.length * watched.length);
      judged.push(found);
      if (isWorse(found, look.policy)) return { judged, luck };
    }
  return { judged, luck };
}
