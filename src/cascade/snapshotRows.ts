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
export async function readJson<Value>({ store }: Pick<Context, 'store'>, digest: Digest): Promise<Value> {
  return JSON.parse(new TextDecoder().decode(await store.get(digest))) as Value;
}

/** Fitted features that were kept as an object: checked as any bundle's are, and of today's form whoever wrote them. */
export async function readFeatures(context: Pick<Context, 'store'>, digest: Digest): Promise<FittedFeatures> {
  return parseFeatures(await readJson<unknown>(context, digest));
}

/** Rows in training order with their ids and the schema that typed them. */
export interface SnapshotRows {
  readonly table: Table;
  readonly ids: readonly string[];
  readonly schema: RowSchema;
}

/** What of a pipeline says who a row is. */
export interface Identified {
  readonly label: Pick<Pipeline['label'], 'column'>;
  readonly row_id: Pipeline['row_id'];
}

/** Ids of a table's rows: the pipeline's id columns, or the hash of all cells but the label's. */
export function idsOf(pipeline: Identified, schema: RowSchema, table: Table): readonly string[] {
  const featureColumns = schema.columns
    .map((column) => column.name)
    .filter((name) => name !== pipeline.label.column);
  return rowIds(table, { rowIdColumns: pipeline.row_id, featureColumns });
}

/** Orders a table by row id, so that the order of files never reaches training. */
export function inTrainingOrder(pipeline: Identified, schema: RowSchema, table: Table): SnapshotRows {
  const ids = idsOf(pipeline, schema, table);
  const order = orderById(table, ids);
  return { table: takeRows(table, order), ids: Array.from(order, (row) => ids[row]!), schema };
}

/** The rows of the snapshot that was read last, for whoever asks next: the stages of one cascade. They go when it goes. */
export interface HeldRows {
  rows?: { readonly parquet: Digest; readonly read: Promise<SnapshotRows> };
}

async function read(
  { store }: Pick<Context, 'store'>,
  pipeline: Identified,
  { schemaDigest, parquet }: Snapshot,
): Promise<SnapshotRows> {
  const schema = await readJson<RowSchema>({ store }, schemaDigest);
  return inTrainingOrder(pipeline, schema, await readParquet(await store.path(parquet), schema));
}

/** Reads a snapshot back, typed and in training order, or takes the rows that are `held`. */
export function readSnapshotRows(
  { store, held = {} }: Pick<Context, 'store'> & { readonly held?: HeldRows },
  pipeline: Identified,
  snapshot: Snapshot,
): Promise<SnapshotRows> {
  if (held.rows?.parquet !== snapshot.parquet)
    held.rows = { parquet: snapshot.parquet, read: read({ store }, pipeline, snapshot) };
  return held.rows.read;
}
