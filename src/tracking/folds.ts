import { Type } from '@sinclair/typebox';
import { count, instant, objectDigest, orNull, text } from '../shape.ts';
import type { Shape } from '../shape.ts';
import { replacedObjects } from './replaced.ts';
import type { Ledger } from './ledger.ts';
import type { Kept } from './recordKind.ts';
import { listRecords, recordKind, replaceRecord, writeRecord } from './recordKind.ts';

const foldShape = Type.Object({
  at: instant(),
  /** Everything that was predicted before this has expired (ms since 1970 UTC). */
  before: Type.Number(),
  /** `<instance>/<segment>` of each segment that went. */
  segments: Type.Array(text()),
  /** Predictions in them. */
  predictions: count(),
  /** Those with a label: kept as training rows. */
  rows: count(),
  /** Parquet of these; null where there was none. */
  parquet: orNull(objectDigest()),
  /** The row schema that types it, as an object. */
  schema: orNull(objectDigest()),
  replaced: replacedObjects(),
});

/** What of the prediction log expired, and the labelled rows that were folded before. */
export type Fold = Shape<typeof foldShape>;

const sample: Fold = {
  at: 1_764_400_000_000,
  before: 1_729_840_000_000,
  segments: ['01JHX3Q4V5W6X7Y8Z9A0B1C2D3/predictions-000001.ndjson'],
  predictions: 5000,
  rows: 120,
  parquet: 'a'.repeat(64),
  schema: 'b'.repeat(64),
};

export const foldKind = recordKind({
  name: 'fold',
  owner: 'pipeline',
  version: 1,
  minimumAieng: '0.2.0',
  shape: foldShape,
  older: {},
  without: 'Labelled rows that expired are missing from the training rows of `aieng retrain` then.',
  sample,
});

/** Writes down what expired. */
export const writeFold = (
  { store }: Pick<Ledger, 'store'>,
  pipeline: string,
  id: string,
  fold: Fold,
): Promise<boolean> => writeRecord(store, foldKind, { of: pipeline, id }, fold);

/** The newest folds of a pipeline's log that can be read, newest first. */
export async function lastFolds(
  { store }: Pick<Ledger, 'store'>,
  pipeline: string,
  limit: number,
): Promise<readonly Kept<Fold>[]> {
  return (await listRecords(store, foldKind, { of: pipeline, limit })).records;
}

/**
 * Every fold of a pipeline's log, newest first.
 *
 * @throws damaged (exit 8) where one cannot be read: training rows would be missing in silence.
 */
export async function readFolds(
  { store }: Pick<Ledger, 'store'>,
  pipeline: string,
): Promise<readonly Kept<Fold>[]> {
  const { records, damaged } = await listRecords(store, foldKind, { of: pipeline });
  if (damaged[0] !== undefined) throw damaged[0];
  return records;
}

/** Puts what is left of a fold in its place. */
export const replaceFold = (
  { store }: Pick<Ledger, 'store'>,
  pipeline: string,
  id: string,
  fold: Fold,
): Promise<void> => replaceRecord(store, foldKind, { of: pipeline, id }, fold);
