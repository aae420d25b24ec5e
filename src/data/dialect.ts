import { Type } from '@sinclair/typebox';
import { usageError } from '../errors.ts';
import { namePart } from './address.ts';
import { count, flag, oneOf, orNull, text } from '../shape.ts';
import type { Shape } from '../shape.ts';

/**
 * How a file of rows is written: everything that has to be known to cut its bytes into records and fields. What a field
 * then means (kind, missing words, formats of numbers and dates) is the row schema's to say, column by column.
 *
 * The keys of `source:` in the pipeline file are these in snake_case. null = found out from the beginning of the file:
 * a door without a pipeline leaves everything to be found out that its flags do not say (`undeclared`).
 *
 * Members that came later than the first snapshots are optional in a record.
 */
export const dialectShape = Type.Object({
  format: oneOf(
    ['auto', 'csv', 'ndjson', 'json', 'parquet', 'arrow', 'xlsx', 'database'],
    'auto = by the content, where the name of a file does not say it. `database`: nothing of what follows is about it.',
  ),
  compression: Type.Optional(
    oneOf(
      ['auto', 'none', 'gzip', 'zstd', 'bzip2', 'zip'],
      'auto = by the content. Of text; of a zip, the one file of rows in it.',
    ),
  ),
  sheet: Type.Optional(
    orNull(
      Type.Union([text(), count()]),
      'Workbooks: name of the sheet, or its number from 1; null = the first one that holds rows.',
    ),
  ),
  records: Type.Optional(
    orNull(
      text(),
      'JSON: the member that holds the list of rows (`data`, `result.items`); null = found out.',
    ),
  ),
  partitions: Type.Optional(
    orNull(
      Type.Array(text()),
      'Several files: the columns that the names of their folders give; null = those written `name=value`.',
    ),
  ),
  delimiter: orNull(text(), 'CSV: what stands between fields; a space = any number of spaces and tabs.'),
  quote: orNull(
    text(),
    'CSV: the character around fields that hold the delimiter or line breaks; empty = there is none.',
  ),
  escape: Type.Optional(
    orNull(
      oneOf(['doubled', 'backslash']),
      'CSV: how a quote inside of a quoted field is written: twice, or behind a backslash.',
    ),
  ),
  trailingDelimiter: orNull(
    flag(),
    'CSV: does every record end with a delimiter, behind which nothing is? null = found out.',
  ),
  skipLines: orNull(count(), 'CSV: physical lines before the header that are no table (titles, comments).'),
  comment: Type.Optional(
    orNull(text(), 'CSV: lines that begin with it are no records; empty = there are none.'),
  ),
  header: orNull(flag(), 'CSV: does the first record name the columns?'),
  names: orNull(Type.Array(text()), 'CSV without a header: the names; null = `column_1`, `column_2`, …'),
  rowNames: Type.Optional(
    orNull(flag(), 'CSV: does each row begin with a name of its own, which the header does not count?'),
  ),
  linesAfterHeader: Type.Optional(
    orNull(count(), 'CSV: records behind the header that are no rows: units, types, second names.'),
  ),
  skipFooter: Type.Optional(
    orNull(count(), 'CSV: lines at the end that are no rows: totals, remarks. Blank ones do not count.'),
  ),
  emptyRows: Type.Optional(
    orNull(
      oneOf(['keep', 'skip']),
      'CSV: are lines of nothing but delimiters rows, all missing, or no records?',
    ),
  ),
  ragged: Type.Optional(
    orNull(oneOf(['reject', 'fill']), 'CSV: are short records refused, or missing at their end?'),
  ),
  encoding: orNull(text(), 'A byte order mark in the file wins.'),
});
export type Dialect = Required<Shape<typeof dialectShape>>;

/** The kinds of files of rows. */
export type RowsFormat = Exclude<Dialect['format'], 'auto' | 'database'>;

/** The kinds of files that are written. */
export type OutputFormat = Extract<RowsFormat, 'csv' | 'ndjson' | 'parquet'>;

/** What a file is packed with. */
export type Compression = Dialect['compression'];

/** What of a dialect a person may leave to be found out. */
const foundOut = {
  delimiter: null,
  quote: null,
  escape: null,
  trailingDelimiter: null,
  skipLines: null,
  comment: null,
  header: null,
  names: null,
  rowNames: null,
  linesAfterHeader: null,
  skipFooter: null,
  emptyRows: null,
  ragged: null,
  encoding: null,
} satisfies Partial<Dialect>;

/** A file as RFC 4180 has it, in UTF-8; which delimiter, and whether it trails, is found out all the same. */
const plain = {
  ...foundOut,
  quote: '"',
  escape: 'doubled',
  skipLines: 0,
  comment: '',
  header: true,
  rowNames: false,
  linesAfterHeader: 0,
  skipFooter: 0,
  emptyRows: 'keep',
  ragged: 'reject',
  encoding: 'utf-8',
} satisfies Partial<Dialect>;

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
  arrow: 'arrow',
  arrows: 'arrow',
  feather: 'arrow',
  ipc: 'arrow',
  xlsx: 'xlsx',
  xlsm: 'xlsx',
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
  const outer = parted(namePart(path));
  const compression = own(compressionOfExtension, outer.extension);
  const { extension } = compression === undefined ? outer : parted(outer.stem);
  return { format: own(formatOfExtension, extension), compression: compression ?? 'auto' };
}

/** Formats of text, which may be packed; the others are packed inside. */
export const isTextFormat = (format: Dialect['format']): boolean =>
  format === 'csv' || format === 'ndjson' || format === 'json';

/** What a file may be called that was named otherwise, or by its folder alone. */
function stemFor(path: string): string {
  if (/(?:^|[/\\])\.{0,2}$/.test(path)) return `${path.replace(/[/\\]$/, '') || '.'}/rows`;
  return path.replace(/(?:\.\w+)?(?:\.(?:gz|zst|bz2|zip))?$/i, '') || 'rows';
}

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
  const stem = stemFor(path);
  throw usageError({
    code: 'unknown-format',
    message: `${path}: expected a file named .csv, .ndjson or .parquet (.csv and .ndjson also .gz).`,
    hint: `Name the file by its format, for example ${stem}.csv or ${stem}.ndjson.`,
  });
}

/** What the name of a file says of its dialect; the rest is found out, or as it is where nobody says anything. */
function named(path: string): Pick<Dialect, 'format' | 'compression' | 'sheet' | 'records' | 'partitions'> {
  const { format, compression } = formatByName(path);
  return { format: format ?? 'auto', compression, sheet: null, records: null, partitions: null };
}

/** The dialect of a plain file of that name, with what is known better: what is not known is as RFC 4180 has it. */
export const dialectOf = (path: string, known: Partial<Dialect> = {}): Dialect => ({
  ...named(path),
  ...plain,
  ...known,
});

/** The dialect of a file of which nothing is declared but what is known: all else is found out when it is opened. */
export const undeclared = (path: string, known: Partial<Dialect> = {}): Dialect => ({
  ...named(path),
  ...foundOut,
  ...known,
});

/**
 * The dialect of a file whose columns are known by name, of which nothing is declared but what is known: where its table
 * begins and how it is cut is found out, but every record of it counts. None is left out as a footer, filled or skipped.
 */
export const undeclaredRows = (path: string, known: Partial<Dialect> = {}): Dialect =>
  undeclared(path, { header: true, skipFooter: 0, emptyRows: 'keep', ragged: 'reject', ...known });
