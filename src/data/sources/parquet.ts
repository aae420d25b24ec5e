import { dataError } from '../../errors.ts';
import type { Column } from '../columns.ts';
import { concatTables, takeRows } from '../columns.ts';
import { doubles, literalPath, streamChunks, strings, withConnection } from '../duckdb.ts';
import type { RowSchema } from '../schema.ts';
import type { Batch, ReadColumns, Rejection, Source, SourceOptions } from '../source.ts';
import type { Cell, CellIssue } from '../cells/cell.ts';
import { isIssue } from '../cells/cell.ts';
import { cellParser } from '../cells/parser.ts';
import { requireFile } from './bytes.ts';
import { missingColumn } from './csvCells.ts';
import { firstRows } from './firstRows.ts';
import type { SelectedColumn } from './selection.ts';
import { noRows, selectFromHeader, textSchema } from './selection.ts';

type Chunk = Parameters<typeof doubles>[0];

interface ParquetColumn {
  readonly name: string;
  readonly type: string;
}

interface ParquetFile {
  readonly columns: readonly ParquetColumn[];
  readonly rows: number;
}

const wholeType = /^U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?$/;
const fractionType = /^(FLOAT|DOUBLE|DECIMAL\(.*)$/;
const timeType = /^(DATE|TIMESTAMP(_S|_MS|_NS)?|TIMESTAMP WITH TIME ZONE)$/;
const textType = /^(VARCHAR|UUID|ENUM\(.*)$/;

/** How a column is fetched: as doubles (numbers, or ms since 1970 UTC) or as strings. */
type Carrier = 'number' | 'time' | 'text';

function carrierOf({ name, type }: ParquetColumn, kind: Column['kind'], displayPath: string): Carrier {
  if (timeType.test(type)) return 'time';
  if (fractionType.test(type)) return 'number';
  // Whole numbers that are words keep every digit as text.
  if (wholeType.test(type)) return kind === 'number' ? 'number' : 'text';
  if (textType.test(type) || type === 'BOOLEAN') return 'text';
  throw dataError({
    code: 'unsupported-column-type',
    message: `${displayPath}: column ${JSON.stringify(name)} is of type ${type}, which is not a table's cell.`,
    hint: 'Write the file with plain columns (numbers, text, times, booleans), or leave the column out of the schema.',
  });
}

function expressionOf(carrier: Carrier, position: number): string {
  switch (carrier) {
    case 'number':
      return `coalesce(CAST(p${position} AS DOUBLE), 'nan'::DOUBLE)`;
    case 'time':
      return `coalesce(CAST(epoch_ms(p${position}) AS DOUBLE), 'nan'::DOUBLE)`;
    case 'text':
      return `CAST(p${position} AS VARCHAR)`;
  }
}

interface CellParsers {
  readonly number: (value: number) => Cell | CellIssue;
  readonly text: (value: string) => Cell | CellIssue;
}

/** Types the cells of one column of a chunk; `report` is told of each that does not fit. */
function typeCells(
  chunk: Chunk,
  index: number,
  carrier: Carrier,
  parse: CellParsers,
  kind: Column['kind'],
  report: (row: number, issue: string) => void,
): Column {
  const count = chunk.rowCount;
  const values = new Float64Array(kind === 'number' || kind === 'time' ? count : 0);
  const words = new Array<string | null>(kind === 'text' || kind === 'category' ? count : 0).fill(null);
  const numbers = carrier === 'text' ? undefined : doubles(chunk, index);
  const texts = carrier === 'text' ? strings(chunk, index) : undefined;
  for (let row = 0; row < count; row += 1) {
    const cell = numbers === undefined ? parse.text(texts?.[row] ?? '') : parse.number(numbers[row]!);
    if (isIssue(cell)) report(row, cell.issue);
    else if (typeof cell === 'string') words[row] = cell;
    else if (values.length > 0) values[row] = cell ?? Number.NaN;
  }
  if (kind === 'number' || kind === 'time') return { kind, values };
  return kind === 'text' ? { kind, values: words } : encodeWords(words);
}

function encodeWords(words: readonly (string | null)[]): Column {
  const codeOf = new Map<string, number>();
  const codes = Int32Array.from(words, (word) => {
    if (word === null) return -1;
    const code = codeOf.get(word) ?? codeOf.size;
    codeOf.set(word, code);
    return code;
  });
  return { kind: 'category', codes, dictionary: [...codeOf.keys()] };
}

/** Parsers of a column's cells, by how they are fetched. NaN is DuckDB's NULL here. */
function parsersOf(column: SelectedColumn, missing: readonly string[], carrier: Carrier): CellParsers {
  const { schema } = column;
  const parser = cellParser(schema, missing);
  const plainTime = schema.kind === 'time' && !schema.closed && schema.nullable;
  return {
    text: (value) => parser.text(value),
    number: (value) => {
      if (Number.isNaN(value)) return plainTime ? null : parser.json(null);
      if (carrier !== 'time') return parser.json(value);
      return plainTime ? value : parser.text(isoTime(value));
    },
  };
}

const isoTime = (time: number): string =>
  Math.abs(time) <= 8.64e15 ? new Date(time).toISOString() : String(time);

/** Names of the columns themselves out of a schema listed depth first (a nested column is followed by its parts). */
function topLevelNames(schema: readonly (readonly unknown[])[]): string[] {
  const names: string[] = [];
  // The first entry is the root; `open` counts the entries that nested columns still have to come.
  let open = 0;
  for (const [name, children] of schema.slice(1)) {
    if (open === 0) names.push(String(name));
    else open -= 1;
    open += Number(children ?? 0);
  }
  return names;
}

async function inspect(options: SourceOptions): Promise<ParquetFile> {
  await requireFile(options);
  const path = literalPath(options.path);
  try {
    return await withConnection(async (connection) => {
      const rowsOf = async (sql: string): Promise<unknown[][]> =>
        (await connection.runAndReadAll(sql, [path])).getRows();
      const described = await rowsOf('DESCRIBE SELECT * FROM read_parquet($1)');
      // The file's own names: DuckDB renames `a` beside `A`.
      const names = topLevelNames(await rowsOf('SELECT name, num_children FROM parquet_schema($1)'));
      const [counted] = await rowsOf('SELECT num_rows FROM parquet_file_metadata($1)');
      return {
        columns: described.map(([name, type], i) => ({ name: names[i] ?? String(name), type: String(type) })),
        rows: Number(counted?.[0]),
      };
    });
  } catch (cause) {
    const why = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause);
    throw dataError({
      code: 'parquet-damaged',
      message: `${options.displayPath}: expected a Parquet file, but it cannot be read as one (${why}).`,
      hint: 'Check that the file is whole and is Parquet, or name it by its format (.csv, .ndjson).',
      at: { file: options.displayPath },
      cause,
    });
  }
}

/** A column that the file has, with how it is fetched and parsed. */
interface PresentColumn extends SelectedColumn {
  readonly carrier: Carrier;
  readonly parsers: CellParsers;
}

/** The wanted cells of a row as JSON, for a person who looks at the quarantine. */
function rawRow(chunk: Chunk, present: readonly PresentColumn[], row: number): string {
  const cells = present.map(
    ({ schema }, index) => [schema.name, chunk.getColumnVector(index).getItem(row)] as const,
  );
  return JSON.stringify(Object.fromEntries(cells)).slice(0, 2000);
}

function typeChunk(
  chunk: Chunk,
  firstRow: number,
  selected: readonly SelectedColumn[],
  present: readonly PresentColumn[],
  displayPath: string,
): Batch {
  const problems = new Map<number, { reason: string; column: string }>();
  const columns = new Map(
    selected.map(({ schema }) => [schema.name, missingColumn(schema.kind, chunk.rowCount)]),
  );
  present.forEach(({ schema: { name, kind }, carrier, parsers }, index) => {
    const report = (row: number, reason: string): void => {
      if (!problems.has(row)) problems.set(row, { reason, column: name });
    };
    columns.set(name, typeCells(chunk, index, carrier, parsers, kind, report));
  });
  const table = { rows: chunk.rowCount, columns };
  if (problems.size === 0) return { table, rejections: [] };
  const rejections = [...problems]
    .sort(([left], [right]) => left - right)
    .map(([row, problem]): Rejection => ({
      file: displayPath,
      line: firstRow + row,
      ...problem,
      raw: rawRow(chunk, present, row),
    }));
  const clean = Array.from({ length: chunk.rowCount }, (_, row) => row).filter((row) => !problems.has(row));
  return { table: takeRows(table, clean), rejections };
}

/** Puts DuckDB's small chunks together to batches of about `rows` records. */
async function* regroup(batches: AsyncIterable<Batch>, rows: number): AsyncGenerator<Batch, void, void> {
  let group: Batch[] = [];
  let size = 0;
  const merged = (): Batch => ({
    table: concatTables(group.map(({ table }) => table)),
    rejections: group.flatMap(({ rejections }) => rejections),
  });
  for await (const batch of batches) {
    group.push(batch);
    size += batch.table.rows + batch.rejections.length;
    if (size < rows) continue;
    yield merged();
    group = [];
    size = 0;
  }
  if (group.length > 0) yield merged();
}

async function* readChunks(
  options: SourceOptions,
  file: ParquetFile,
  schema: RowSchema,
  wanted: ReadColumns,
): AsyncGenerator<Batch, void, void> {
  const { displayPath } = options;
  const names = file.columns.map(({ name }) => name);
  const selected = selectFromHeader(displayPath, names, schema, wanted);
  if (file.rows === 0) throw noRows(displayPath, 'header-only');
  const present: PresentColumn[] = selected
    .filter(({ index }) => index !== -1)
    .map((column) => {
      const carrier = carrierOf(file.columns[column.index]!, column.schema.kind, displayPath);
      return { ...column, carrier, parsers: parsersOf(column, schema.missing, carrier) };
    });
  const select = present.map(({ carrier, index }) => expressionOf(carrier, index)).join(', ');
  const alias = names.map((_, i) => `p${i}`).join(', ');
  const sql = `SELECT ${select === '' ? '0' : select} FROM read_parquet($1) AS t(${alias})`;
  let first = 1;
  for await (const chunk of streamChunks(sql, [literalPath(options.path)])) {
    yield typeChunk(chunk, first, selected, present, displayPath);
    first += chunk.rowCount;
  }
}

/** A Parquet file. Lines of rejections are row numbers from 1; `raw` is the row's wanted cells as JSON. */
export function openParquet(options: SourceOptions): Source {
  let file: Promise<ParquetFile> | undefined;
  const inspected = (): Promise<ParquetFile> => (file ??= inspect(options));
  async function* read(schema: RowSchema, wanted: ReadColumns): AsyncGenerator<Batch, void, void> {
    yield* regroup(readChunks(options, await inspected(), schema, wanted), options.batchRows);
  }
  return {
    header: async () => (await inspected()).columns.map(({ name }) => name),
    read,
    readText: async (maxRows) => {
      const names = (await inspected()).columns.map(({ name }) => name);
      return firstRows(read(textSchema(names), { required: names, optional: [] }), maxRows);
    },
  };
}
