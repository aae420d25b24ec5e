import { Type } from '@sinclair/typebox';
import { count, text } from '../shape.ts';
import type { Shape } from '../shape.ts';
import type { RowSchema } from './schema.ts';
import type { Table } from './columns.ts';

/** A record that could not become a row. `clean + quarantined = input`, always. */
export const rejectionShape = Type.Object(
  {
    file: text('As given by the user, relative to the root.'),
    line: count(
      'Physical line where the record starts, from 1; 0 where the format has no lines (Parquet: the row number from 1).',
    ),
    column: Type.Optional(text('The offending column, where one is to blame.')),
    reason: text('What was expected and what was got: `expected a number, got "abc"`.'),
    raw: text('The record as it stands in the file (first 2,000 characters).'),
  },
  { title: 'Rejection' },
);
export type Rejection = Shape<typeof rejectionShape>;

/** How a source is read. Field names follow the pipeline file. */
export interface SourceOptions {
  readonly path: string;
  /** The path as the user wrote it: what messages and rejections name. */
  readonly displayPath: string;
  readonly format: 'csv' | 'ndjson' | 'parquet';
  readonly gzip: boolean;
  readonly delimiter?: string;
  readonly quote?: string;
  readonly encoding: 'utf-8' | 'utf-16' | 'latin-1';
  /** Batch size of a streamed read, rows. */
  readonly batchRows: number;
  /** Where the path is `-`: what to read (default: the process's standard input). */
  readonly stdin?: AsyncIterable<Uint8Array | string>;
}

/** Part of a source: some rows that are clean and some records that are not. */
export interface Batch {
  readonly table: Table;
  readonly rejections: readonly Rejection[];
}

/**
 * One way in. `read` types every cell by the schema and reads the asked-for columns only; a caller finds columns that
 * the schema does not know by comparing `header()` with it. `readText` gives every column as text (for schema
 * inference).
 */
export interface Source {
  /** Column names of the file, in order. Throws a data error for what is not a table (empty, duplicate header, …). */
  header(): Promise<readonly string[]>;
  read(schema: RowSchema, columns: ReadColumns): AsyncIterable<Batch>;
  readText(maxRows: number): Promise<Table>;
}

/** Which of the schema's columns a reader wants, and which it can do without. */
export interface ReadColumns {
  /** Absent ones are a data error that names them with a did-you-mean. */
  readonly required: readonly string[];
  /** Absent ones become all missing (labels and ids when predicting, optional columns). */
  readonly optional: readonly string[];
}
