import type { Cell, CellIssue, CellParser, TypedValue } from '../cells/cell.ts';
import { isIssue } from '../cells/cell.ts';
import { decimalWord, numberWord } from '../cells/numbers.ts';
import { parseTime } from '../cells/times.ts';
import type { Column, ColumnKind } from '../columns.ts';
import type { Carrier, RawCell } from './answer.ts';

/** Booleans as servers write them. */
const trueWords = new Set(['t', 'true', '1']);

/** Up to here a double holds every integer. */
const isExact = (value: number): boolean => Math.abs(value) < 2 ** 53;

/** A number of a server: a double where it is one, else its digits, for the grammar to refuse. */
function numberOf(text: string): TypedValue {
  const value = Number(text);
  return isExact(value) || !Number.isFinite(value) ? value : decimalWord(text);
}

/** A time without a zone is UTC: sessions are set to it. What is none (`infinity`, `0000-00-00`) stays a text. */
function timeOf(text: string): TypedValue {
  const time = parseTime(text);
  return Number.isNaN(time) ? text : new Date(time);
}

/** Why a value is no cell; undefined where it may be one. */
export const noCell = (raw: RawCell): string | undefined =>
  raw instanceof Uint8Array ? `expected a number or a text, got a BLOB of ${raw.length} bytes` : undefined;

/** A value as the typed door of a column of that kind wants it. */
export function typedValue(raw: RawCell, carrier: Carrier, kind: ColumnKind): TypedValue {
  if (raw === null || raw instanceof Uint8Array) return null;
  if (typeof raw !== 'string') return raw;
  switch (carrier) {
    // A whole number that is a word keeps its digits, however many.
    case 'whole':
      return kind === 'number' ? numberOf(raw) : raw;
    case 'decimal':
      // NaN, of which there is one.
      if (!/\d/.test(raw)) return Number.NaN;
      return kind === 'number' ? numberOf(raw) : decimalWord(raw);
    case 'float':
      return Number(raw);
    case 'boolean':
      return trueWords.has(raw);
    case 'time':
      return timeOf(raw);
    case 'text':
    case 'own':
      return raw;
  }
}

/** The same as the text that inference looks at; '' = missing. */
export function wordOf(raw: RawCell, carrier: Carrier): string {
  if (raw === null || raw instanceof Uint8Array) return '';
  if (typeof raw !== 'string') return numberWord(raw);
  switch (carrier) {
    case 'decimal':
      return /\d/.test(raw) ? decimalWord(raw) : '';
    case 'float': {
      const value = Number(raw);
      return Number.isNaN(value) ? '' : numberWord(value);
    }
    case 'boolean':
      return String(trueWords.has(raw));
    case 'time': {
      const time = timeOf(raw);
      return time instanceof Date ? time.toISOString() : raw;
    }
    case 'whole':
    case 'text':
    case 'own':
      return raw;
  }
}

/** Words in the order of their codes. */
function encoded(cells: readonly Cell[]): Column {
  const codeOf = new Map<string, number>();
  const codes = Int32Array.from(cells, (cell) => {
    if (typeof cell !== 'string') return -1;
    const code = codeOf.get(cell) ?? codeOf.size;
    codeOf.set(cell, code);
    return code;
  });
  return { kind: 'category', codes, dictionary: [...codeOf.keys()] };
}

/** A column of cells. A cell that is not of the kind is missing. */
export function columnOf(kind: ColumnKind, cells: readonly Cell[]): Column {
  switch (kind) {
    case 'number':
    case 'time':
      return {
        kind,
        values: Float64Array.from(cells, (cell) => (typeof cell === 'number' ? cell : Number.NaN)),
      };
    case 'text':
      return { kind, values: cells.map((cell) => (typeof cell === 'string' ? cell : null)) };
    case 'category':
      return encoded(cells);
  }
}

/** The cells of one column of some rows; `refuse` is told of each that does not fit. */
export function readCells(
  rows: readonly (readonly RawCell[])[],
  {
    index,
    carrier,
    kind,
    parser,
  }: {
    readonly index: number;
    readonly carrier: Carrier;
    readonly kind: ColumnKind;
    readonly parser: CellParser;
  },
  refuse: (row: number, reason: string) => void,
): readonly Cell[] {
  return rows.map((row, at) => {
    const raw = row[index] ?? null;
    const issue = noCell(raw);
    const cell: Cell | CellIssue =
      issue === undefined ? parser.typed(typedValue(raw, carrier, kind)) : { issue };
    if (!isIssue(cell)) return cell;
    refuse(at, cell.issue);
    return null;
  });
}
