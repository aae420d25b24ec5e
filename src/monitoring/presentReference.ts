import { takeRows } from '../data/columns.ts';
import { bootstrapping } from '../statistics/bootstrap.ts';
import { metricsFor } from '../statistics/metrics/index.ts';
import type { ScoredRows } from '../statistics/metrics/index.ts';
import type { Work } from '../work.ts';
import type { Traffic } from './monitorTraffic.ts';
import { profilingReference } from './profileReference.ts';
import type { Reference, ScoredReference } from './reference.ts';
import type { MonitorReport } from './report.ts';
import { keepScored } from './scoredReference.ts';
import { scoredGroups } from './slices/groups.ts';
import { speakingLabels } from './slices/speaking.ts';
import type { SpeakingLabels } from './slices/speaking.ts';

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

/** The labelled rows as a reference keeps them, with the parts of the present columns that they lie in. */
function scoredNow(
  { answered: { inputs }, importances = [], personal = new Set() }: Traffic,
  { columns }: Reference,
  { rows, scored }: SpeakingLabels,
): ScoredReference {
  const choice = { personal, important: importances.map(({ column }) => column) };
  const groupsOf = (kept: Int32Array) =>
    scoredGroups(
      columns,
      takeRows(
        inputs!(),
        kept.map((place) => rows[place]!),
      ),
      choice,
    );
  return keepScored(scored.scores, scored.target, inputs === undefined ? undefined : groupsOf);
}

/** The scored rows of before: the parts that they lie in were those of other columns. */
const withoutGroups = (scored: ScoredReference | null): ScoredReference | null => {
  if (scored === null) return null;
  const { outputs, scores, target } = scored;
  return { outputs, scores, target };
};

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
  const labelled = speakingLabels(traffic.answered, traffic.policy.performance, report.performance);
  const performance =
    labelled === undefined ? reference.performance : yield* performanceOf(traffic, labelled.scored);
  const present = yield* profilingReference({
    population: takeRows(current.table, newest(rows, all)),
    predictions: takeRows(current.predictions, newest(rows, current.predictions.rows)),
    performance,
  });
  return {
    reference: present,
    from: current.log?.at.at(-rows) ?? null,
    scored: labelled === undefined ? withoutGroups(before) : scoredNow(traffic, present, labelled),
  };
}
