import type { Column, ColumnKind, Table } from './columns.ts';
import { damagedError } from '../errors.ts';
import type { NamedColumn } from './duckdb.ts';
import {
  doubles,
  literalPath,
  quoteIdentifier,
  runOverColumns,
  streamChunks,
  strings,
  withConnection,
  wordPairs,
} from './duckdb.ts';
import { writingTo } from './diskRefusal.ts';
import type { RowSchema } from './schema.ts';
import { columnSchema } from './schema.ts';

/** How a column stands in Parquet: numbers as DOUBLE, times as TIMESTAMP (UTC), words and text as VARCHAR. */
function writeExpression({ column }: NamedColumn, index: number, stored: string): string {
  const present = `nullif(c${index}, 'nan'::DOUBLE)`;
  const value = {
    number: present,
    time: `epoch_ms(CAST(${present} AS BIGINT))`,
    category: `CAST(c${index} AS VARCHAR)`,
    text: `c${index}`,
  }[column.kind];
  return `${value} AS ${quoteIdentifier(stored)}`;
}

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

/**
 * Writes a table as Parquet (zstd). The same table gives the same bytes with one version of DuckDB. Missing cells are
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
  const select = columns.map((column, i) => writeExpression(column, i, stored[i]!)).join(', ');
  const sql = `COPY (SELECT ${select} FROM aieng_columns($1)) TO $2 (FORMAT parquet, COMPRESSION zstd)`;
  await writingTo(path, () => runOverColumns(columns, sql, [path], onRows));
}

interface WordCodes {
  readonly dictionary: readonly string[];
  /** Open addressing over 64-bit hashes: low word, high word, code. */
  readonly slots: Int32Array;
  readonly mask: number;
}

/** Codes of a column's words by DuckDB's 64-bit hash, so that no cell of a big column becomes a string. */
async function wordCodes(from: string, values: string[], column: string): Promise<WordCodes> {
  const words: { readonly word: string; readonly low: number; readonly high: number }[] = [];
  const sql = `SELECT w, hash(w) FROM (SELECT DISTINCT ${column} AS w FROM ${from}) WHERE w IS NOT NULL AND w <> ''`;
  for await (const chunk of streamChunks(sql, values)) {
    const pairs = wordPairs(chunk, 1);
    strings(chunk, 0).forEach((word, i) =>
      words.push({ word: word ?? '', low: pairs[2 * i]!, high: pairs[2 * i + 1]! }),
    );
  }
  words.sort((left, right) => (left.word < right.word ? -1 : 1));
  const size = 2 ** Math.ceil(Math.log2(2 * words.length + 2));
  const slots = new Int32Array(3 * size).fill(-1);
  words.forEach(({ low, high }, code) => {
    let slot = low & (size - 1);
    while (slots[3 * slot + 2] !== -1) {
      if (slots[3 * slot] === (low | 0) && slots[3 * slot + 1] === (high | 0))
        throw new Error('two words have one 64-bit hash');
      slot = (slot + 1) & (size - 1);
    }
    slots.set([low, high, code], 3 * slot);
  });
  return { dictionary: words.map(({ word }) => word), slots, mask: size - 1 };
}

function readCodes(pairs: Uint32Array, { slots, mask }: WordCodes, codes: Int32Array, at: number): void {
  for (let i = 0; 2 * i < pairs.length; i += 1) {
    const low = pairs[2 * i]! | 0;
    const high = pairs[2 * i + 1]! | 0;
    let slot = low & mask;
    // A hash that is not in the table is the hash of a missing cell.
    while (slots[3 * slot + 2] !== -1 && (slots[3 * slot] !== low || slots[3 * slot + 1] !== high))
      slot = (slot + 1) & mask;
    codes[at + i] = slots[3 * slot + 2]!;
  }
}

interface Target {
  readonly expression: string;
  readonly column: Column;
  /** Takes column `index` of a chunk into rows from `at`. */
  readonly take: (chunk: Parameters<typeof doubles>[0], index: number, at: number) => void;
}

async function targetFor(
  kind: ColumnKind,
  from: string,
  path: string,
  column: string,
  rows: number,
): Promise<Target> {
  switch (kind) {
    case 'number':
    case 'time': {
      const values = new Float64Array(rows);
      const double = kind === 'number' ? column : `CAST(epoch_ms(${column}) AS DOUBLE)`;
      return {
        expression: `coalesce(${double}, 'nan'::DOUBLE)`,
        column: { kind, values },
        take: (chunk, index, at) => values.set(doubles(chunk, index), at),
      };
    }
    case 'category': {
      const words = await wordCodes(from, [path], column);
      const codes = new Int32Array(rows);
      return {
        expression: `hash(coalesce(${column}, ''))`,
        column: { kind, codes, dictionary: words.dictionary },
        take: (chunk, index, at) => readCodes(wordPairs(chunk, index), words, codes, at),
      };
    }
    case 'text': {
      const values = new Array<string | null>(rows).fill(null);
      return {
        expression: column,
        column: { kind, values },
        take: (chunk, index, at) => strings(chunk, index).forEach((text, i) => (values[at + i] = text)),
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
  const targets: Target[] = [];
  for (const name of wanted) {
    const kind = columnSchema(schema, name)?.kind;
    const position = own.indexOf(name);
    if (kind === undefined || position === -1) throw damaged(`it has no column ${JSON.stringify(name)}`);
    targets.push(await targetFor(kind, from, file, `p${position}`, rows));
    if (kind === 'category') await look(rows);
  }
  if (targets.length > 0) {
    let at = 0;
    let seen = 0;
    const select = targets.map((target) => target.expression).join(', ');
    for await (const chunk of streamChunks(`SELECT ${select} FROM ${from}`, [file])) {
      targets.forEach((target, index) => target.take(chunk, index, at));
      at += chunk.rowCount;
      if (at - seen < lookRows && at < rows) continue;
      await look((at - seen) * targets.length);
      seen = at;
    }
  }
  return { rows, columns: new Map(wanted.map((name, i) => [name, targets[i]!.column])) };
}
