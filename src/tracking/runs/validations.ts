import type { Validated } from '../../validation/history.ts';
import { validatedShape } from '../../validation/history.ts';
import type { Ledger } from '../ledger.ts';
import type { Listed } from '../recordKind.ts';
import { listRecords, recordKind, storeKind, writeRecord } from '../recordKind.ts';

const sample: Validated = {
  at: 1_764_400_000_000,
  snapshot: 'a'.repeat(64),
  rows: 344,
  quarantined: 3,
  errors: 0,
  warnings: 1,
  found: ['low-presence: sex'],
  rejected: [{ column: 'bill_depth_mm', reason: 'expected a number', count: 3 }],
  moreReasons: 0,
  missing: [{ column: 'sex', share: 0.03 }],
  moreColumns: 0,
  changed: '340 → 344 rows',
  state: 'warned',
};

/** Looks at snapshots that the history keeps. Trends are drawn of them; no command decides by them. */
export const validatedKind = recordKind({
  name: 'validated',
  owner: 'pipeline',
  version: 1,
  minimumAieng: '0.2.0',
  shape: validatedShape,
  older: {},
  without: 'Without it, that look is missing from the history of the data; nothing else is.',
  sample,
});

/** Three of a day over a year; the oldest make room. */
const mostKept = 1000;

/** Keeps a look at a snapshot. */
export async function writeValidated(
  { store }: Pick<Ledger, 'store'>,
  pipeline: string,
  id: string,
  validated: Validated,
): Promise<void> {
  await writeRecord(store, validatedKind, { of: pipeline, id }, validated);
  const kept = storeKind(validatedKind, pipeline);
  for (const old of (await store.recordIds(kept)).slice(mostKept)) await store.removeRecord(kept, old);
}

/** The newest looks at snapshots that were kept, newest first. */
export const readValidated = (
  { store }: Pick<Ledger, 'store'>,
  pipeline: string,
  limit: number,
): Promise<Listed<Validated>> => listRecords(store, validatedKind, { of: pipeline, limit });
