import type { ColumnKind } from './columns.ts';

/** What one column of the data is declared to be. */
export interface ColumnSchema {
  readonly name: string;
  /** How it is held in a `Table`. A boolean is a category with the words `false` and `true`. */
  readonly kind: ColumnKind;
  /** The JSON type of a request's value. `integer` also refuses fractions in files. */
  readonly type: 'number' | 'integer' | 'boolean' | 'string';
  /** May the value be missing (empty or a missing word in text, null in JSON)? */
  readonly nullable: boolean;
  /** Must the key be there in a request and the column in a file? */
  readonly required: boolean;
  /** Categories seen when the schema was inferred, in sorted order. */
  readonly domain?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  /** With `closed`, domain and range reject a row; without, they only warn. */
  readonly closed: boolean;
  readonly description?: string;
  /** Words for a boolean in text, lower case. */
  readonly trueWords?: readonly string[];
  readonly falseWords?: readonly string[];
}

/** The row schema: the one contract of ingest, batch prediction and requests. */
export interface RowSchema {
  readonly columns: readonly ColumnSchema[];
  /** Words that mean "missing" in text sources, compared after trimming. Always contains ''. */
  readonly missing: readonly string[];
}

/** The schema of one column, or undefined. */
export function columnSchema(schema: RowSchema, name: string): ColumnSchema | undefined {
  return schema.columns.find((column) => column.name === name);
}
