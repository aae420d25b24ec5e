import { Type } from '@sinclair/typebox';
import { deploymentStatusShape } from '../deployment/target.ts';
import { comparisonShape, verdictShape } from '../evaluation/evaluation.ts';
import { count, digest, instant, oneOf, orNull, text } from '../shape.ts';
import type { Shape } from '../shape.ts';
import { labelAccountShape } from '../traffic/account.ts';
import type { Ledger } from './ledger.ts';
import { listRecords, newestRecord, recordKind, writeRecord } from './recordKind.ts';
import { isMembers } from './since01.ts';

/** What `retrain` decided, and on what evidence. */
export const retrainingShape = Type.Object({
  decision: oneOf([
    'no-trigger',
    'cooldown',
    'not-enough-data',
    'busy',
    'challenger-not-better',
    'champion-moved',
    'gate-failed',
    'promoted',
    'promoted-and-deployed',
  ]),
  because: text(),
  triggers: Type.Array(text()),
  trainingRows: orNull(count()),
  comparisonRows: orNull(count()),
  comparison: orNull(comparisonShape, 'Champion against challenger on the recent rows that only judge.'),
  onSource: orNull(
    comparisonShape,
    "The same two on the source's test part: what the change means for the old population.",
  ),
  schemaChanges: Type.Array(text(), {
    description: 'What the recent rows added to open domains and ranges.',
  }),
  verdict: orNull(verdictShape),
  champion: orNull(Type.Object({ version: orNull(count()), bundle: digest() })),
  challenger: orNull(Type.Object({ version: count(), bundle: digest() })),
  deployed: orNull(deploymentStatusShape),
  labels: orNull(labelAccountShape, 'What became of the labels of the recent window.'),
});
export type Retraining = Shape<typeof retrainingShape>;

const retrainingRecordShape = Type.Composite([retrainingShape, Type.Object({ at: instant() })]);
export type RetrainingRecord = Shape<typeof retrainingRecordShape>;

const sample: RetrainingRecord = {
  at: 1_764_400_000_000,
  decision: 'challenger-not-better',
  because: 'The challenger is within noise of the champion.',
  triggers: ['drift'],
  trainingRows: 5634,
  comparisonRows: 90,
  comparison: {
    metric: 'log_loss',
    rows: 90,
    champion: 0.43,
    challenger: 0.42,
    improvement: { value: 0.01, low: -0.02, high: 0.04 },
  },
  onSource: null,
  schemaChanges: [],
  verdict: { passed: true, gates: [], sentence: 'It beats the baselines.' },
  champion: { version: 3, bundle: 'a'.repeat(64) },
  challenger: null,
  deployed: null,
  labels: null,
};

/** Decisions of `retrain`: the cooldown counts from the newest that trained a challenger. */
export const retrainingKind = recordKind({
  name: 'retrain',
  owner: 'pipeline',
  version: 2,
  minimumAieng: '0.2.0',
  shape: retrainingRecordShape,
  // aieng 0.1 kept no account of labels.
  older: { 1: (record) => (isMembers(record) ? { labels: null, ...record } : record) },
  without: 'Without it, `aieng retrain` may try again before its cooldown is over.',
  sample,
});

/** Writes down a decision under the id of the run that took it. */
export async function writeRetraining(
  { store, environment }: Pick<Ledger, 'store' | 'environment'>,
  pipeline: string,
  runId: string,
  retraining: Retraining,
): Promise<void> {
  const record = { ...retraining, at: environment.now() };
  await writeRecord(store, retrainingKind, { of: pipeline, id: runId }, record);
}

/** The newest decision for a pipeline that can be read. */
export async function lastRetraining(
  { store }: Pick<Ledger, 'store'>,
  pipeline: string,
): Promise<RetrainingRecord | undefined> {
  return (await listRecords(store, retrainingKind, { of: pipeline, limit: 1 })).records[0]?.content;
}

/**
 * The newest decision that was taken after a challenger was trained, however many idle ones came after it.
 *
 * @throws damaged (exit 8): what cannot be read may have been one, and trained a minute ago.
 */
export async function lastTraining(
  { store }: Pick<Ledger, 'store'>,
  pipeline: string,
): Promise<RetrainingRecord | undefined> {
  const trained = ({ trainingRows }: RetrainingRecord): boolean => trainingRows !== null;
  return (await newestRecord(store, retrainingKind, pipeline, trained))?.content;
}
