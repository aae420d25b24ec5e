import type { Column } from '../../data/columns.ts';
import { isMissing } from '../../data/columns.ts';
import { pieceRows } from '../../work.ts';
import type { Work } from '../../work.ts';
import { cellText } from '../cells.ts';
import type { CheckInput } from '../checks/check.ts';
import type { ExpectationName, ExpectationOf } from './expectation.ts';

/** What expectations are judged on. */
export interface Judged extends Pick<CheckInput, 'table' | 'profile' | 'previous' | 'schema'> {
  /** Numbers of the expectations (`item`) whose newest time is too old: what that means, a clock has to say. */
  readonly overdue: readonly number[];
}

/** How many of the rows that can be judged fail, and the first few of them. */
export interface RowVerdict {
  readonly kind: 'rows';
  readonly judged: number;
  readonly failed: number;
  readonly first: readonly number[];
  /** A failing row as an example shows it. */
  readonly shown: (row: number) => string;
}

/** A figure of the whole snapshot. */
export interface WholeVerdict {
  readonly kind: 'whole';
  readonly holds: boolean;
  /** What is, in words: `the mean of price is 31.2`. */
  readonly got: string;
  /** Rows that the figure was computed of. */
  readonly rows: number;
}

/** There is nothing to judge yet, and why. */
export interface NoVerdict {
  readonly kind: 'none';
  readonly why: string;
}

export type Verdict = RowVerdict | WholeVerdict | NoVerdict;

/** One kind of expectation. Add one: a file here, a line in `index.ts`, and its keys in the pipeline's schema. */
export interface ExpectationKind<Name extends ExpectationName = ExpectationName> {
  readonly name: Name;
  /** What it expects, one sentence for the docs. */
  readonly description: string;
  /** What must be, in words, after "expected": `a value between 0 and 120`. */
  expected(expectation: ExpectationOf<Name>): string;
  judge(expectation: ExpectationOf<Name>, input: Judged): Work<Verdict>;
}

const examplesKept = 5;

/** Judges each row; null = it cannot be judged (a cell is missing). */
export function* judgingRows(
  rows: number,
  holds: (row: number) => boolean | null,
  shown: (row: number) => string,
): Work<RowVerdict> {
  let judged = 0;
  let failed = 0;
  let since = 0;
  const first: number[] = [];
  for (let row = 0; row < rows; row += 1) {
    const verdict = holds(row);
    if (verdict !== null) judged += 1;
    if (verdict === false) {
      failed += 1;
      if (first.length < examplesKept) first.push(row);
    }
    since += 1;
    if (since < pieceRows) continue;
    yield since;
    since = 0;
  }
  yield since;
  return { kind: 'rows', judged, failed, first, shown };
}

/** The column of an expectation: loading the pipeline has seen to it that the schema has it. */
export function columnNamed({ table }: Pick<Judged, 'table'>, name: string): Column {
  const column = table.columns.get(name);
  if (column === undefined) throw new RangeError(`the table has no column ${name}`);
  return column;
}

/** Judges the cells that are there, each different word once. */
export function judgingCells(
  input: Pick<Judged, 'table'>,
  name: string,
  holds: (cell: string | number) => boolean,
): Work<RowVerdict> {
  const column = columnNamed(input, name);
  const shown = (row: number): string => cellText(column, row);
  if (column.kind === 'category') {
    const used = new Map<number, boolean>();
    return judgingRows(
      input.table.rows,
      (row) => {
        const code = column.codes[row]!;
        if (code === -1) return null;
        let verdict = used.get(code);
        if (verdict === undefined) used.set(code, (verdict = holds(column.dictionary[code]!)));
        return verdict;
      },
      shown,
    );
  }
  const { values } = column;
  return judgingRows(input.table.rows, (row) => (isMissing(column, row) ? null : holds(values[row]!)), shown);
}
