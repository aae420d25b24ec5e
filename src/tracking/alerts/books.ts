import type { AlertBook } from '../../alerting/alert.ts';
import { alertBookShape, emptyBook } from '../../alerting/alert.ts';
import type { AiengError } from '../../errors.ts';
import type { Ledger } from '../ledger.ts';
import { listRecords, recordKind, writeRecord } from '../recordKind.ts';

const sample: AlertBook = {
  alerts: [
    {
      id: '0123456789abcdef',
      kind: 'drift',
      key: '',
      severity: 'warning',
      summary: '1 of 12 columns drifted: contract ("two year" 24 % → 3 %).',
      details: ['aieng explain drift --pipeline churn'],
      marks: ['contract'],
      state: 'firing',
      startsAt: 1_764_400_000_000,
      endsAt: null,
      seenAt: 1_764_403_600_000,
      told: {
        slack: {
          startsAt: 1_764_400_000_000,
          state: 'firing',
          severity: 'warning',
          marks: ['contract'],
          at: 1_764_400_001_000,
        },
      },
    },
  ],
  receivers: {
    slack: { failures: 0, nextTryAt: 1_764_400_001_000, problem: null, sentAt: 1_764_400_001_000 },
  },
  expired: 0,
};

/** The alerts of a pipeline as they stand, and who knows of which. The newest counts; older ones are taken away. */
export const alertBookKind = recordKind({
  name: 'alerts',
  owner: 'pipeline',
  version: 1,
  minimumAieng: '0.2.0',
  shape: alertBookShape,
  older: {},
  without: 'What goes on is told once more at the next look.',
  sample,
});

/** The newest book that can be read, and what is wrong with a newer one that cannot. */
export async function readAlertBook(
  { store }: Pick<Ledger, 'store'>,
  pipeline: string,
): Promise<{ readonly book: AlertBook; readonly damaged: readonly AiengError[] }> {
  const { records, damaged } = await listRecords(store, alertBookKind, { of: pipeline, limit: 1 });
  return { book: records[0]?.content ?? emptyBook, damaged };
}

/** Puts a book on top of those before, and takes these away. Callers hold the lock of the pipeline's alerts. */
export async function writeAlertBook(
  { store, environment }: Pick<Ledger, 'store' | 'environment'>,
  pipeline: string,
  book: AlertBook,
): Promise<void> {
  const kept = `${alertBookKind.name}-${pipeline}`;
  const older = await store.recordIds(kept);
  await writeRecord(store, alertBookKind, { of: pipeline, id: environment.newId() }, book);
  for (const id of older) await store.removeRecord(kept, id);
}

/** Pipelines that have a book. */
export async function alertBookNames({ store }: Pick<Ledger, 'store'>): Promise<readonly string[]> {
  const prefix = `${alertBookKind.name}-`;
  return (await store.recordKinds()).flatMap((kept) =>
    kept.startsWith(prefix) ? [kept.slice(prefix.length)] : [],
  );
}
