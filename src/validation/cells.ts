import type { Column } from '../data/columns.ts';
import { isMissing } from '../data/columns.ts';

/** The cell as a person reads it in a report: the word, the number, the ISO time, or `missing`. */
export function cellText(column: Column, row: number): string {
  if (isMissing(column, row)) return 'missing';
  switch (column.kind) {
    case 'number':
      return String(column.values[row]);
    case 'time':
      return timeText(column.values[row]!);
    case 'category':
      return column.dictionary[column.codes[row]!] ?? 'missing';
    case 'text':
      return column.values[row] ?? 'missing';
  }
}

/** ISO 8601 in UTC; a number outside the range of dates is given as it is. */
function timeText(value: number): string {
  const date = new Date(value);
  return Number.isNaN(date.getTime()) ? String(value) : date.toISOString();
}

/** Rows of a column whose cell is missing, in order. */
export function missingRows(column: Column, rows: number): number[] {
  const found: number[] = [];
  for (let row = 0; row < rows; row += 1) if (isMissing(column, row)) found.push(row);
  return found;
}

/** How many rows hold each word of the dictionary; index = code. */
export function codeCounts(column: Extract<Column, { kind: 'category' }>): Int32Array {
  const counts = new Int32Array(column.dictionary.length);
  for (let at = 0; at < column.codes.length; at += 1) {
    const code = column.codes[at]!;
    if (code >= 0) counts[code] = counts[code]! + 1;
  }
  return counts;
}
