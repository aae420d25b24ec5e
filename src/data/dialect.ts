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
  format: oneOf(
    ['auto', 'csv', 'ndjson', 'json', 'parquet'],
    'auto = by the content, where the name of a file does not say it.',
  ),
  compression: oneOf(
    ['auto', 'none', 'gzip', 'zstd', 'bzip2', 'zip'],
    'auto = by the content. Of text; of a zip, the one file of rows in it.',
  ),
  sheet: orNull(
    Type.Union([text(), count()]),
    'Workbooks: name of the sheet, or its number from 1; null = the first one that holds rows.',
  ),
  records: orNull(
    text(),
    'JSON: the member that holds the list of rows (`data`, `result.items`); null = found out.',
  ),
  partitions: orNull(
    Type.Array(text()),
    'Several files: the columns that the names of their folders give; null = those written `name=value`.',
  ),
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
export type RowsFormat = Exclude<Dialect['format'], 'auto'>;

/** The kinds of files that are written. */
export type OutputFormat = Extract<RowsFormat, 'csv' | 'ndjson' | 'parquet'>;

/** What a file is packed with. */
export type Compression = Dialect['compression'];

/** How text is encoded. */
export type TextEncoding = Dialect['encoding'];

const formatOfExtension: Readonly<Record<string, RowsFormat>> = {
  csv: 'csv',
  tsv: 'csv',
  tab: 'csv',
  psv: 'csv',
  txt: 'csv',
  ndjson: 'ndjson',
  jsonl: 'ndjson',
  json: 'json',
  geojson: 'json',
  parquet: 'parquet',
  pq: 'parquet',
};

const compressionOfExtension: Readonly<Record<string, Compression>> = {
  gz: 'gzip',
  zst: 'zstd',
  bz2: 'bzip2',
  zip: 'zip',
};

/** The last extension of a name, in lower case, and what stands before it. */
function parted(path: string): { readonly stem: string; readonly extension: string } {
  const found = /^(.*[^/\\])\.([A-Za-z0-9]+)$/s.exec(path);
  return found === null
    ? { stem: path, extension: '' }
    : { stem: found[1]!, extension: found[2]!.toLowerCase() };
}

const own = <Value>(words: Readonly<Record<string, Value>>, word: string): Value | undefined =>
  Object.hasOwn(words, word) ? words[word] : undefined;

/**
 * Format and compression that a file's name says: `.csv`, `.tsv`, `.txt`, `.ndjson`, `.jsonl`, `.json` (each also `.gz`,
 * `.zst`, `.bz2`, `.zip`), `.parquet`; standard input (`-`) is NDJSON. The format is
 * undefined where the name says none.
 *
 * @example formatByName('rows.csv.gz') // → { format: 'csv', compression: 'gzip' }
 */
export function formatByName(path: string): { format: RowsFormat | undefined; compression: Compression } {
  if (path === '-') return { format: 'ndjson', compression: 'auto' };
  const outer = parted(path);
  const compression = own(compressionOfExtension, outer.extension);
  const { extension } = compression === undefined ? outer : parted(outer.stem);
  return { format: own(formatOfExtension, extension), compression: compression ?? 'auto' };
}

/** Formats of text, which may be packed; the others are packed inside. */
export const isTextFormat = (format: Dialect['format']): boolean =>
  format === 'csv' || format === 'ndjson' || format === 'json';

/**
 * What an output is written as, by its name.
 *
 * @throws usage error (exit 2) for a name that says no format that is written.
 */
export function requireFormat(path: string): { format: OutputFormat; gzip: boolean } {
  const { format, compression } = formatByName(path);
  const gzip = compression === 'gzip';
  const plain = compression === 'auto';
  // Parquet is compressed inside.
  if (format === 'parquet' && plain) return { format, gzip };
  if ((format === 'csv' || format === 'ndjson') && (plain || gzip)) return { format, gzip };
  const stem = path.replace(/(?:\.\w+)?(?:\.(?:gz|zst|bz2|zip))?$/i, '') || 'rows';
  throw usageError({
    code: 'unknown-format',
    message: `${path}: expected a file named .csv, .ndjson or .parquet (.csv and .ndjson also .gz).`,
    hint: `Name the file by its format, for example ${stem}.csv or ${stem}.ndjson.`,
  });
}

/** The dialect of a file that nothing declares but its name, with what is known better. */
export function dialectOf(path: string, known: Partial<Dialect> = {}): Dialect {
  const { format, compression } = formatByName(path);
  return {
    format: format ?? 'auto',
    compression,
    sheet: null,
    records: null,
    partitions: null,
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
