import type { Column } from '../data/columns.ts';
import { isMissing } from '../data/columns.ts';
import { cellText } from './cells.ts';

/** Trimmed texts of one column with how often each occurs: what inference looks at. */
export interface ColumnWords {
  readonly name: string;
  readonly rows: number;
  /** Every different trimmed text, in order of first appearance; `''` for an empty cell. */
  readonly counts: ReadonlyMap<string, number>;
}

/** Counts the trimmed texts of a column; a null counts as the empty text. */
export function columnWords(name: string, column: Column, rows: number): ColumnWords {
  const counts = new Map<string, number>();
  const values = column.kind === 'text' ? column.values : undefined;
  for (let row = 0; row < rows; row += 1) {
    const raw = values === undefined ? readable(column, row) : (values[row] ?? '');
    const word = raw.trim();
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return { name, rows, counts };
}

function readable(column: Column, row: number): string {
  return isMissing(column, row) ? '' : cellText(column, row);
}

/** The words that are left when missing ones are taken out. */
export function presentWords(words: ColumnWords, missing: ReadonlySet<string>): [string, number][] {
  return [...words.counts].filter(([word]) => !missing.has(word));
}
