import type { Column, ColumnKind, Table } from '../data/columns.ts';
import { isMissing } from '../data/columns.ts';
import type { Comparator, Condition, Term } from './parse.ts';

/** Names of the columns that a condition looks at, in the order of their first mention. */
export function columnsOf({ left, right }: Condition): readonly string[] {
  const names = new Set<string>();
  const visit = (term: Term): void => {
    if (term.kind === 'column') names.add(term.name);
    else if (term.kind === 'negative') visit(term.of);
    else if (term.kind === 'arithmetic') {
      visit(term.left);
      visit(term.right);
    }
  };
  visit(left);
  visit(right);
  return [...names];
}

type TermType = 'number' | 'time' | 'words';

function typeOf(term: Term, kinds: ReadonlyMap<string, ColumnKind>): TermType {
  switch (term.kind) {
    case 'number':
      return 'number';
    case 'text':
      return 'words';
    case 'column': {
      const kind = kinds.get(term.name);
      return kind === 'number' || kind === 'time' ? kind : 'words';
    }
    default:
      return 'number';
  }
}

/** A column of words inside of arithmetic; undefined where there is none. */
function wordsInside(term: Term, kinds: ReadonlyMap<string, ColumnKind>): string | undefined {
  if (term.kind === 'negative')
    return typeOf(term.of, kinds) === 'words' ? shown(term.of) : wordsInside(term.of, kinds);
  if (term.kind !== 'arithmetic') return undefined;
  for (const side of [term.left, term.right]) {
    if (typeOf(side, kinds) === 'words') return shown(side);
    const inside = wordsInside(side, kinds);
    if (inside !== undefined) return inside;
  }
  return undefined;
}

const shown = (term: Term): string =>
  term.kind === 'column' ? term.name : term.kind === 'text' ? `'${term.text}'` : 'a calculation';

/**
 * What of a condition does not go with the kinds of its columns, in words; undefined where all does: arithmetic is of
 * numbers and times, words are compared with words, by == and != alone.
 */
export function misfit(
  { left, right, comparator }: Condition,
  kinds: ReadonlyMap<string, ColumnKind>,
): string | undefined {
  for (const side of [left, right]) {
    const words = wordsInside(side, kinds);
    if (words !== undefined) return `${words} holds words: nothing can be calculated with it`;
  }
  const [one, other] = [typeOf(left, kinds), typeOf(right, kinds)];
  if (one !== 'words' && other !== 'words') return undefined;
  if (one !== other) {
    const [words, number] = one === 'words' ? [left, right] : [right, left];
    return `${shown(words)} holds words, ${number.kind === 'number' ? number.value : shown(number)} does not`;
  }
  return comparator === '==' || comparator === '!='
    ? undefined
    : `words are compared by == and != only, got ${comparator}`;
}

/** Rounding of a few additions: so much may the two sides of == differ beside the tolerance. */
const rounding = 8 * Number.EPSILON;

function holds(comparator: Comparator, left: number, right: number, tolerance: number): boolean {
  const close =
    left === right ||
    (Number.isFinite(left) &&
      Number.isFinite(right) &&
      Math.abs(left - right) <= tolerance + rounding * Math.max(Math.abs(left), Math.abs(right)));
  switch (comparator) {
    case '==':
      return close;
    case '!=':
      return !close;
    case '<':
      return left < right;
    case '<=':
      return left < right || close;
    case '>':
      return left > right;
    case '>=':
      return left > right || close;
  }
}

const calculate = {
  '+': (left: number, right: number): number => left + right,
  '-': (left: number, right: number): number => left - right,
  '*': (left: number, right: number): number => left * right,
  '/': (left: number, right: number): number => left / right,
};

function numberOf(term: Term, columnOf: (name: string) => Column): (row: number) => number {
  switch (term.kind) {
    case 'number':
      return () => term.value;
    case 'negative': {
      const of = numberOf(term.of, columnOf);
      return (row) => -of(row);
    }
    case 'arithmetic': {
      const [left, right] = [numberOf(term.left, columnOf), numberOf(term.right, columnOf)];
      const operate = calculate[term.operator];
      return (row) => operate(left(row), right(row));
    }
    case 'column': {
      const column = columnOf(term.name);
      if (column.kind !== 'number' && column.kind !== 'time')
        throw new TypeError(`${term.name} holds no numbers`);
      return (row) => column.values[row]!;
    }
    case 'text':
      throw new TypeError('a text is no number');
  }
}

function wordOf(term: Term, columnOf: (name: string) => Column): (row: number) => string | null {
  if (term.kind === 'text') return () => term.text;
  const column = term.kind === 'column' ? columnOf(term.name) : undefined;
  if (column?.kind === 'text') return (row) => column.values[row] ?? null;
  if (column?.kind === 'category') return (row) => column.dictionary[column.codes[row]!] ?? null;
  throw new TypeError('a number is no word');
}

/** What a condition says of a row; null = a cell that it needs is missing. */
export type Verdict = (row: number) => boolean | null;

/**
 * A condition over a table. A row with a missing cell among its columns is not judged.
 *
 * @param tolerance By how much both sides of ==, != and the ends of <= and >= may differ, in the column's unit
 *   (milliseconds for times).
 * @throws RangeError for a column that the table lacks, TypeError where `misfit` has something to say.
 */
export function judging(condition: Condition, table: Table, tolerance: number): Verdict {
  const columnOf = (name: string): Column => {
    const column = table.columns.get(name);
    if (column === undefined) throw new RangeError(`the table has no column ${name}`);
    return column;
  };
  const { left, right, comparator } = condition;
  const needed = columnsOf(condition).map(columnOf);
  const missing = (row: number): boolean => needed.some((column) => isMissing(column, row));
  const kinds = new Map([...table.columns].map(([name, { kind }]) => [name, kind]));
  if (typeOf(left, kinds) === 'words') {
    const [one, other] = [wordOf(left, columnOf), wordOf(right, columnOf)];
    const same = comparator === '==';
    return (row) => (missing(row) ? null : (one(row) === other(row)) === same);
  }
  const [one, other] = [numberOf(left, columnOf), numberOf(right, columnOf)];
  return (row) => (missing(row) ? null : holds(comparator, one(row), other(row), tolerance));
}
