import { Type } from '@sinclair/typebox';
import { count, digest, instant, objectDigest, oneOf, orNull, text } from '../shape.ts';
import type { Shape } from '../shape.ts';
import { replacedObjects } from './replaced.ts';
import type { Ledger } from './ledger.ts';
import type { Kept } from './recordKind.ts';
import { listRecords, newestRecord, recordKind, replaceRecord, writeRecord } from './recordKind.ts';

const rejectsShape = Type.Object({
  at: instant(),
  /** The source as the pipeline names it. */
  file: text(),
  /** Of the bytes that were read. */
  source: digest(),
  schema: digest(),
  records: count(),
  rejected: count(),
  /** `source.max_rejected_share` at that time. */
  tolerated: Type.Number(),
  /** `refused`: too many were rejected, and no snapshot came of it. */
  outcome: oneOf(['ingested', 'refused']),
  /** NDJSON of every rejection; null where there was none. */
  rejects: orNull(objectDigest()),
  replaced: replacedObjects(),
});

/** What became of the records of a source, whether a snapshot came of it or not. */
export type RejectsRecord = Shape<typeof rejectsShape>;

const sample: RejectsRecord = {
  at: 1_764_400_000_000,
  file: 'data/customers.csv',
  source: 'a'.repeat(64),
  schema: 'b'.repeat(64),
  records: 2000,
  rejected: 139,
  tolerated: 0.05,
  outcome: 'refused',
  rejects: 'c'.repeat(64),
};

export const rejectsKind = recordKind({
  name: 'rejects',
  owner: 'pipeline',
  version: 1,
  minimumAieng: '0.2.0',
  shape: rejectsShape,
  older: {},
  without: 'Run `aieng ingest` again, and it is written anew.',
  sample,
});

/** What the newest ingest of a pipeline rejected; undefined where there was none. */
export async function lastRejects(
  { store }: Pick<Ledger, 'store'>,
  pipeline: string,
): Promise<RejectsRecord | undefined> {
  return (await newestRecord(store, rejectsKind, pipeline))?.content;
}

/** Writes down what an ingest rejected, unless the newest record says that already. */
export async function writeRejects(
  { store, environment }: Pick<Ledger, 'store' | 'environment'>,
  pipeline: string,
  said: Omit<RejectsRecord, 'at'>,
): Promise<void> {
  const { records } = await listRecords(store, rejectsKind, { of: pipeline, limit: 1 });
  const before = records[0]?.content;
  const same =
    before !== undefined &&
    (Object.keys(said) as (keyof typeof said)[]).every((name) => before[name] === said[name]);
  if (same) return;
  const id = environment.newId();
  await writeRecord(store, rejectsKind, { of: pipeline, id }, { at: environment.now(), ...said });
}

/**
 * What every ingest of a pipeline rejected, newest first.
 *
 * @throws damaged (exit 8) where one cannot be read: it may say of whom it is.
 */
export async function everyRejects(
  { store }: Pick<Ledger, 'store'>,
  pipeline: string,
): Promise<readonly Kept<RejectsRecord>[]> {
  const { records, damaged } = await listRecords(store, rejectsKind, { of: pipeline });
  if (damaged[0] !== undefined) throw damaged[0];
  return records;
}

/** Puts what is left of such a record in its place. */
export const replaceRejects = (
  { store }: Pick<Ledger, 'store'>,
  pipeline: string,
  id: string,
  record: RejectsRecord,
): Promise<void> => replaceRecord(store, rejectsKind, { of: pipeline, id }, record);
