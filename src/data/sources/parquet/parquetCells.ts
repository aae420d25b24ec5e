import type { Cell, CellIssue } from '../../cells/cell.ts';
import { isIssue } from '../../cells/cell.ts';
import { decimalWord } from '../../cells/numbers.ts';
import type { Column } from '../../columns.ts';
import { takeRows } from '../../columns.ts';
import { doubles, holdsValues, strings, takeCodes, WordCodes } from '../../columnVectors.ts';
import type { Batch, Rejection } from '../../source.ts';
import { missingColumn } from '../csv/csvCells.ts';
import type { SelectedColumn } from '../selection.ts';
import type { PresentColumn, ReadWords } from './parquetQuery.ts';

export type Chunk = Parameters<typeof doubles>[0];

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

/** A column that comes as codes of words that were read before. */
function typeCodes(
  chunk: Chunk,
  { at }: PresentColumn,
  { codes: read, dictionary, absent }: ReadWords,
  report: Report,
): Column {
  const codes = new Int32Array(chunk.rowCount);
  takeCodes(chunk, at, codes, 0);
  for (let row = 0; row < codes.length; row += 1) {
    const word = codes[row]!;
    const code = word === -1 ? (isIssue(absent) ? absent : -1) : read[word]!;
    if (typeof code === 'number') codes[row] = code;
    else {
      report(row, code.issue);
      codes[row] = -1;
    }
  }
  return { kind: 'category', codes, dictionary };
}

/** A column of doubles, each of which is a cell as it stands; undefined where one is not. */
function plainNumbers(chunk: Chunk, { at, whole, schema: { nullable } }: PresentColumn): Column | undefined {
  const numbers = doubles(chunk, at);
  const values = new Float64Array(numbers.length);
  for (let row = 0; row < numbers.length; row += 1) {
    const value = numbers[row]! + 0;
    // NaN is DuckDB's NULL here.
    const isPlain = Number.isFinite(value)
      ? !whole || Number.isInteger(value)
      : nullable && Number.isNaN(value);
    if (!isPlain) return undefined;
    values[row] = value;
  }
  return { kind: 'number', values };
}

/** The largest time that a `Date` holds, ms from 1970 on either side. */
const latestTime = 8.64e15;

/** A column of times, each of which is a cell as it stands; undefined where one is not. */
function plainTimes(chunk: Chunk, { at, schema: { nullable } }: PresentColumn): Column | undefined {
  const values = doubles(chunk, at).slice();
  for (const value of values) {
    // NaN is DuckDB's NULL here, and within nothing.
    if (!(Math.abs(value) <= latestTime) && !(nullable && Number.isNaN(value))) return undefined;
  }
  return { kind: 'time', values };
}

/** A column whose cells are as they stand; undefined where its parser has to look at them. */
function plainCells(chunk: Chunk, column: PresentColumn): Column | undefined {
  const { plainTime, plainNumber, exactAt } = column;
  if (plainTime) return plainTimes(chunk, column);
  const isExact = exactAt === null || !holdsValues(chunk, exactAt);
  return plainNumber && isExact ? plainNumbers(chunk, column) : undefined;
}

/** Types the cells of one column of a chunk; `report` is told of each that does not fit. */
function typeCells(chunk: Chunk, column: PresentColumn, report: Report): Column {
  const {
    schema: { kind },
    carrier,
    parser,
    at,
    exactAt,
  } = column;
  if (column.words !== null) return typeCodes(chunk, column, column.words, report);
  if (carrier === 'text' && kind === 'category') return typeWords(chunk, column, report);
  const plain = plainCells(chunk, column);
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
    return parser.typed(new Date(value));
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

export const isoTime = (time: number): string =>
  Math.abs(time) <= 8.64e15 ? new Date(time).toISOString() : String(time);

export const numberOrNull = (value: number): number | null => (Number.isNaN(value) ? null : value);

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

export function typeChunk(
  chunk: Chunk,
  firstRow: number,
  selected: readonly SelectedColumn[],
  present: readonly PresentColumn[],
  displayPath: string,
): Batch {
  const problems = new Map<number, { reason: string; column: string }>();
  // In the order that was asked for; a column that the file has takes its place below.
  const columns = new Map(
    selected.map(({ schema, index }) => [
      schema.name,
      missingColumn(schema.kind, index === -1 ? chunk.rowCount : 0),
    ]),
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
