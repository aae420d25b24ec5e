import { takeRows } from '../data/columns.ts';
import { scoredRows } from '../statistics/metrics/index.ts';
import { estimatePerformance } from './estimate.ts';
import { scoredOf } from './scoredReference.ts';
import { findAlarms } from './alarms.ts';
import { explainChange } from './change/explainChange.ts';
import type { ColumnImportance } from './change/explainChange.ts';
import { comparingTraffic } from './compare.ts';
import { judgedWindows, windowsTold } from './windows.ts';
import { judgingPerformance } from './performance.ts';
import { withoutPersonalValues } from './change/personal.ts';
import { findSchemaAlarms } from './schemaAlarms.ts';
import type { MonitorSection } from '../pipeline/pipeline.ts';
import type { Random } from '../random.ts';
import type { CurrentRows } from './compare.ts';
import type { AnsweredRows } from './performance.ts';
import type { Reference, ScoredReference } from './reference.ts';
import type { HealthReport, MonitorReport, PerformanceReport } from './report.ts';
import { searchingSlices } from './slices/search.ts';
import { speakingLabels } from './slices/speaking.ts';
import { finish } from '../work.ts';
import type { Work } from '../work.ts';

/** Which model answered in which window. */
export type ReportHead = Pick<MonitorReport, 'name' | 'version' | 'bundle' | 'at' | 'labels'> & {
  readonly rejected: number;
  readonly later?: number;
  readonly repeats?: number;
  readonly from: number | null;
  readonly to: number | null;
};

export interface Traffic extends ReportHead {
  readonly reference: Reference;
  /** Scored rows of it; null in bundles of before they were kept. */
  readonly scored: ScoredReference | null;
  readonly current: CurrentRows;
  readonly answered: AnsweredRows;
  /** How much the model depends on its inputs, where that was measured. */
  readonly importances?: readonly ColumnImportance[];
  /** The model's answers to the current rows, `rows × outputs`. */
  readonly scores: Float64Array;
  readonly health: HealthReport;
  /** Columns whose values no report may show. */
  readonly personal?: ReadonlySet<string>;
  readonly policy: MonitorSection;
  readonly random: Random;
}

/** How the rows were looked at: told of a log, since a file is looked at once and as a whole. */
function lookingOf({ table, log }: CurrentRows, minRows: number): Pick<MonitorReport, 'looking'> {
  if (log === undefined || table.rows === 0) return {};
  const windows = judgedWindows(table.rows, minRows, log);
  return {
    looking: {
      windows: windows.map(({ rows, from, charge, covers, like, waits }) => ({
        rows,
        from: from ?? log.now,
        looks: charge * windows.length,
        covers,
        like: like?.length ?? null,
        waits,
      })),
      message: windowsTold(windows),
    },
  };
}

/**
 * Puts the findings together: an alarm where there is one; else `not enough data` when neither drift nor
 * performance could be judged, or a difference waits for a day to compare with; else calm.
 */
export function assembleReport(
  head: ReportHead,
  findings: Pick<MonitorReport, 'drift' | 'schema' | 'performance' | 'health' | 'looking' | 'explained'>,
  rows: number,
  minRows: number,
): MonitorReport {
  const alarms = findAlarms(findings, rows);
  const waits = rows >= minRows && findings.drift.some(({ state }) => state === 'not enough data');
  const unjudged = waits || (rows < minRows && findings.performance.state === 'not enough labels');
  const { from, to, rejected, later, repeats, ...named } = head;
  return {
    name: named.name,
    version: named.version,
    bundle: named.bundle,
    at: named.at,
    window: {
      ...{ rows, rejected, from, to },
      ...(later === undefined ? {} : { later }),
      ...(repeats === undefined ? {} : { repeats }),
    },
    labels: named.labels,
    ...findings,
    alarms,
    decision: alarms.length > 0 ? 'alarm' : unjudged ? 'not enough data' : 'calm',
  };
}

/** Judges a window of traffic against a bundle's reference: drift, shape, performance on known labels, health. */
export function monitorTraffic(traffic: Traffic): MonitorReport {
  return finish(monitoringTraffic(traffic));
}

/** What the metric is to be on the present rows, labels or not. */
function estimateOf({
  answered,
  reference,
  scored,
  scores,
}: Traffic): ReturnType<typeof estimatePerformance> {
  const { task, threshold } = answered;
  const now = scoredRows(task, scores, new Float64Array(0), threshold);
  const kept = scored === null ? null : scoredOf(task, scored, threshold);
  return estimatePerformance(task, reference.performance.metric, now, kept);
}

/** Where it got worse; null where the labels or the reference do not tell. */
function* slicesOf(
  traffic: Traffic,
  performance: PerformanceReport,
): Work<NonNullable<PerformanceReport['slices']> | null> {
  const { reference, scored, answered, policy, personal = new Set(), random } = traffic;
  const { inputs, task } = answered;
  const { selection = null } = performance;
  const speaking = speakingLabels(answered, policy.performance, performance);
  if (inputs === undefined || speaking === undefined || selection !== null) return null;
  if (scored?.groups === undefined) return null;
  return yield* searchingSlices({
    task,
    known: speaking.scored,
    inputs: takeRows(inputs(), speaking.rows),
    reference,
    scored,
    personal,
    alpha: 1 - policy.performance.confidence,
    random: random.fork('slices'),
  });
}

/** `monitorTraffic` in pieces. */
export function* monitoringTraffic(traffic: Traffic): Work<MonitorReport> {
  const { reference, current, answered, policy } = traffic;
  const performance = yield* judgingPerformance(
    answered,
    { performance: reference.performance, scored: traffic.scored },
    policy.performance,
    traffic.random,
  );
  const drift = yield* comparingTraffic(reference, current, policy);
  const explained = explainChange(drift, traffic.importances ?? []);
  const schema = findSchemaAlarms(
    reference.columns,
    current.table,
    policy.drift.ignore,
    current.log,
    policy.min_rows,
  );
  const findings = {
    ...lookingOf(current, policy.min_rows),
    ...withoutPersonalValues({ drift, schema }, traffic.personal ?? new Set()),
    ...(explained === undefined ? {} : { explained }),
    performance: {
      ...performance,
      estimate: estimateOf(traffic),
      slices: yield* slicesOf(traffic, performance),
    },
    health: traffic.health,
  };
  return assembleReport(traffic, findings, current.table.rows, policy.min_rows);
}
