import type { DuckDBDataChunk } from '@duckdb/node-api';
import type { Column, ColumnKind, Table } from './columns.ts';
import { damagedError } from '../errors.ts';
import { strings, takeCodes, takeDoubles, takeTimes, WordCodes } from './columnVectors.ts';
import { literalPath, quoteIdentifier, runOverColumns, streamChunks, withConnection } from './duckdb.ts';
import { writingTo } from './diskRefusal.ts';
import { enumOf, keptWords } from './parquetWords.ts';
import type { RowSchema } from './schema.ts';
import { columnSchema } from './schema.ts';

const caseSuffix = / \(case \d+\)$/;

/** Names under which columns stand in the file: SQL takes `A` and `a` for one name, so the second gets a suffix. */
function storedNames(names: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return names.map((name) => {
    const folded = name.toLowerCase();
    const times = (seen.get(folded) ?? 0) + 1;
    seen.set(folded, times);
    return times === 1 ? name : `${name} (case ${times})`;
  });
}

/** Cells that are held before they are written: of many columns, fewer rows at a time. */
const groupCells = 4 << 20;
/** DuckDB's own number of rows, where there are few columns; always a multiple of its chunks. */
const mostGroupRows = 122_880;
const chunkRows = 2048;

const groupRows = (columns: number): number =>
  Math.min(mostGroupRows, Math.max(1, Math.floor(groupCells / columns / chunkRows)) * chunkRows);

/**
 * Writes a table as Parquet (zstd, encodings of version 2, which take zstd half the time): numbers as DOUBLE, times as TIMESTAMP (UTC), words and texts as VARCHAR. The same table gives the same bytes with one version of DuckDB. Missing cells are
 * NULL, -0 is 0; a category never is the empty string, because '' is a missing word in every schema. The file is written in
 * place: the caller moves it to where it belongs.
 *
 * @param onRows Told now and then how many rows are written.
 * @throws usage error (exit 2) where the disk refuses it.
 */
export async function writeParquet(
  table: Table,
  path: string,
  onRows: (rows: number) => void = () => undefined,
): Promise<void> {
  if (table.columns.size === 0) throw new RangeError('a table without columns cannot be kept as Parquet');
  const columns = [...table.columns].map(([name, column]) => ({ name, column }));
  const stored = storedNames(columns.map(({ name }) => name));
  const select = stored.map((name, i) => `c${i} AS ${quoteIdentifier(name)}`).join(', ');
  const options = `FORMAT parquet, COMPRESSION zstd, PARQUET_VERSION V2, ROW_GROUP_SIZE ${groupRows(stored.length)}, WRITE_BLOOM_FILTER false`;
  const sql = `COPY (SELECT ${select} FROM aieng_columns($1)) TO $2 (${options})`;
  await writingTo(path, () => runOverColumns(columns, sql, [path], onRows));
}

interface Target {
  /** Takes column `index` of a chunk into rows from `at`. */
  readonly take: (chunk: DuckDBDataChunk, index: number, at: number) => void;
  /** The column, once all rows were taken. */
  readonly column: () => Column;
}

/** Words in order, and the codes by it: what a snapshot reads back as does not follow the order of its rows. */
function sortedWords(codes: Int32Array, words: readonly string[]): Column {
  const order = words.map((_, code) => code).sort((left, right) => (words[left]! < words[right]! ? -1 : 1));
  const placeOf = new Int32Array(words.length);
  order.forEach((code, place) => (placeOf[code] = place));
  for (let row = 0; row < codes.length; row += 1) {
    const code = codes[row]!;
    if (code !== -1) codes[row] = placeOf[code]!;
  }
  return { kind: 'category', codes, dictionary: order.map((code) => words[code]!) };
}

/** A column that is read as codes of words in their order. */
function codesTarget(rows: number, dictionary: readonly string[]): Target {
  const codes = new Int32Array(rows);
  return {
    take: (chunk, index, at) => takeCodes(chunk, index, codes, at),
    column: () => ({ kind: 'category', codes, dictionary }),
  };
}

function targetFor(kind: ColumnKind, rows: number): Target {
  switch (kind) {
    case 'number':
    case 'time': {
      const values = new Float64Array(rows);
      const taken = kind === 'number' ? takeDoubles : takeTimes;
      return {
        take: (chunk, index, at) => taken(chunk, index, values, at),
        column: () => ({ kind, values }),
      };
    }
    case 'category': {
      const codes = new Int32Array(rows);
      const words = new WordCodes();
      return {
        take: (chunk, index, at) => words.take(chunk, index, codes, at),
        column: () => sortedWords(codes, words.words),
      };
    }
    case 'text': {
      const values = new Array<string | null>(rows).fill(null);
      return {
        take: (chunk, index, at) => strings(chunk, index).forEach((text, i) => (values[at + i] = text)),
        column: () => ({ kind, values }),
      };
    }
  }
}

/** Rows of a pass between two looks. */
const lookRows = 16_384;

/** Number of rows and names of the columns of a Parquet file. */
async function inspect(path: string): Promise<{ rows: number; names: string[] }> {
  return withConnection(async (connection) => {
    const counted = await connection.runAndReadAll('SELECT num_rows FROM parquet_file_metadata($1)', [
      literalPath(path),
    ]);
    const named = await connection.runAndReadAll(
      'SELECT name FROM parquet_schema($1) WHERE num_children IS NULL OR num_children = 0',
      [literalPath(path)],
    );
    return { rows: Number(counted.getRows()[0]?.[0]), names: named.getRows().map(([name]) => String(name)) };
  });
}

/** What is asked of a file, and what takes it: categories as codes, where the file keeps them so. */
async function targetsOf(
  path: string,
  from: string,
  columns: readonly { readonly kind: ColumnKind; readonly place: number }[],
  rows: number,
): Promise<{ readonly expressions: readonly string[]; readonly targets: readonly Target[] }> {
  const categories = columns.filter(({ kind }) => kind === 'category').map(({ place }) => place);
  const words = await keptWords({ path, from }, categories);
  const expressions: string[] = [];
  const targets = columns.map(({ kind, place }) => {
    const column = `p${place}`;
    const dictionary = words.get(column);
    expressions.push(dictionary === undefined ? column : enumOf(column, dictionary));
    return dictionary === undefined ? targetFor(kind, rows) : codesTarget(rows, dictionary);
  });
  return { expressions, targets };
}

/**
 * Reads a snapshot's Parquet file back into a typed table. Kinds come from the schema; dictionaries hold the words
 * that occur, sorted.
 *
 * @param columns Which columns, in this order; all that the file and the schema share by default.
 * @param look Waited for after every so many rows, and told how many cells were read.
 * @throws damaged error (exit 8) where the file is no such snapshot.
 */
export async function readParquet(
  path: string,
  schema: RowSchema,
  columns?: readonly string[],
  look: (cells: number) => Promise<void> = () => Promise.resolve(),
): Promise<Table> {
  const damaged = (message: string, cause?: unknown): Error =>
    damagedError({
      code: 'snapshot-damaged',
      message: `A snapshot's Parquet file cannot be read: ${message}.`,
      hint: 'Run `aieng ingest` again to make the snapshot anew.',
      cause,
    });
  const { rows, names } = await inspect(path).catch((cause: unknown) => {
    throw damaged(
      cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : 'it is no Parquet file',
      cause,
    );
  });
  const own = names.map((name) =>
    columnSchema(schema, name) === undefined ? name.replace(caseSuffix, '') : name,
  );
  const wanted = columns ?? own.filter((name) => columnSchema(schema, name) !== undefined);
  // By position: names that differ only in case are one to SQL.
  const from = `read_parquet($1) AS t(${names.map((_, i) => `p${i}`).join(', ')})`;
  const file = literalPath(path);
  const found = wanted.map((name) => {
    const kind = columnSchema(schema, name)?.kind;
    const place = own.indexOf(name);
    if (kind === undefined || place === -1) throw damaged(`it has no column ${JSON.stringify(name)}`);
    return { kind, place };
  });
  const { expressions, targets } = await targetsOf(file, from, found, rows);
  if (targets.length > 0) {
    let at = 0;
    let seen = 0;
    for await (const chunk of streamChunks(`SELECT ${expressions.join(', ')} FROM ${from}`, [file])) {
      targets.forEach((target, index) => target.take(chunk, index, at));
      at += chunk.rowCount;
      if (at - seen < lookRows && at < rows) continue;
      await look((at - seen) * targets.length);
      seen = at;
    }
  }
  return { rows, columns: new Map(wanted.map((name, i) => [name, targets[i]!.column()])) };
}
