import type { Table } from '../data/columns.ts';
import { rowIds } from '../data/rowId.ts';
import type { RowSchema } from '../data/schema.ts';
import type { Snapshot } from '../data/snapshot.ts';
import type { Digest } from '../digest.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { Context } from '../project/context.ts';
import { inputColumns } from '../pipeline/inputColumns.ts';
import { readSnapshotRows } from './snapshotRows.ts';
import { decodeSplit } from './split.ts';

/** What is kept of a bundle's training rows: the snapshot, and one byte a row that says what it did. */
interface FittedRows {
  readonly snapshot: Snapshot;
  /** Object, as of `encodeSplit`. */
  readonly split: Digest;
  /** ms since 1970 UTC. */
  readonly at: number;
}

/**
 * Who a row is, wherever it stands: its id columns, or else the digest of the cells that a model may see. A logged row
 * has no other cells, so the digest of a source row must not have any either.
 */
export const identities = (pipeline: Pipeline, schema: RowSchema, table: Table): readonly string[] =>
  rowIds(table, { rowIdColumns: pipeline.row_id, featureColumns: inputColumns(pipeline, schema) });

/** Writes down which rows the model of a bundle was fitted on. */
export async function recordFittedRows(
  store: Context['store'],
  bundle: Digest,
  rows: FittedRows,
): Promise<void> {
  await store.record('fitted-rows', bundle, rows);
}

async function readFittedRows(context: Context, bundle: Digest): Promise<FittedRows | undefined> {
  // The store keeps what `recordFittedRows` wrote and nothing else.
  return (await context.store.readRecord('fitted-rows', bundle)) as unknown as FittedRows | undefined;
}

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
  pipeline: Pipeline,
  bundle: Digest,
): Promise<ReadonlySet<string>> {
  const record = await readFittedRows(context, bundle);
  if (record === undefined) return new Set();
  const { snapshot, split } = record;
  const { table, schema } = await readSnapshotRows(context, pipeline, snapshot);
  const { train, validation } = decodeSplit(await context.store.get(split));
  const ids = identities(pipeline, schema, table);
  return new Set([...train, ...validation].map((row) => ids[row]!));
}
