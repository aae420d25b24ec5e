import { takeRows } from '../data/columns.ts';
import { bootstrapping } from '../statistics/bootstrap.ts';
import { metricsFor, scoredRows } from '../statistics/metrics/index.ts';
import type { ScoredRows } from '../statistics/metrics/index.ts';
import type { Work } from '../work.ts';
import { taking } from './dealtLabels.ts';
import type { Traffic } from './monitorTraffic.ts';
import { profilingReference } from './profileReference.ts';
import type { Reference, ScoredReference } from './reference.ts';
import type { MonitorReport } from './report.ts';
import { keepScored } from './scoredReference.ts';

/** Resamples of an interval that has no closed form. */
const replicates = 300;

/** A population that can be taken as the reference. */
export interface Present {
  readonly reference: Reference;
  readonly scored: ScoredReference | null;
  /** When the first of its rows came, ms since 1970 UTC; null: of a file. */
  readonly from: number | null;
}

/** The newest rows that show drift, or null where none do: what came before a change is of another population. */
export function driftedRows({ drift }: Pick<MonitorReport, 'drift'>, minRows: number): number | null {
  const drifted = drift.filter(({ state }) => state === 'drifted').map(({ rows }) => rows);
  return drifted.length === 0 ? null : Math.max(minRows, Math.min(...drifted));
}

const newest = (rows: number, of: number): Int32Array =>
  Int32Array.from({ length: rows }, (_, i) => of - rows + i);

/** Labelled rows: those that got worse, or else all. Undefined: the level of before stays. */
function labelsOf({ answered, policy }: Traffic, { performance }: MonitorReport): ScoredRows | undefined {
  const { state, selection = null, judged = [] } = performance;
  const { task, scores, target, threshold } = answered;
  const known = [...target.keys()].filter((row) => !Number.isNaN(target[row]));
  if (known.length < policy.performance.min_labels) return undefined;
  if (selection !== null && state !== 'worse') return undefined;
  const labels = state === 'worse' ? (judged.at(-1)?.labels ?? known.length) : known.length;
  return taking(scoredRows(task, scores, target, threshold), known.slice(known.length - labels));
}

function* performanceOf(
  { reference, answered, random }: Traffic,
  scored: ScoredRows,
): Work<Reference['performance']> {
  const rows = scored.target.length;
  const metrics: Record<string, Reference['performance']['metrics'][string]> = {};
  for (const metric of metricsFor(answered.task.kind)) {
    const estimate = metric.prepare(scored);
    const value = estimate(new Int32Array(rows).fill(1));
    yield rows;
    if (!Number.isFinite(value)) continue;
    const closed = metric.interval?.(scored);
    const [resampled] =
      closed === undefined ? yield* bootstrapping([estimate], rows, { replicates, random }) : [];
    const { low, high } = closed ?? resampled!;
    metrics[metric.name] = { value, low, high };
  }
  return { metric: reference.performance.metric, rows, metrics };
}

/**
 * The present population as a reference: the rows that alarm, the answers to them, and how good these are on the labels
 * that came. With too few labels the level of before stays.
 */
export function* presentReference(traffic: Traffic, report: MonitorReport): Work<Present> {
  const { current, reference, scored: before, policy } = traffic;
  const all = current.table.rows;
  const rows = Math.min(all, driftedRows(report, policy.min_rows) ?? all);
  const labelled = labelsOf(traffic, report);
  const performance =
    labelled === undefined ? reference.performance : yield* performanceOf(traffic, labelled);
  const present = yield* profilingReference({
    population: takeRows(current.table, newest(rows, all)),
    predictions: takeRows(current.predictions, newest(rows, current.predictions.rows)),
    performance,
  });
  return {
    reference: present,
    from: current.log?.at.at(-rows) ?? null,
    scored: labelled === undefined ? before : keepScored(labelled.scores, labelled.target),
  };
}
