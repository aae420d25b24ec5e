import { lookShape } from '../../monitoring/history/look.ts';
import type { Look } from '../../monitoring/history/look.ts';
import type { Ledger } from '../ledger.ts';
import type { Listed } from '../recordKind.ts';
import { listRecords, recordKind, writeRecord } from '../recordKind.ts';

const sample: Look = {
  at: 1_764_400_000_000,
  version: 3,
  bundle: 'a'.repeat(64),
  of: 'log',
  rows: 412,
  decision: 'alarm',
  changed: 'calm → alarm; drifted: contract',
  drift: [{ column: 'contract', of: 'input', effect: 0.21, state: 'drifted' }],
  performance: {
    metric: 'log_loss',
    state: 'ok',
    labelled: 90,
    reference: 0.41,
    current: 0.43,
    low: 0.38,
    high: 0.49,
  },
  health: { state: 'ok', requests: 500, errorRate: 0.002, p99Ms: 4.5 },
  alarms: ['drift'],
};

/** Looks that the history keeps, under the id of the run that looked. Trends are drawn of them; no command decides by them. */
export const lookKind = recordKind({
  name: 'look',
  owner: 'pipeline',
  version: 1,
  minimumAieng: '0.2.0',
  shape: lookShape,
  older: {},
  without: 'Without it, that look is missing from the history; nothing else is.',
  sample,
});

/** Keeps a look under the id of the run that looked. */
export const writeLook = (
  { store }: Pick<Ledger, 'store'>,
  pipeline: string,
  runId: string,
  look: Look,
): Promise<boolean> => writeRecord(store, lookKind, { of: pipeline, id: runId }, look);

/** The newest looks that were kept, newest first. */
export const readLooks = (
  { store }: Pick<Ledger, 'store'>,
  pipeline: string,
  limit: number,
): Promise<Listed<Look>> => listRecords(store, lookKind, { of: pipeline, limit });
