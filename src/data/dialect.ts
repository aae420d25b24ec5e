import { Type } from '@sinclair/typebox';
import { usageError } from '../errors.ts';
import { count, flag, oneOf, orNull, text } from '../shape.ts';
import type { Shape } from '../shape.ts';

/**
 * How a file of rows is written: everything that has to be known to cut its bytes into records and fields. What a field
 * then means (kind, missing words, formats of numbers and dates) is the row schema's to say, column by column.
 *
 * The keys of `source:` in the pipeline file are these in snake_case; a door without a pipeline goes by the file's name
 * (`dialectOf`). null = found out from the beginning of the file.
 */
export const dialectShape = Type.Object({
  format: oneOf(['csv', 'ndjson', 'parquet']),
  gzip: flag(),
  delimiter: orNull(
    text(),
    'CSV: the character between fields; null = found out (comma, semicolon, tab, pipe).',
  ),
  quote: text('CSV: the character around fields that hold the delimiter or line breaks.'),
  trailingDelimiter: orNull(
    flag(),
    'CSV: does every record end with a delimiter, behind which nothing is? null = found out.',
  ),
  skipLines: count('CSV: physical lines before the header that are no table (titles, comments).'),
  header: flag('CSV: does the first record name the columns?'),
  names: orNull(Type.Array(text()), 'CSV without a header: the names; null = `column_1`, `column_2`, …'),
  encoding: oneOf(['utf-8', 'utf-16', 'latin-1'], 'A byte order mark in the file wins.'),
});
export type Dialect = Shape<typeof dialectShape>;

/** The kinds of files of rows. */
export type RowsFormat = Dialect['format'];

/** How text is encoded. */
export type TextEncoding = Dialect['encoding'];

const formatOfExtension: Readonly<Record<string, RowsFormat>> = {
  csv: 'csv',
  tsv: 'csv',
  txt: 'csv',
  ndjson: 'ndjson',
  jsonl: 'ndjson',
  parquet: 'parquet',
};

/**
 * Format and compression that a file's name says: `.csv`, `.tsv`, `.txt`, `.ndjson`, `.jsonl` (each also `.gz`),
 * `.parquet`; standard input (`-`) is NDJSON. The format is undefined where the name says none.
 *
 * @example formatByName('rows.csv.gz') // → { format: 'csv', gzip: true }
 */
export function formatByName(path: string): { format: RowsFormat | undefined; gzip: boolean } {
  if (path === '-') return { format: 'ndjson', gzip: false };
  const gzip = /\.gz$/i.test(path);
  const extension = /\.([a-z]+)$/i.exec(gzip ? path.slice(0, -3) : path)?.[1]?.toLowerCase() ?? '';
  const format = Object.hasOwn(formatOfExtension, extension) ? formatOfExtension[extension] : undefined;
  return { format, gzip };
}

/**
 * The same for a file that has to say its format by its name, such as an output.
 *
 * @throws usage error (exit 2) for any other name.
 */
export function requireFormat(path: string): { format: RowsFormat; gzip: boolean } {
  const { format, gzip } = formatByName(path);
  // Parquet is compressed inside.
  if (format !== undefined && !(gzip && format === 'parquet')) return { format, gzip };
  const stem = path.replace(/(?:\.\w+)?(?:\.gz)?$/i, '') || 'rows';
  throw usageError({
    code: 'unknown-format',
    message: `${path}: expected a file named .csv, .ndjson or .parquet (.csv and .ndjson also .gz).`,
    hint: `Name the file by its format, for example ${stem}.csv or ${stem}.ndjson.`,
  });
}

/**
 * The dialect of a file that nothing declares but its name, with what is known better.
 *
 * @throws usage error (exit 2) where neither the name nor `known` says the format.
 */
export function dialectOf(path: string, known: Partial<Dialect> = {}): Dialect {
  const { format, gzip } = known.format === undefined ? requireFormat(path) : formatByName(path);
  return {
    format: known.format ?? format ?? 'csv',
    gzip,
    delimiter: null,
    quote: '"',
    trailingDelimiter: null,
    skipLines: 0,
    header: true,
    names: null,
    encoding: 'utf-8',
    ...known,
  };
}
