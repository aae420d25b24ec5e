import type { Table } from '../data/columns.ts';
import { namingRows } from '../data/rowId.ts';
import type { RowSchema } from '../data/schema.ts';
import type { Split } from '../data/splitting.ts';
import { inputColumns } from '../pipeline/inputColumns.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { Work } from '../work.ts';

/** What of a pipeline says who a row is, wherever it stands. */
export type Identifying = Pick<Pipeline, 'label' | 'row_id' | 'features'>;

interface Rows {
  readonly table: Table;
  readonly schema: RowSchema;
}

/**
 * Who a row is, wherever it stands: its id columns, or else the digest of the cells that a model may see. A logged row
 * has no other cells, so the digest of a source row must not have any either.
 */
export const identifyingRows = (
  pipeline: Identifying,
  schema: RowSchema,
  table: Table,
): Work<readonly string[]> =>
  namingRows(table, { rowIdColumns: pipeline.row_id, featureColumns: inputColumns(pipeline, schema) });

/** Identities of all rows that a model was fitted, calibrated or stopped early on. */
export function* identifyingFitted(
  pipeline: Identifying,
  { table, schema }: Rows,
  { train, validation }: Pick<Split, 'train' | 'validation'>,
): Work<ReadonlySet<string>> {
  const ids = yield* identifyingRows(pipeline, schema, table);
  return new Set([...train, ...validation].map((row) => ids[row]!));
}

/** Test rows that may judge a model. */
export interface KnownApart {
  readonly positions: Int32Array;
  /** How many of the test rows it was fitted on. */
  readonly known: number;
}

/** Parts those of the test rows that a model was fitted on. Where it knows all of them they judge all the same. */
export function* partingKnown(
  pipeline: Identifying,
  { table, schema }: Rows,
  test: Int32Array,
  fitted: ReadonlySet<string>,
): Work<KnownApart> {
  const ids = yield* identifyingRows(pipeline, schema, table);
  const unknown = test.filter((row) => !fitted.has(ids[row]!));
  return { positions: unknown.length === 0 ? test : unknown, known: test.length - unknown.length };
}
