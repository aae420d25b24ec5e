import { Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import type { Digest } from '../digest.ts';
import { damagedError } from '../errors.ts';
import { count, digest, instant, objectDigest, text } from '../shape.ts';
import type { Shape } from '../shape.ts';
import type { Ledger } from './ledger.ts';
import type { Kept } from './recordKind.ts';
import { listRecords, newestRecord, recordKind, replaceRecord, writeRecord } from './recordKind.ts';
import { replacedObjects } from './replaced.ts';

const mendedShape = Type.Object({
  at: instant(),
  /** The file that a person mended, as it was named. */
  file: text(),
  /** Of the object: all that were mended until then. */
  records: count(),
  mended: objectDigest('NDJSON of `MendedRecord`s.'),
  replaced: replacedObjects(),
});
export type MendedState = Shape<typeof mendedShape>;

const sample: Shape<typeof mendedShape> = {
  at: 1_764_400_000_000,
  file: 'mended.csv',
  records: 12,
  mended: 'c'.repeat(64),
};

/** Rejected records that a person mended: the next ingest takes them in the place of what the source has. */
export const mendedKind = recordKind({
  name: 'mended',
  owner: 'pipeline',
  version: 1,
  minimumAieng: '0.2.0',
  shape: mendedShape,
  older: {},
  without: 'Run `aieng rejects --requeue` with the mended file again.',
  sample,
});

/** A record of the source in its mended form, and which record it stands for. */
const recordShape = Type.Object({
  file: text('The source as the pipeline names it.'),
  line: count('Where the record stood when it was mended.'),
  was: digest('Of the record as it stands in the source: it is known by this, wherever it moves.'),
  raw: text('The record as it should be.'),
  by: text('The mended file and the number of the record in it.'),
});
export type MendedRecord = Shape<typeof recordShape>;

/** What was mended of a pipeline's source, newest state; undefined where nothing was. */
export async function lastMended(
  { store }: Pick<Ledger, 'store'>,
  pipeline: string,
): Promise<{ readonly digest: Digest; readonly file: string } | undefined> {
  const content = (await newestRecord(store, mendedKind, pipeline))?.content;
  return content && { digest: content.mended, file: content.file };
}

/** The records of such an object. */
export async function readMended({ store }: Pick<Ledger, 'store'>, object: Digest): Promise<MendedRecord[]> {
  const lines = new TextDecoder()
    .decode(await store.get(object))
    .split('\n')
    .filter((line) => line !== '');
  return lines.map((line) => {
    const value: unknown = JSON.parse(line);
    if (Value.Check(recordShape, value)) return value;
    throw damagedError({
      code: 'mended-damaged',
      message: 'An object of mended records holds something else.',
      hint: 'Run `aieng rejects --requeue` with the mended file again.',
    });
  });
}

const encodeMended = (records: readonly MendedRecord[]): Buffer =>
  Buffer.from(records.map((record) => `${JSON.stringify(record)}\n`).join(''), 'utf8');

/** Keeps mended records, all of them: those of before that still hold stand among them. */
export async function writeMended(
  { store, environment }: Pick<Ledger, 'store' | 'environment'>,
  pipeline: string,
  file: string,
  records: readonly MendedRecord[],
): Promise<void> {
  const mended = await store.put(encodeMended(records));
  const id = environment.newId();
  const content = { at: environment.now(), file, records: records.length, mended };
  await writeRecord(store, mendedKind, { of: pipeline, id }, content);
}

/**
 * Every state of what was mended of a pipeline's source, newest first.
 *
 * @throws damaged (exit 8) where one cannot be read: it may say of whom it is.
 */
export async function everyMended(
  { store }: Pick<Ledger, 'store'>,
  pipeline: string,
): Promise<readonly Kept<MendedState>[]> {
  const { records, damaged } = await listRecords(store, mendedKind, { of: pipeline });
  if (damaged[0] !== undefined) throw damaged[0];
  return records;
}

/** Puts the records that are left of such a state in its place. */
export async function replaceMended(
  { store }: Pick<Ledger, 'store'>,
  pipeline: string,
  { id, content }: Kept<MendedState>,
  left: readonly MendedRecord[],
): Promise<void> {
  const mended = await store.put(encodeMended(left));
  const replaced = [...(content.replaced ?? []), content.mended];
  const next = { ...content, records: left.length, mended, replaced };
  await replaceRecord(store, mendedKind, { of: pipeline, id }, next);
}
