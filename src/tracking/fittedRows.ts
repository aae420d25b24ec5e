import { Type } from '@sinclair/typebox';
import { snapshotShape } from '../data/snapshot.ts';
import type { Digest } from '../digest.ts';
import { instant, objectDigest } from '../shape.ts';
import type { Shape } from '../shape.ts';
import type { Ledger } from './ledger.ts';
import { readRecord, recordKind, writeRecord } from './recordKind.ts';
import { withSnapshotSince01 } from './since01.ts';

const fittedRowsShape = Type.Object({
  snapshot: snapshotShape,
  split: objectDigest('One byte a row of the snapshot in training order, which says what it did.'),
  at: instant(),
  retrained: Type.Optional(
    Type.Object(
      {
        making: objectDigest(
          'JSON: which predictions taught and judged it, by what recipe of what pipeline.',
        ),
        parent: snapshotShape,
        script: Type.Optional(
          Type.Array(objectDigest(), { description: 'Files of the program that trained it.' }),
        ),
      },
      {
        description:
          'What `aieng retrain` made it of; left out where it made none, or where an older aieng did.',
      },
    ),
  ),
});

/** What is kept of a bundle's training rows: the snapshot, and what each row of it did. */
export type FittedRows = Shape<typeof fittedRowsShape>;

const object = 'a'.repeat(64);
const sample: FittedRows = {
  snapshot: {
    digest: 'b'.repeat(64),
    parquet: object,
    rows: 14,
    columns: ['age', 'price'],
    schemaDigest: object,
    quarantined: 0,
    unknownColumns: [],
    files: ['data/x.csv'],
    profile: object,
  },
  split: object,
  at: 1_764_400_000_000,
};

/** Which rows the model of a bundle was fitted on, under the bundle's digest. */
export const fittedRowsKind = recordKind({
  name: 'fitted-rows',
  owner: null,
  version: 2,
  minimumAieng: '0.2.0',
  shape: fittedRowsShape,
  older: { 1: withSnapshotSince01 },
  without:
    'Run `aieng package` again to write it anew; without it, retraining may judge its challenger on rows that the champion was fitted on.',
  sample,
});

/** Writes down which rows the model of a bundle was fitted on. */
export async function writeFittedRows(
  store: Ledger['store'],
  bundle: Digest,
  rows: FittedRows,
): Promise<void> {
  await writeRecord(store, fittedRowsKind, { id: bundle }, rows);
}

/** Which rows the model of a bundle was fitted on; undefined for one that was made elsewhere. */
export const readFittedRows = (
  { store }: Pick<Ledger, 'store'>,
  bundle: Digest,
): Promise<FittedRows | undefined> => readRecord(store, fittedRowsKind, { id: bundle });
