import { dataError } from '../../../errors.ts';
import type { Cell, CellIssue, CellParser } from '../../cells/cell.ts';
import { isIssue } from '../../cells/cell.ts';
import { decimalWord, numberWord } from '../../cells/numbers.ts';
import { cellParser } from '../../cells/parser.ts';
import { missingWords } from '../../cells/missing.ts';
import type { Column } from '../../columns.ts';
import { concatTables, takeRows } from '../../columns.ts';
import { doubles, strings, WordCodes } from '../../columnVectors.ts';
import { streamChunks } from '../../duckdb.ts';
import type { Finding } from '../../recognise/finding.ts';
import type { RowSchema } from '../../schema.ts';
import type { Batch, OpenedSource, ReadPlan, Rejection, RowsFile, WordColumn } from '../../source.ts';
import { inBoundedBatches } from '../../source.ts';
import { missingColumn } from '../csv/csvCells.ts';
import type { Carrier, ParquetColumn } from './parquetColumns.ts';
import { wholeType } from './parquetColumns.ts';
import type { ParquetFile } from './parquetFile.ts';
import { damagedParquet, openParquetFile } from './parquetFile.ts';
import type { SelectedColumn } from '../selection.ts';
import { noRows, selectFromHeader } from '../selection.ts';

type Chunk = Parameters<typeof doubles>[0];

function expressionOf(carrier: Carrier, position: number, asWord = false): string {
  switch (carrier) {
    case 'number': {
      // As a word, a 32-bit float is the shortest decimal that gives it back: 0.1, not 0.10000000149011612.
      const value = asWord ? `CAST(p${position} AS VARCHAR)` : `p${position}`;
      return `coalesce(CAST(${value} AS DOUBLE), 'nan'::DOUBLE)`;
    }
    case 'time':
      return `coalesce(CAST(epoch_ms(p${position}) AS DOUBLE), 'nan'::DOUBLE)`;
    case 'text':
      return `CAST(p${position} AS VARCHAR)`;
  }
}

/**
 * The text of a number whose double may not be the nearest one; NULL for all others. Digits up to 2^53 and powers of ten
 * up to 10^22 are exact as doubles, and so their quotient is the nearest double.
 */
function inexactText(position: number, type: string): string {
  const text = `CAST(p${position} AS VARCHAR)`;
  const scale = Number(/^DECIMAL\(\d+,(\d+)\)$/.exec(type)?.[1] ?? 0);
  if (scale > 22) return text;
  const digits = String(2 ** 53).padStart(scale + 1, '0');
  const most = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
  return `CASE WHEN p${position} NOT BETWEEN -${most} AND ${most} THEN ${text} END`;
}

/** Tells of a cell that does not fit. */
type Report = (row: number, issue: string) => void;

/** A column of texts as codes: each different word of a chunk is read once. */
function typeWords(chunk: Chunk, { parser, at }: PresentColumn, report: Report): Column {
  const found = new WordCodes();
  const codes = new Int32Array(chunk.rowCount);
  found.take(chunk, at, codes, 0);
  const cells = found.words.map((word) => parser.typed(word));
  const absent = parser.typed(null);
  const codeOf = new Map<string, number>();
  const codeFor = (cell: Cell): number => {
    if (typeof cell !== 'string') return -1;
    const code = codeOf.get(cell) ?? codeOf.size;
    codeOf.set(cell, code);
    return code;
  };
  const read = cells.map((cell) => (isIssue(cell) ? -1 : codeFor(cell)));
  for (let row = 0; row < codes.length; row += 1) {
    const code = codes[row]!;
    const cell = code === -1 ? absent : cells[code]!;
    if (isIssue(cell)) report(row, cell.issue);
    codes[row] = code === -1 ? -1 : read[code]!;
  }
  return { kind: 'category', codes, dictionary: [...codeOf.keys()] };
}

/** A column of doubles, each of which is a cell as it stands; undefined where one is not. */
function plainNumbers(chunk: Chunk, { at, whole }: PresentColumn): Column | undefined {
  const numbers = doubles(chunk, at);
  const values = new Float64Array(numbers.length);
  for (let row = 0; row < numbers.length; row += 1) {
    const value = numbers[row]! + 0;
    // NaN is DuckDB's NULL here.
    if (Number.isFinite(value) ? whole && !Number.isInteger(value) : !Number.isNaN(value)) return undefined;
    values[row] = value;
  }
  return { kind: 'number', values };
}

/** Types the cells of one column of a chunk; `report` is told of each that does not fit. */
function typeCells(chunk: Chunk, column: PresentColumn, report: Report): Column {
  const {
    schema: { kind },
    carrier,
    parser,
    plainTime,
    plainNumber,
    at,
    exactAt,
  } = column;
  if (carrier === 'text' && kind === 'category') return typeWords(chunk, column, report);
  const plain = plainNumber ? plainNumbers(chunk, column) : undefined;
  if (plain !== undefined) return plain;
  const count = chunk.rowCount;
  const values = new Float64Array(kind === 'number' || kind === 'time' ? count : 0);
  const words = new Array<string | null>(kind === 'text' || kind === 'category' ? count : 0).fill(null);
  const numbers = carrier === 'text' ? undefined : doubles(chunk, at);
  const texts = carrier === 'text' ? strings(chunk, at) : undefined;
  const exact = exactAt === null ? undefined : strings(chunk, exactAt);
  const cellOf = (row: number): Cell | CellIssue => {
    if (texts !== undefined) return parser.typed(texts[row]);
    const inexact = exact?.[row] ?? null;
    if (inexact !== null) return parser.typed(decimalWord(inexact));
    // NaN is DuckDB's NULL here.
    const value = numbers![row]!;
    if (carrier !== 'time' || Number.isNaN(value)) return parser.typed(value);
    return plainTime ? value : parser.typed(new Date(value));
  };
  for (let row = 0; row < count; row += 1) {
    const cell = cellOf(row);
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

const isoTime = (time: number): string =>
  Math.abs(time) <= 8.64e15 ? new Date(time).toISOString() : String(time);

/** A column that the file has, with how it is fetched and parsed. */
interface PresentColumn extends SelectedColumn {
  readonly carrier: Carrier;
  readonly parser: CellParser;
  /** Is every time of the file a cell as it stands? */
  readonly plainTime: boolean;
  /** Is every finite number of the file a cell as it stands, where it is whole if that is asked for? */
  readonly plainNumber: boolean;
  readonly whole: boolean;
  /** Where the query has the column, and where the exact texts of what its doubles are not. */
  readonly at: number;
  readonly exactAt: number | null;
}

const numberOrNull = (value: number): number | null => (Number.isNaN(value) ? null : value);

/** The wanted cells of a row as JSON, for a person who looks at what was refused. */
function rawRow(chunk: Chunk, present: readonly PresentColumn[], row: number): string {
  const cells = present.map(({ schema: { name }, carrier, at, exactAt }) => {
    if (carrier === 'text') return [name, strings(chunk, at)[row] ?? null] as const;
    const value = numberOrNull(doubles(chunk, at)[row]!);
    if (carrier === 'time') return [name, value === null ? null : isoTime(value)] as const;
    return [name, (exactAt === null ? null : strings(chunk, exactAt)[row]) ?? value] as const;
  });
  return JSON.stringify(Object.fromEntries(cells));
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
  for (const column of present) {
    const { name } = column.schema;
    columns.set(
      name,
      typeCells(chunk, column, (row, reason) => {
        if (!problems.has(row)) problems.set(row, { reason, column: name });
      }),
    );
  }
  const table = { rows: chunk.rowCount, columns };
  if (problems.size === 0) return { kind: 'batch', table, rejections: [] };
  const rejections = [...problems]
    .sort(([left], [right]) => left - right)
    .map(([row, problem]): Rejection => ({
      file: displayPath,
      line: firstRow + row,
      ...problem,
      raw: rawRow(chunk, present, row),
    }));
  const clean = Array.from({ length: chunk.rowCount }, (_, row) => row).filter((row) => !problems.has(row));
  return { kind: 'batch', table: takeRows(table, clean), rejections };
}

/** Puts DuckDB's small chunks together to batches of about `rows` records. */
async function* regroup(batches: AsyncIterable<Batch>, rows: number): AsyncGenerator<Batch, void, void> {
  let group: Batch[] = [];
  let size = 0;
  const merged = (): Batch => ({
    kind: 'batch',
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

/** Streams expressions over the columns `p0`, `p1`, … of the file. */
async function* select(
  rowsFile: RowsFile,
  { path, from }: ParquetFile,
  expressions: readonly string[],
): AsyncGenerator<Chunk, void, void> {
  const list = expressions.length === 0 ? '0' : expressions.join(', ');
  try {
    yield* streamChunks(`SELECT ${list} FROM ${from}`, [path]);
  } catch (cause) {
    throw damagedParquet(rowsFile, cause);
  }
}

/** The columns of a plan that the file has, and the expressions that fetch them. */
function presentColumns(
  file: ParquetFile,
  selected: readonly SelectedColumn[],
  grammar: RowSchema,
): { readonly present: readonly PresentColumn[]; readonly expressions: readonly string[] } {
  const expressions: string[] = [];
  const present = selected
    .filter(({ index }) => index !== -1)
    .map((column): PresentColumn => {
      const { position, type, wide, carrier: own } = file.columns[column.index]!;
      // Whole numbers that are words keep every digit as text.
      const asText = own === 'number' && column.schema.kind !== 'number' && wholeType.test(type);
      const carrier = asText ? 'text' : own;
      const { kind, nullable } = column.schema;
      const asWord = type === 'FLOAT' && kind !== 'number';
      const at = expressions.push(expressionOf(carrier, position, asWord)) - 1;
      const exactAt = carrier === 'number' && wide ? expressions.push(inexactText(position, type)) - 1 : null;
      const asItStands = nullable && missingWords(column.schema, grammar.missing).values.size === 0;
      return {
        ...column,
        carrier,
        parser: cellParser(column.schema, grammar),
        plainTime: kind === 'time' && asItStands,
        plainNumber:
          kind === 'number' &&
          carrier === 'number' &&
          exactAt === null &&
          asItStands &&
          !column.schema.closed &&
          column.schema.numberFormat === undefined,
        whole: column.schema.type === 'integer',
        at,
        exactAt,
      };
    });
  return { present, expressions };
}

/** Refuses a plan that needs a column which no table can hold. */
function requireReadable({ displayPath }: RowsFile, { unreadable }: ParquetFile, plan: ReadPlan): void {
  const wanted = new Set(plan.required);
  const column = unreadable.find(({ name }) => wanted.has(name));
  if (column === undefined) return;
  throw dataError({
    code: 'unsupported-column-type',
    message: `${displayPath}: column ${JSON.stringify(column.name)} cannot be read: ${column.reason}.`,
    hint: 'Write the column as numbers, text, times or booleans, or take it out of the row schema.',
    at: { file: displayPath },
  });
}

async function* readBatches(
  rowsFile: RowsFile,
  file: ParquetFile,
  plan: ReadPlan,
): AsyncGenerator<Batch, void, void> {
  const { displayPath } = rowsFile;
  requireReadable(rowsFile, file, plan);
  const names = file.columns.map(({ name }) => name);
  const selected = selectFromHeader(displayPath, names, plan.schema, plan);
  if (file.rows === 0) throw noRows(displayPath, 'header-only');
  const { present, expressions } = presentColumns(file, selected, plan.schema);
  let first = 1;
  for await (const chunk of select(rowsFile, file, expressions)) {
    yield typeChunk(chunk, first, selected, present, displayPath);
    first += chunk.rowCount;
  }
}

/** A column of a chunk as texts, each different one once. */
function wordsOf(chunk: Chunk, index: number, { carrier, wide }: ParquetColumn): WordColumn {
  const codeOf = new Map<string | number | null, number>();
  const words: string[] = [];
  const values = carrier === 'text' ? strings(chunk, index) : Array.from(doubles(chunk, index), numberOrNull);
  const wordOf = (value: string | number): string => {
    if (typeof value === 'string') return wide ? decimalWord(value) : value;
    return carrier === 'time' ? isoTime(value) : numberWord(value);
  };
  const codes = Int32Array.from({ length: chunk.rowCount }, (_, row) => {
    const value = values[row] ?? null;
    let code = codeOf.get(value);
    if (code === undefined) {
      codeOf.set(value, (code = words.push(value === null ? '' : wordOf(value)) - 1));
    }
    return code;
  });
  return { codes, words, forms: 'text' };
}

const bytesFinding = (name: string): Finding => ({
  key: null,
  value: null,
  what: `${name} is bytes without a type, all of them UTF-8: it is read as text.`,
  line: null,
  example: null,
});

/** A Parquet file. Lines of rejections are row numbers from 1; `raw` is the row's wanted cells as JSON. */
export async function openParquet(rowsFile: RowsFile): Promise<OpenedSource> {
  const file = await openParquetFile(rowsFile);
  const names = file.columns.map(({ name }) => name);
  const { unreadable, rows: records } = file;
  return {
    header: { names, unreadable, dialect: rowsFile.dialect, findings: file.textsOfBytes.map(bytesFinding) },
    batches: async function* (plan) {
      const { batchRows } = inBoundedBatches(rowsFile, file.columns.length);
      yield* regroup(readBatches(rowsFile, file, plan), batchRows);
      const known = new Set(plan.schema.columns.map(({ name }) => name));
      const unknownColumns = names.filter((name) => !known.has(name)).map((name) => ({ name, records }));
      return { records, unknownColumns, ...(await file.finish()) };
    },
    words: async function* () {
      if (records === 0) throw noRows(rowsFile.displayPath, 'header-only');
      // A number that a double rounds is told by all of its digits.
      const columns = file.columns.map((column): ParquetColumn => ({
        ...column,
        carrier: column.wide ? 'text' : column.carrier,
      }));
      const expressions = columns.map(({ carrier, position }) => expressionOf(carrier, position));
      for await (const chunk of select(rowsFile, file, expressions))
        yield {
          kind: 'words',
          rows: chunk.rowCount,
          columns: new Map(columns.map(({ name }, i) => [name, wordsOf(chunk, i, columns[i]!)])),
          rejections: [],
        };
      return { records, unknownColumns: [], ...(await file.finish()) };
    },
    close: () => file.close(),
  };
}
