import { Type } from '@sinclair/typebox';
import type { Digest } from '../digest.ts';
import { count, digest, oneOf, text } from '../shape.ts';
import type { Shape } from '../shape.ts';
import type { Table } from './columns.ts';
import type { Dialect } from './dialect.ts';
import type { Finding } from './recognise/finding.ts';
import type { RowSchema } from './schema.ts';

/** A record that could not become a row. `accepted + rejected = records`, always. */
export const rejectionShape = Type.Object(
  {
    file: text('As given by the user, relative to the root.'),
    line: count(
      'Physical line where the record starts, from 1; where the format has no lines (Parquet), the row number from 1.',
    ),
    column: Type.Optional(text('The offending column, where one is to blame.')),
    reason: text('What was expected and what was got: `expected a number, got "abc"`.'),
    raw: text('The record as it stands in the file.'),
  },
  { title: 'Rejection' },
);
export type Rejection = Shape<typeof rejectionShape>;

/** A column that every row of a file has one value in, because its folder says so; null = missing. */
export interface Constant {
  readonly name: string;
  readonly value: string | null;
}

/** From where a database goes on: rows whose cursor column is at least this, as the database wrote it. */
export interface CursorStart {
  readonly column: string;
  /** null = from the beginning. */
  readonly from: string | null;
}

/** How a source that is no local file is asked. */
export interface SourceAccess {
  /** What of a database is read: a table, or the answer of one query. */
  readonly table: string | null;
  readonly query: string | null;
  readonly cursor: CursorStart | null;
  /** Of an S3 compatible store; null = Amazon's. */
  readonly endpoint: string | null;
  /** May its host be a private or local address (HTTP, S3)? */
  readonly allowPrivate: boolean;
  /** More is not fetched (HTTP, S3). */
  readonly maxBytes: number;
  /** How long it may be silent, ms. */
  readonly timeoutMs: number;
  /** A database's file must lie in this folder. */
  readonly root: string;
  /** A new place for what has to be fetched first: nothing stands there yet. */
  readonly temporary: () => Promise<string>;
  /** The environment's, for those that a driver knows (`PGPASSWORD`). */
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  /** Certificates that are trusted in place of the system's. */
  readonly authorities?: string;
}

/** A file of rows, several (a folder, a pattern), standard input where the path is `-`, or an address that `access` says how to ask. */
export interface RowsFile {
  readonly path: string;
  /** The path as the user wrote it: what messages and rejections name. */
  readonly displayPath: string;
  readonly dialect: Dialect;
  /** Where the user can declare the dialect: `source` of a pipeline, flags of the command, or nowhere. What a hint may name. */
  readonly declarable: boolean | 'flags';
  /** Names of columns that are known to be there: they tell where the header is, where that has to be found out. */
  readonly expects?: readonly string[];
  /** Columns that its place gives. */
  readonly constants?: readonly Constant[];
  /** Rows of a batch. */
  readonly batchRows: number;
  /** What to read where the path is `-` (default: the process's standard input). */
  readonly stdin?: AsyncIterable<Uint8Array | string>;
  /** Files of several that are not read, as they are displayed. */
  readonly skip?: ReadonlySet<string>;
  /** Where the path may be an address. */
  readonly access?: SourceAccess;
  /** Told how many bytes of how many were read, where that is known. */
  readonly onBytes?: (read: number, of: number) => void;
}

/** A file whose reading is watched: which part of its bytes was read, 0 to 1; undefined where nobody can tell. */
export function watchedFile(file: RowsFile): {
  readonly file: RowsFile;
  readonly share: () => number | undefined;
} {
  let share: number | undefined;
  const onBytes = (read: number, of: number): void => {
    share = of > 0 ? Math.min(1, read / of) : undefined;
  };
  return { file: { ...file, onBytes }, share: () => share };
}

/** Cells of a batch at most, where it has many columns: a batch is held whole. */
const batchCells = 1 << 20;

/** A file of rows read in batches of fewer rows where these have many columns. */
export const inBoundedBatches = (file: RowsFile, columns: number): RowsFile => ({
  ...file,
  batchRows: Math.max(1, Math.min(file.batchRows, Math.floor(batchCells / Math.max(1, columns)))),
});

/** A column of a file that no table can hold, and why. It is left out. */
export const unreadableColumnShape = Type.Object({ name: text(), reason: text() });
export type UnreadableColumn = Shape<typeof unreadableColumnShape>;

/** What a file says of itself before its rows. */
export interface RowsHeader {
  /** Column names, in order, without the unreadable ones. */
  readonly names: readonly string[];
  readonly unreadable: readonly UnreadableColumn[];
  /** The dialect with what was found out. */
  readonly dialect: Dialect;
  /** What was found out, each with what shows it. */
  readonly findings?: readonly Finding[];
  /** Those of them that are told whenever it is read: they change with the files. */
  readonly warnings?: readonly Finding[];
  /** The names are those of its first records: later ones may have more. */
  readonly sampled?: true;
}

/** Lines of a file that are no records and hold something, or would seem to. */
export const leftOutShape = Type.Object({
  what: oneOf(['empty', 'comment', 'footer'], 'Nothing but delimiters, a comment, a line below the table.'),
  count: count(),
  line: count('The first of them.'),
  example: text('The first of them, as it stands there.'),
});
export type LeftOut = Shape<typeof leftOutShape>;

/** Which columns a reader wants, typed by the schema. Columns of the file that the schema lacks are told, not read. */
export interface ReadPlan {
  /** The whole contract of a row: what it names is known, whether it is wanted or not. */
  readonly schema: RowSchema;
  /** Wanted columns that the file must have: absent ones are a data error that names them with a did-you-mean. */
  readonly required: readonly string[];
  /** Wanted columns that may be absent, then all missing (labels and ids when predicting, optional columns). */
  readonly optional: readonly string[];
}

/** Some records of a file: those that are rows, and those that are not. */
export interface Batch {
  readonly kind: 'batch';
  readonly table: Table;
  readonly rejections: readonly Rejection[];
}

/** Fields under one name that the schema does not know: they were left out. */
export const unknownColumnShape = Type.Object({ name: text(), records: count('How many records have it.') });
export type UnknownColumn = Shape<typeof unknownColumnShape>;

/** Where the cursor column stood when a database was read. */
export interface CursorRead {
  readonly column: string;
  /** Its greatest value, as the database writes it; null = there is none. */
  readonly last: string | null;
  /** Rows that the query has in all. */
  readonly rows: number;
}

/** One of several files that were read as one. */
export const fileReadShape = Type.Object({
  file: text('As given by the user, relative to the root.'),
  digest: digest('Of its bytes as they are on disk.'),
  bytes: count(),
  records: count(),
  rejected: count('Of them.'),
  lacks: Type.Optional(
    Type.Array(text(), {
      description: 'Columns that others of the files have and this one does not: missing in its rows.',
    }),
  ),
});
export type FileRead = Shape<typeof fileReadShape>;

/** The account of a file that was read to its end. */
export interface RowsRead {
  readonly kind: 'read';
  readonly file: string;
  /** What the source called itself when it was read (an etag, the place of a cursor); null where it has no name. */
  readonly version: string | null;
  readonly cursor: CursorRead | null;
  /** SHA-256 of the very bytes that the rows were made of, as they are on disk. */
  readonly digest: Digest;
  readonly bytes: number;
  /** `records = accepted + rejected`. */
  readonly records: number;
  readonly accepted: number;
  readonly rejected: number;
  readonly unknownColumns: readonly UnknownColumn[];
  readonly unreadable: readonly UnreadableColumn[];
  /** Columns that were asked for and may be absent, and that it does not have: missing in every row. */
  readonly absent: readonly string[];
  readonly dialect: Dialect;
  /** Lines that are no records, by kind. */
  readonly leftOut?: readonly LeftOut[];
  /** Lines at the end that look like no rows, found where nobody declared how many there are. */
  readonly footer?: Finding;
  /** What was found out of how it is written; and those of it that are told whenever it is read. */
  readonly findings: readonly Finding[];
  readonly warnings: readonly Finding[];
  /** Each file, where several were read as one: `digest` is then over their names and digests. */
  readonly files?: readonly FileRead[];
}

/**
 * What a text of a file is before it has a type: `text` = a cell of a file that has only texts (CSV), or of a typed file
 * (Parquet, written out); the others are the kinds of a JSON value.
 */
export type WordForm = 'text' | 'string' | 'number' | 'boolean' | 'null' | 'nested';

/** The texts of one column of a batch, as they stand in the file. */
export interface WordColumn {
  /** Index into `words`, by record; −1 = the record has no such field. */
  readonly codes: Int32Array;
  readonly words: readonly string[];
  /** Form of each word, or of all. */
  readonly forms: WordForm | readonly WordForm[];
}

/** Some records of a file as texts: what a schema is inferred from. */
export interface WordBatch {
  readonly kind: 'words';
  readonly rows: number;
  readonly columns: ReadonlyMap<string, WordColumn>;
  readonly rejections: readonly Rejection[];
}

/** What a kind of source knows at the end of its file. */
export interface SourceEnd {
  /** Counted on their own, not from rows and rejections. */
  readonly records: number;
  readonly unknownColumns: readonly UnknownColumn[];
  readonly digest: Digest;
  readonly bytes: number;
  readonly leftOut?: readonly LeftOut[];
  /** Lines at the end that look like no rows, found where nobody declared how many there are. */
  readonly footer?: Finding;
  /** See `RowsRead`. */
  readonly version?: string | null;
  readonly cursor?: CursorRead | null;
  readonly files?: readonly FileRead[];
}

/** A file that was opened, to be read once: by `batches` or by `words`. */
export interface OpenedSource {
  readonly header: RowsHeader;
  batches(plan: ReadPlan): AsyncGenerator<Batch, SourceEnd, void>;
  /** Every column as texts. A record is refused only where it cannot be cut into fields. */
  words(): AsyncGenerator<WordBatch, SourceEnd, void>;
  /** Gives the file back; safe at any time. */
  close(): Promise<void>;
}
