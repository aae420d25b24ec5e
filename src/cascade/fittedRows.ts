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
  context: Context,
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
