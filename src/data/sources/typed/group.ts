import type { CellParser, TypedValue } from '../../cells/cell.ts';
import { isIssue } from '../../cells/cell.ts';
import { numberWord } from '../../cells/numbers.ts';
import { cellParser } from '../../cells/parser.ts';
import type { Column } from '../../columns.ts';
import { takeRows } from '../../columns.ts';
import type { RowSchema } from '../../schema.ts';
import type { Batch, Rejection, WordBatch, WordColumn } from '../../source.ts';
import { missingColumn } from '../csv/csvCells.ts';
import type { SelectedColumn } from '../selection.ts';

/** Some records of a file whose cells have types (a workbook, Arrow). */
export interface TypedGroup {
  readonly rows: number;
  /** Where the record stands in its file: a row of the sheet, or its number, from 1. */
  place(row: number): number;
  /** A cell by the position of its column in the file. */
  cell(column: number, row: number): TypedValue;
}

const shownCell = (value: TypedValue): string | number | boolean | null => {
  if (value === undefined || value === null || Number.isNaN(value)) return null;
  if (typeof value === 'bigint') return value.toString();
  if (!(value instanceof Date)) return value;
  return Number.isNaN(value.getTime()) ? 'no time' : value.toISOString();
};

/** The cells of a column of one kind, as they come. */
class GrowingColumn {
  readonly #kind: Column['kind'];
  readonly #values: Float64Array;
  readonly #texts: (string | null)[];
  readonly #codes: Int32Array;
  readonly #codeOf = new Map<string, number>();

  constructor(kind: Column['kind'], rows: number) {
    this.#kind = kind;
    const numeric = kind === 'number' || kind === 'time';
    this.#values = new Float64Array(numeric ? rows : 0).fill(Number.NaN);
    this.#texts = kind === 'text' ? new Array<string | null>(rows).fill(null) : [];
    this.#codes = new Int32Array(kind === 'category' ? rows : 0).fill(-1);
  }

  set(row: number, cell: number | string): void {
    if (typeof cell === 'number') this.#values[row] = cell;
    else if (this.#kind === 'text') this.#texts[row] = cell;
    else {
      let code = this.#codeOf.get(cell);
      if (code === undefined) this.#codeOf.set(cell, (code = this.#codeOf.size));
      this.#codes[row] = code;
    }
  }

  column(): Column {
    switch (this.#kind) {
      case 'number':
      case 'time':
        return { kind: this.#kind, values: this.#values };
      case 'text':
        return { kind: 'text', values: this.#texts };
      case 'category':
        return { kind: 'category', codes: this.#codes, dictionary: [...this.#codeOf.keys()] };
    }
  }
}

/** Parsers of the wanted columns, compiled once for a file. */
export interface TypedReading {
  readonly displayPath: string;
  readonly columns: readonly (SelectedColumn & { readonly parser: CellParser })[];
}

export const typedReading = (
  displayPath: string,
  selected: readonly SelectedColumn[],
  schema: RowSchema,
): TypedReading => ({
  displayPath,
  columns: selected.map((column) => ({ ...column, parser: cellParser(column.schema, schema) })),
});

/** Types the wanted cells of some records. `raw` of a rejection is the record's wanted cells as JSON. */
export function typeGroup(group: TypedGroup, { displayPath, columns }: TypedReading): Batch {
  const problems = new Map<number, { readonly reason: string; readonly column: string }>();
  const table = new Map<string, Column>();
  for (const { schema, index, parser } of columns) {
    if (index === -1) {
      table.set(schema.name, missingColumn(schema.kind, group.rows));
      continue;
    }
    const growing = new GrowingColumn(schema.kind, group.rows);
    for (let row = 0; row < group.rows; row += 1) {
      const cell = parser.typed(group.cell(index, row));
      if (isIssue(cell)) {
        if (!problems.has(row)) problems.set(row, { reason: cell.issue, column: schema.name });
      } else if (cell !== null) growing.set(row, cell);
    }
    table.set(schema.name, growing.column());
  }
  const whole = { rows: group.rows, columns: table };
  if (problems.size === 0) return { kind: 'batch', table: whole, rejections: [] };
  const raw = (row: number): string =>
    JSON.stringify(
      Object.fromEntries(
        columns.flatMap(({ schema, index }) =>
          index === -1 ? [] : [[schema.name, shownCell(group.cell(index, row))] as const],
        ),
      ),
    );
  const rejections = [...problems]
    .sort(([left], [right]) => left - right)
    .map(([row, problem]): Rejection => ({
      file: displayPath,
      line: group.place(row),
      ...problem,
      raw: raw(row),
    }));
  const clean = Array.from({ length: group.rows }, (_, row) => row).filter((row) => !problems.has(row));
  return { kind: 'batch', table: takeRows(whole, clean), rejections };
}

/** A typed value as the text that inference looks at; '' = missing. */
function wordOf(value: TypedValue): string {
  if (value === null || value === undefined || Number.isNaN(value)) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'bigint') return numberWord(value);
  return String(shownCell(value));
}

function wordColumn(group: TypedGroup, column: number): WordColumn {
  const codeOf = new Map<string, number>();
  const words: string[] = [];
  const codes = Int32Array.from({ length: group.rows }, (_, row) => {
    const word = wordOf(group.cell(column, row));
    let code = codeOf.get(word);
    if (code === undefined) codeOf.set(word, (code = words.push(word) - 1));
    return code;
  });
  return { codes, words, forms: 'text' };
}

/** Some records as texts, each different one once. */
export const groupWords = (group: TypedGroup, names: readonly string[]): WordBatch => ({
  kind: 'words',
  rows: group.rows,
  columns: new Map(names.map((name, at) => [name, wordColumn(group, at)])),
  rejections: [],
});
