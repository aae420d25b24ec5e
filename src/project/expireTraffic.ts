import type { Table } from '../data/columns.ts';
import { cellValue } from '../data/columns.ts';
import { readParquet, writeParquet } from '../data/parquet.ts';
import { rowsFromTable, tableFromRows } from '../data/rows.ts';
import type { ColumnSchema, RowSchema } from '../data/schema.ts';
import { AiengError, exitCodes } from '../errors.ts';
import { canonicalJson } from '../digest.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { Fold } from '../tracking/folds.ts';
import { lastFolds, readFolds, writeFold } from '../tracking/folds.ts';
import { findExpired, findIdleLabels, removeSegments, segmentPlace } from '../traffic/expire.ts';
import type { Expiry } from '../traffic/expire.ts';
import type { LabelledQuery, LabelledRow } from '../traffic/labelled.ts';
import { labelledAmong } from '../traffic/labelled.ts';
import type { Meter } from '../traffic/segments/segmentIndex.ts';
import type { Segment } from '../traffic/segments/segments.ts';
import type { Context } from './context.ts';

const day = 24 * 3_600_000;

/** The column of a fold that says which row it was. */
export const rowIdColumn = 'aieng:row_id';

/** Columns of a fold besides those of the row: which prediction it was. No column of a row begins like this. */
const meta = ['aieng:id', rowIdColumn, 'aieng:at', 'aieng:bundle'] as const;

/** Folds that are searched for one whose segments a killed run left behind. */
const foldsBack = 10;

/** What went from a pipeline's log. */
export interface Expired {
  readonly predictions: number;
  /** Of these, kept as training rows. */
  readonly rows: number;
  readonly segments: number;
}

const nothing: Expired = { predictions: 0, rows: 0, segments: 0 };

/** The row schema of a fold: that of the rows, in which every cell may be missing, and the prediction's own columns. */
function foldSchema(schema: RowSchema): RowSchema {
  const text = (name: string): ColumnSchema => ({
    name,
    kind: 'text',
    type: 'string',
    nullable: true,
    required: false,
    closed: false,
  });
  return {
    missing: schema.missing,
    columns: [
      ...meta.map((name) => (name === 'aieng:at' ? { ...text(name), kind: 'time' as const } : text(name))),
      ...schema.columns.map((column) => ({ ...column, nullable: true, required: false, closed: false })),
    ],
  };
}

function foldTable(label: string, schema: RowSchema, rows: readonly LabelledRow[]): Table {
  const isNumber = schema.columns.find(({ name }) => name === label)?.kind === 'number';
  const cells = rows.map(({ record, label: { value } }) => ({
    ...record.features,
    [label]: isNumber ? Number(value) : value,
    'aieng:id': record.id,
    [rowIdColumn]: record.rowId,
    'aieng:at': new Date(record.at).toISOString(),
    'aieng:bundle': record.bundle,
  }));
  const names = schema.columns.map(({ name }) => name);
  return tableFromRows(cells, schema, names, names).table;
}

/** Keeps labelled rows as a Parquet object, and writes down what goes. */
async function fold(
  context: Context,
  pipeline: Pipeline,
  rowSchema: RowSchema,
  gone: Pick<Fold, 'before' | 'segments' | 'predictions'>,
  rows: readonly LabelledRow[],
): Promise<void> {
  const { store, environment } = context;
  const schema = foldSchema(rowSchema);
  const kept =
    rows.length === 0
      ? { parquet: null, schema: null }
      : {
          parquet: await store.putBy((path) =>
            writeParquet(foldTable(pipeline.label.column, schema, rows), path),
          ),
          schema: await store.put(canonicalJson(schema)),
        };
  const record: Fold = { at: environment.now(), ...gone, rows: rows.length, ...kept };
  await writeFold(context, pipeline.name, environment.newId(), record);
}

/** Before which moment everything has expired; null where nothing has. */
export async function expiredBefore(context: Context, name: string): Promise<number | null> {
  const [newest] = await lastFolds(context, name, 1);
  return newest?.content.before ?? null;
}

/** What of a log is to go. */
interface Expiring {
  /** Everything before this has expired, ms since 1970 UTC. */
  readonly before: number;
  readonly expiry: Expiry;
  /** Segments that no killed run folded already. */
  readonly fresh: readonly Segment[];
  /** Predictions of these. */
  readonly predictions: number;
  readonly rows: readonly LabelledRow[];
}

async function findExpiring(
  context: Context,
  pipeline: Pipeline,
  query: LabelledQuery,
  meter: Meter,
): Promise<Expiring> {
  const keptMs = Math.max(pipeline.logs.keep_days * day, pipeline.monitor.window_hours * 3_600_000);
  const before = context.environment.now() - keptMs;
  const expiry = await findExpired(query.logFolder, before, meter);
  // A run that was killed after it had written down what goes: its segments are folded, and only have to go.
  const folded = new Set(
    expiry.expired.length === 0
      ? []
      : (await lastFolds(context, pipeline.name, foldsBack)).flatMap(({ content }) => content.segments),
  );
  const fresh = expiry.expired.filter((segment) => !folded.has(segmentPlace(segment)));
  if (fresh.length === 0) return { before, expiry, fresh, predictions: 0, rows: [] };
  return { before, expiry, fresh, ...(await labelledAmong(query, fresh, expiry.earliest, meter)) };
}

const figuresOf = ({ predictions, rows, fresh }: Expiring): Expired => ({
  predictions,
  rows: rows.length,
  segments: fresh.length,
});

/** What `expireTraffic` would let go of now: nothing is written or removed. */
export async function lookAtExpired(
  context: Context,
  pipeline: Pipeline,
  query: LabelledQuery,
  meter: Meter = { bytes: 0 },
): Promise<Expired> {
  return figuresOf(await findExpiring(context, pipeline, query, meter));
}

async function expireLocked(
  context: Context,
  pipeline: Pipeline,
  schema: RowSchema,
  query: LabelledQuery,
  meter: Meter,
): Promise<Expired> {
  const expiring = await findExpiring(context, pipeline, query, meter);
  const { before, expiry, fresh, predictions, rows } = expiring;
  if (fresh.length > 0)
    await fold(context, pipeline, schema, { before, segments: fresh.map(segmentPlace), predictions }, rows);
  await removeSegments(expiry.expired);
  await removeSegments(await findIdleLabels(query.logFolder, Math.min(before, expiry.earliest), meter));
  return figuresOf(expiring);
}

/**
 * Lets go of what is older than `logs.keep_days`: the labelled rows of a segment are folded into an object first, and
 * that is written down, before the segment is removed. A window never loses rows. At most 64 MiB a run; where another
 * process is at it, nothing is done.
 */
export async function expireTraffic(
  context: Context,
  pipeline: Pipeline,
  schema: RowSchema,
  query: LabelledQuery,
  meter: Meter = { bytes: 0 },
): Promise<Expired> {
  let lock;
  try {
    lock = await context.store.lock(`logs-${pipeline.name}`, { waitMs: 0, command: context.command });
  } catch (error) {
    if (error instanceof AiengError && error.exitCode === exitCodes.busy) return nothing;
    throw error;
  }
  try {
    return await expireLocked(context, pipeline, schema, query, meter);
  } finally {
    await lock.release();
  }
}

/** A labelled row that expired. */
export interface FoldedRow {
  readonly id: string;
  readonly rowId: string;
  readonly at: number;
  readonly bundle: string;
  readonly features: Readonly<Record<string, string | number | null>>;
  readonly label: string | number;
}

/** Reads one fold's rows. */
export async function readFold(
  { store }: Pick<Context, 'store'>,
  label: string,
  { parquet, schema }: Fold,
): Promise<readonly FoldedRow[]> {
  if (parquet === null || schema === null) return [];
  const own = JSON.parse(new TextDecoder().decode(await store.get(schema))) as RowSchema;
  const table = await readParquet(await store.path(parquet), own);
  const [ids, rowIds, times, bundles] = meta.map((name) => table.columns.get(name)!);
  const features = own.columns
    .map(({ name }) => name)
    .filter((name) => !name.startsWith('aieng:') && name !== label && table.columns.has(name));
  const outcomes = table.columns.get(label);
  return rowsFromTable(table, features).flatMap((cells, row) => {
    const outcome = outcomes === undefined ? null : cellValue(outcomes, row);
    if (outcome === null || times?.kind !== 'time') return [];
    return {
      id: String(cellValue(ids!, row)),
      rowId: String(cellValue(rowIds!, row)),
      at: times.values[row]!,
      bundle: String(cellValue(bundles!, row)),
      features: cells,
      label: outcome,
    };
  });
}

/** Every labelled row that expired, oldest fold first: training rows still. */
export async function readFoldedRows(
  context: Context,
  pipeline: Pick<Pipeline, 'name' | 'label'>,
): Promise<readonly FoldedRow[]> {
  const folds = await readFolds(context, pipeline.name);
  const rows: FoldedRow[] = [];
  for (const { content } of folds.toReversed())
    for (const row of await readFold(context, pipeline.label.column, content)) rows.push(row);
  return rows;
}
