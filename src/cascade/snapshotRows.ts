import type { Table } from '../data/columns.ts';
import { broughtColumns } from '../data/history/schema.ts';
import { readParquet } from '../data/parquet.ts';
import { identifying, orderingById, takeIds } from '../data/rowId.ts';
import type { RowIds } from '../data/rowId.ts';
import type { RowSchema } from '../data/schema.ts';
import type { Snapshot } from '../data/snapshot.ts';
import type { Digest } from '../digest.ts';
import { parseFeatures } from '../features/parse.ts';
import type { FittedFeatures } from '../features/spec.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { Context } from '../project/context.ts';
import { loadCode } from '../project/trust/allowedCode.ts';
import { heedInterruption, inPieces, takeInPieces } from '../project/interruption.ts';
import type { Work } from '../work.ts';

/** An object of the store as JSON. What we wrote under a digest is what we read. */
export async function readJson<Value>({ store }: Pick<Context, 'store'>, digest: Digest): Promise<Value> {
  return JSON.parse(new TextDecoder().decode(await store.get(digest))) as Value;
}

/** Fitted features that were kept as an object: checked as any bundle's are, and of today's form whoever wrote them. */
export async function readFeatures(context: Pick<Context, 'store'>, digest: Digest): Promise<FittedFeatures> {
  const fitted = parseFeatures(await readJson<unknown>(context, digest));
  const code = fitted.own?.code;
  // Of this project: its own featurize kept it.
  if (code !== undefined) loadCode(code, await context.store.get(code), 'own transforms');
  return fitted;
}

/** Rows in training order with their ids and the schema that typed them. */
export interface SnapshotRows {
  readonly table: Table;
  readonly ids: RowIds;
  readonly schema: RowSchema;
  /** Where each row stood before it was ordered. */
  readonly order?: Int32Array;
}

/** What of a pipeline says who a row is. */
export interface Identified {
  readonly label: Pick<Pipeline['label'], 'column'>;
  readonly row_id: Pipeline['row_id'];
}

/**
 * Ids of a table's rows: the pipeline's id columns, or the hash of all cells that they bring but the label's. What other rows
 * make of them tells not who they are: a row that came late would move its followers to other parts.
 */
export function* idsOf(pipeline: Identified, schema: RowSchema, table: Table): Work<RowIds> {
  const featureColumns = broughtColumns(schema)
    .map((column) => column.name)
    .filter((name) => name !== pipeline.label.column && table.columns.has(name));
  return yield* identifying(table, { rowIdColumns: pipeline.row_id, featureColumns });
}

/** The same, for whoever names rows that stand elsewhere. */
export const namingBy = (
  pipeline: Identified,
): { readonly label: string; readonly ids: (schema: RowSchema, table: Table) => Work<RowIds> } => ({
  label: pipeline.label.column,
  ids: (schema, table) => idsOf(pipeline, schema, table),
});

/** Orders a table by row id, so that the order of files never reaches training. */
async function inTrainingOrder(
  context: Pick<Context, 'signal' | 'progress'>,
  pipeline: Identified,
  schema: RowSchema,
  table: Table,
): Promise<SnapshotRows> {
  const told = (detail: string) => ({ label: 'snapshot', detail, total: table.rows * table.columns.size });
  const ids = await inPieces(context, told('cells digested'), idsOf(pipeline, schema, table));
  const order = await inPieces(context, { ...told('rows ordered'), total: 0 }, orderingById(table, ids));
  return {
    table: await takeInPieces(context, told('cells put into training order'), table, order),
    ids: takeIds(ids, order),
    schema,
    order,
  };
}

/** The rows of the snapshot that was read last, for whoever asks next: the stages of one cascade. They go when it goes. */
export interface HeldRows {
  rows?: { readonly parquet: Digest; readonly read: Promise<SnapshotRows> };
}

type Reading = Pick<Context, 'store' | 'progress' | 'signal'>;

async function read(
  context: Reading,
  pipeline: Identified,
  { schemaDigest, parquet, rows, columns: kept }: Snapshot,
): Promise<SnapshotRows> {
  const schema = await readJson<RowSchema>(context, schemaDigest);
  // Personal columns that nothing uses stand in the schema and not in the snapshot.
  const columns = schema.columns.filter(({ name, pii }) => pii !== true || kept.includes(name));
  let read = 0;
  const table = await readParquet(
    await context.store.path(parquet),
    { ...schema, columns },
    undefined,
    async (cells) => {
      read += cells;
      context.progress({
        kind: 'progress',
        label: 'snapshot',
        done: read,
        total: Math.max(read, rows * columns.length),
        detail: 'cells read',
      });
      await heedInterruption(context);
    },
  );
  return inTrainingOrder(context, pipeline, schema, table);
}

/** Reads a snapshot back, typed and in training order, or takes the rows that are `held`. */
export function readSnapshotRows(
  { held = {}, ...context }: Reading & { readonly held?: HeldRows },
  pipeline: Identified,
  snapshot: Snapshot,
): Promise<SnapshotRows> {
  if (held.rows?.parquet !== snapshot.parquet)
    held.rows = { parquet: snapshot.parquet, read: read(context, pipeline, snapshot) };
  return held.rows.read;
}
