import type { Json } from '../digest.ts';
import { monitorReportShape } from '../monitoring/report.ts';
import type { MonitorReport } from '../monitoring/report.ts';
import { noLabels } from '../traffic/account.ts';
import type { Ledger } from './ledger.ts';
import type { Kept, Listed } from './recordKind.ts';
import { listRecords, newestRecord, recordKind, writeRecord } from './recordKind.ts';
import { isMembers } from './since01.ts';

const sample: MonitorReport = {
  name: 'churn',
  version: 3,
  bundle: 'a'.repeat(64),
  at: 1_764_400_000_000,
  window: { rows: 412, rejected: 0, from: 1_764_300_000_000, to: 1_764_399_000_000 },
  drift: [
    {
      column: 'contract',
      of: 'input',
      test: 'hypergeometric',
      distance: 'jensen_shannon',
      p: 0.0001,
      adjustedP: 0.0004,
      effect: 0.21,
      psi: 0.3,
      rows: 412,
      referenceRows: 5634,
      looks: 143,
      from: 1_764_300_000_000,
      onset: { kind: 'slow', since: 1_764_000_000_000 },
      state: 'drifted',
      change: '"two year" 24 % → 3 %',
      bins: [{ label: 'two year', reference: 0.24, current: 0.03 }],
    },
  ],
  schema: [{ column: 'plan', kind: 'new-category', message: 'a new plan', count: 4, share: 0.01 }],
  performance: {
    metric: 'log_loss',
    labelled: 90,
    rows: 412,
    state: 'ok',
    message:
      'If the model were as good as before, chance alone would still show a difference as large in 0.02 % of cases. Up to 1 % is taken as real.',
    from: 1_764_300_000_000,
    to: 1_764_399_000_000,
    looks: 1,
    judged: [
      {
        metric: 'log_loss',
        labels: 90,
        against: 1000,
        reference: 0.41,
        current: 0.43,
        p: 0.0002,
        adjustedP: 0.0002,
        deals: 5000,
      },
    ],
    selection: null,
    estimate: {
      metric: 'log_loss',
      value: 0.44,
      reference: 0.41,
      rows: 1770,
      trust: 'What the new inputs cost if the world still answers as it did; blind where it no longer does.',
    },
    reference: 0.41,
    current: 0.43,
    low: 0.38,
    high: 0.49,
    metrics: { log_loss: { reference: 0.41, current: 0.43 } },
    cost: null,
  },
  health: {
    state: 'ok',
    requests: 500,
    errors: 1,
    errorRate: 0.002,
    p50Ms: 1.2,
    p99Ms: 4.5,
    memoryMb: 180,
    message: '',
    since: 1_764_396_000_000,
    lostRecords: 0,
    counters: {
      at: 1_764_399_000_000,
      requests: 9500,
      errors: 3,
      lostRecords: 0,
      buckets: [
        [0.01, 9400],
        [null, 9500],
      ],
    },
  },
  alarms: [{ kind: 'drift', message: 'contract drifted', columns: ['contract'] }],
  decision: 'alarm',
  labels: noLabels,
};

/** aieng 0.1 counted three fates of labels, no rejected rows, and judged health over the life of a service. */
function since01(report: Json): Json {
  if (!isMembers(report)) return report;
  const { window, performance, health } = report;
  if (!isMembers(window) || !isMembers(performance) || !isMembers(health)) return report;
  const fate = (name: string): number => Number(performance[name] ?? 0);
  const [used, superseded, unmatched] = [fate('labelled'), fate('replacedLabels'), fate('orphanLabels')];
  const labels = { ...noLabels, given: used + superseded + unmatched, used, superseded, unmatched };
  return {
    labels,
    ...report,
    window: { rejected: 0, ...window },
    health: { since: null, lostRecords: 0, counters: null, ...health },
  };
}

/** What monitoring saw of a pipeline's model, each time it looked. */
export const monitorReportKind = recordKind({
  name: 'monitor',
  owner: 'pipeline',
  version: 2,
  minimumAieng: '0.2.0',
  shape: monitorReportShape,
  older: { 1: since01 },
  without: 'Run `aieng monitor` again: it reports on the same traffic.',
  sample,
});

/** Writes down a report under the id of the run that made it. */
export async function writeMonitorReport(
  { store }: Pick<Ledger, 'store'>,
  pipeline: string,
  runId: string,
  report: MonitorReport,
): Promise<void> {
  await writeRecord(store, monitorReportKind, { of: pipeline, id: runId }, report);
}

/**
 * The newest report on a pipeline's model.
 *
 * @throws damaged (exit 8), naming the file: an older report says nothing of today.
 */
export const lastMonitorReport = (
  { store }: Pick<Ledger, 'store'>,
  pipeline: string,
): Promise<Kept<MonitorReport> | undefined> => newestRecord(store, monitorReportKind, pipeline);

/** The newest reports that can be read, and what is wrong with those that cannot. */
export const readMonitorReports = (
  { store }: Pick<Ledger, 'store'>,
  pipeline: string,
  limit: number,
): Promise<Listed<MonitorReport>> => listRecords(store, monitorReportKind, { of: pipeline, limit });
