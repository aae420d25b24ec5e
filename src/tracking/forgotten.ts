import { Type } from '@sinclair/typebox';
import { count, digest, instant, text } from '../shape.ts';
import type { Shape } from '../shape.ts';
import type { Ledger } from './ledger.ts';
import { recordKind, writeRecord } from './recordKind.ts';

const forgottenShape = Type.Object({
  at: instant(),
  why: text(),
  /** Salted hash of the row's id: whoever has the id can show that it was forgotten, and nobody else learns it. */
  row: digest(),
  predictions: count(),
  labels: count(),
  /** Labelled rows of predictions that had expired; records written before this was known do not say. */
  folded: Type.Optional(count()),
  /** Rejected records. */
  rejected: Type.Optional(count()),
});
export type ForgottenRecord = Shape<typeof forgottenShape>;

const sample: ForgottenRecord = {
  at: 1_764_400_000_000,
  why: 'asked for by letter of 3 May',
  row: 'a'.repeat(64),
  predictions: 3,
  labels: 1,
  folded: 2,
  rejected: 1,
};

/** What was taken out of the prediction log at somebody's wish. */
export const forgottenKind = recordKind({
  name: 'forgotten',
  owner: 'pipeline',
  version: 1,
  minimumAieng: '0.2.0',
  shape: forgottenShape,
  older: {},
  without: 'What was forgotten stays forgotten; only the proof of it is missing then.',
  sample,
});

/** Writes down that a row was forgotten. */
export const writeForgotten = (
  { store }: Pick<Ledger, 'store'>,
  pipeline: string,
  id: string,
  record: ForgottenRecord,
): Promise<boolean> => writeRecord(store, forgottenKind, { of: pipeline, id }, record);
