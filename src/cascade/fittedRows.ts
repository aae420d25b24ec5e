import type { Table } from '../data/columns.ts';
import { namingRows } from '../data/rowId.ts';
import type { RowSchema } from '../data/schema.ts';
import type { Digest } from '../digest.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { Context } from '../project/context.ts';
import { readFittedRows } from '../tracking/fittedRows.ts';
import { inputColumns } from '../pipeline/inputColumns.ts';
import { inPieces } from '../project/interruption.ts';
import type { Work } from '../work.ts';
import { readSnapshotRows } from './snapshotRows.ts';
import type { SnapshotRows } from './snapshotRows.ts';
import { decodeSplit } from './split.ts';

/**
 * Who a row is, wherever it stands: its id columns, or else the digest of the cells that a model may see. A logged row
 * has no other cells, so the digest of a source row must not have any either.
 */
export const identifyingRows = (
  pipeline: Pick<Pipeline, 'label' | 'row_id' | 'features'>,
  schema: RowSchema,
  table: Table,
): Work<readonly string[]> =>
  namingRows(table, { rowIdColumns: pipeline.row_id, featureColumns: inputColumns(pipeline, schema) });

/** When the model of a bundle was fitted here, ms since 1970 UTC; 0 for one that was made elsewhere. */
export async function fittedAt(context: Context, bundle: Digest): Promise<number> {
  return (await readFittedRows(context, bundle))?.at ?? 0;
}

/**
 * Identities of all rows that the model of a bundle was fitted, calibrated or stopped early on. Empty for a bundle
 * that was made elsewhere: it does not carry its rows.
 */
export async function fittedIdentities(
  context: Pick<Context, 'store' | 'progress' | 'signal'>,
  pipeline: Pick<Pipeline, 'label' | 'row_id' | 'features'>,
  bundle: Digest,
): Promise<ReadonlySet<string>> {
  const record = await readFittedRows(context, bundle);
  if (record === undefined) return new Set();
  const { snapshot, split } = record;
  const { table, schema } = await readSnapshotRows(context, pipeline, snapshot);
  const { train, validation } = decodeSplit(await context.store.get(split));
  const told = { label: 'retrain', detail: 'cells that tell what the champion was fitted on', total: 0 };
  const ids = await inPieces(context, told, identifyingRows(pipeline, schema, table));
  return new Set([...train, ...validation].map((row) => ids[row]!));
}

/**
 * Those of the test rows that a champion was not fitted on: `retrain` may have taught it some. Where it knows all of them they
 * judge all the same. Either is told.
 */
export async function testUnknownTo(
  { store, progress, signal }: Pick<Context, 'store' | 'progress' | 'signal'>,
  pipeline: Pick<Pipeline, 'label' | 'row_id' | 'features'>,
  champion: Digest,
  { table, schema }: Pick<SnapshotRows, 'table' | 'schema'>,
  test: Int32Array,
): Promise<Int32Array> {
  const context = { store, progress, signal };
  const known = await fittedIdentities(context, pipeline, champion);
  const told = { label: 'compare', detail: 'test rows told from those that the champion knows', total: 0 };
  const ids = await inPieces(context, told, identifyingRows(pipeline, schema, table));
  const unknown = test.filter((row) => !known.has(ids[row]!));
  if (unknown.length === test.length) return test;
  const left =
    unknown.length === 0
      ? 'It looks better on them than it is'
      : 'They are left out of the comparison with it';
  progress({
    kind: 'warning',
    message: `The model that serves was fitted on ${test.length - unknown.length} of the ${test.length} test rows. ${left}.`,
  });
  return unknown.length === 0 ? test : unknown;
}
