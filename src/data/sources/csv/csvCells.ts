import type { Column } from '../../columns.ts';
import type { ColumnSchema } from '../../schema.ts';
import type { Cell, CellIssue } from '../../cells/cell.ts';
import { isIssue } from '../../cells/cell.ts';
import type { CellGrammar } from '../../cells/parser.ts';
import { wordsMissing } from '../../cells/missing.ts';
import { isNumber } from '../../cells/numbers.ts';
import { cellParser } from '../../cells/parser.ts';
import { readPlainDecimal, readPlainTime } from '../../cells/plainBytes.ts';
import { parseTime } from '../../cells/times.ts';
import type { KernelColumn } from '../../kernel/csvKernel.ts';
import type { WordColumn } from '../../source.ts';
import { ByteWords } from './byteWords.ts';

/** Collects one column of a batch, cell by cell. */
export interface CellReader<Taken = Column> {
  /** Reads the cell `bytes[start, end)` into `row`, or says why it does not fit (the row is then written again). */
  read(bytes: Buffer, start: number, end: number, row: number): CellIssue | undefined;
  /** The column of the batch's first `rows` rows; a new batch begins. */
  take(rows: number): Taken;
  /** How the kernel may read cells in its place; whatever it leaves is read here. */
  readonly kernel?: KernelColumn;
}

/** Where the arrays are that cells are collected in: in memory of their own, or in the kernel's. */
export interface CellArrays {
  doubles(rows: number): Float64Array;
  codes(rows: number): Int32Array;
}

/** Arrays that nobody else writes into. */
export const ownArrays: CellArrays = {
  doubles: (rows) => new Float64Array(rows),
  codes: (rows) => new Int32Array(rows),
};

type ReaderOf = (
  column: ColumnSchema,
  grammar: CellGrammar,
  capacity: number,
  arrays: CellArrays,
) => CellReader;

const numberReader: ReaderOf = (column, grammar, capacity, arrays) => {
  const parser = cellParser(column, grammar);
  const numericWord = wordsMissing(column, grammar.missing).some(isNumber);
  const plain = !numericWord && !column.closed && column.numberFormat === undefined;
  const whole = column.type === 'integer';
  const emptyIsMissing = column.nullable;
  const values = arrays.doubles(capacity);
  return {
    kernel: plain ? { kind: 'number', whole, nullable: emptyIsMissing, cells: values } : { kind: 'parsed' },
    read: (bytes, start, end, row) => {
      if (plain) {
        const isPlain = readPlainDecimal(bytes, start, end, values, row);
        if (isPlain && (!whole || Number.isInteger(values[row]))) return undefined;
      }
      if (emptyIsMissing && start === end) {
        values[row] = Number.NaN;
        return undefined;
      }
      const cell = parser.text(bytes.toString('utf8', start, end));
      if (isIssue(cell)) return cell;
      values[row] = typeof cell === 'number' ? cell : Number.NaN;
      return undefined;
    },
    take: (rows) => ({ kind: 'number', values: values.slice(0, rows) }),
  };
};

const timeReader: ReaderOf = (column, grammar, capacity, arrays) => {
  const parser = cellParser(column, grammar);
  const timedWord = wordsMissing(column, grammar.missing).some((word) => !Number.isNaN(parseTime(word)));
  const plain = !timedWord && column.timeFormat === undefined;
  const values = arrays.doubles(capacity);
  return {
    kernel: plain ? { kind: 'time', nullable: column.nullable, cells: values } : { kind: 'parsed' },
    read: (bytes, start, end, row) => {
      if (plain && readPlainTime(bytes, start, end, values, row)) return undefined;
      const cell = parser.text(bytes.toString('latin1', start, end));
      // Missing words and messages may hold more than ASCII; times do not.
      const decided = isIssue(cell) ? parser.text(bytes.toString('utf8', start, end)) : cell;
      if (isIssue(decided)) return decided;
      values[row] = typeof decided === 'number' ? decided : Number.NaN;
      return undefined;
    },
    take: (rows) => ({ kind: 'time', values: values.slice(0, rows) }),
  };
};

const categoryReader: ReaderOf = (column, grammar, capacity, arrays) => {
  const parser = cellParser(column, grammar);
  const codes = arrays.codes(capacity);
  // Dictionaries are per batch, so that a column of ids does not grow without bound in a streamed read.
  const known = new ByteWords();
  let codeOf = new Map<string, number>();
  const codeFor = (cell: Cell): number => {
    if (typeof cell !== 'string') return -1;
    let code = codeOf.get(cell);
    if (code === undefined) codeOf.set(cell, (code = codeOf.size));
    return code;
  };
  return {
    kernel: { kind: 'word', cells: codes },
    read: (bytes, start, end, row) => {
      let code = known.get(bytes, start, end);
      if (code === undefined) {
        const cell = parser.text(bytes.toString('utf8', start, end));
        if (isIssue(cell)) return cell;
        code = codeFor(cell);
        known.set(bytes, start, end, code);
      }
      codes[row] = code;
      return undefined;
    },
    take: (rows) => {
      const column: Column = {
        kind: 'category',
        codes: codes.slice(0, rows),
        dictionary: [...codeOf.keys()],
      };
      known.clear();
      codeOf = new Map();
      return column;
    },
  };
};

const textReader: ReaderOf = (column, grammar) => {
  const parser = cellParser(column, grammar);
  let values: (string | null)[] = [];
  return {
    kernel: { kind: 'parsed' },
    read: (bytes, start, end, row) => {
      const cell = parser.text(bytes.toString('utf8', start, end));
      if (isIssue(cell)) return cell;
      values[row] = typeof cell === 'string' ? cell : null;
      return undefined;
    },
    take: (rows) => {
      const taken = values.slice(0, rows);
      values = [];
      return { kind: 'text', values: taken };
    },
  };
};

const readerOf: Readonly<Record<Column['kind'], ReaderOf>> = {
  number: numberReader,
  time: timeReader,
  category: categoryReader,
  text: textReader,
};

/** A reader of CSV cells for a column; values are those of `cellParser`, only faster. */
export const cellReader = (
  column: ColumnSchema,
  grammar: CellGrammar,
  capacity: number,
  arrays: CellArrays = ownArrays,
): CellReader => readerOf[column.kind](column, grammar, capacity, arrays);

/** A reader of cells as they stand in the file, each different one kept once. */
export function wordReader(capacity: number): CellReader<WordColumn> {
  const codes = new Int32Array(capacity);
  const known = new ByteWords();
  let words: string[] = [];
  return {
    read: (bytes, start, end, row) => {
      let code = known.get(bytes, start, end);
      if (code === undefined) {
        code = words.push(bytes.toString('utf8', start, end)) - 1;
        known.set(bytes, start, end, code);
      }
      codes[row] = code;
      return undefined;
    },
    take: (rows) => {
      const column: WordColumn = { codes: codes.slice(0, rows), words, forms: 'text' };
      known.clear();
      words = [];
      return column;
    },
  };
}

/** A column without a single value, for an optional column that the file does not have. */
export function missingColumn(kind: Column['kind'], rows: number): Column {
  switch (kind) {
    case 'number':
    case 'time':
      return { kind, values: new Float64Array(rows).fill(Number.NaN) };
    case 'category':
      return { kind, codes: new Int32Array(rows).fill(-1), dictionary: [] };
    case 'text':
      return { kind, values: new Array<string | null>(rows).fill(null) };
  }
}
