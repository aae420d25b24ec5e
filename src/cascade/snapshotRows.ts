import type { Table } from '../data/columns.ts';
import { takeRows } from '../data/columns.ts';
import { orderById } from '../data/logicalDigest.ts';
import { readParquet } from '../data/parquet.ts';
import { rowIds } from '../data/rowId.ts';
import type { RowSchema } from '../data/schema.ts';
import type { Snapshot } from '../data/snapshot.ts';
import type { Digest } from '../digest.ts';
import { parseFeatures } from '../features/parse.ts';
import type { FittedFeatures } from '../features/spec.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { Context } from '../project/context.ts';

/** An object of the store as JSON. What we wrote under a digest is what we read. */
export async function readJson<Value>(context: Context, digest: Digest): Promise<Value> {
  return JSON.parse(new TextDecoder().decode(await context.store.get(digest))) as Value;
}

/** Fitted features that were kept as an object: checked as any bundle's are, and of today's form whoever wrote them. */
export async function readFeatures(context: Context, digest: Digest): Promise<FittedFeatures> {
  return parseFeatures(await readJson<unknown>(context, digest));
}

/** Rows in training order with their ids and the schema that typed them. */
export interface SnapshotRows {
  readonly table: Table;
  readonly ids: readonly string[];
  readonly schema: RowSchema;
}

/** Ids of a table's rows: the pipeline's id columns, or the hash of all cells but the label's. */
export function idsOf(pipeline: Pipeline, schema: RowSchema, table: Table): readonly string[] {
  const featureColumns = schema.columns
    .map((column) => column.name)
    .filter((name) => name !== pipeline.label.column);
  return rowIds(table, { rowIdColumns: pipeline.row_id, featureColumns });
}

/** Orders a table by row id, so that the order of files never reaches training. */
export function inTrainingOrder(pipeline: Pipeline, schema: RowSchema, table: Table): SnapshotRows {
  const ids = idsOf(pipeline, schema, table);
  const order = orderById(table, ids);
  return { table: takeRows(table, order), ids: Array.from(order, (row) => ids[row]!), schema };
}

/** Reads a snapshot back: typed, and in training order. */
export async function readSnapshotRows(
  context: Context,
  pipeline: Pipeline,
  snapshot: Snapshot,
): Promise<SnapshotRows> {
  const schema = await readJson<RowSchema>(context, snapshot.schemaDigest);
  const table = await readParquet(await context.store.path(snapshot.parquet), schema);
  return inTrainingOrder(pipeline, schema, table);
}
