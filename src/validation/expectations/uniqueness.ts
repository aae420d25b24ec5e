import type { Column } from '../../data/columns.ts';
import { isMissing } from '../../data/columns.ts';
import type { Work } from '../../work.ts';
import { pieceRows } from '../../work.ts';
import { cellText } from '../cells.ts';
import type { ExpectationKind } from './judging.ts';
import { columnNamed, judgingRows } from './judging.ts';

/** A number for each different cell, by row; -1 = missing. */
function* numbering(column: Column, rows: number): Work<Int32Array> {
  if (column.kind === 'category') return column.codes;
  const codes = new Int32Array(rows);
  const known = new Map<string | number, number>();
  for (let row = 0; row < rows; row += 1) {
    if (row % pieceRows === pieceRows - 1) yield pieceRows;
    if (isMissing(column, row)) {
      codes[row] = -1;
      continue;
    }
    const cell = column.values[row]!;
    let code = known.get(cell);
    if (code === undefined) known.set(cell, (code = known.size));
    codes[row] = code;
  }
  return codes;
}

/** Pairs of numbers as one number: exact up to 2^53, far beyond what rows there are. */
function* pairing(left: Int32Array, right: Int32Array): Work<Int32Array> {
  const known = new Map<number, number>();
  const codes = new Int32Array(left.length);
  const step = 2 ** 26;
  for (let row = 0; row < left.length; row += 1) {
    if (row % pieceRows === pieceRows - 1) yield pieceRows;
    const one = left[row]!;
    const other = right[row]!;
    if (one === -1 || other === -1) {
      codes[row] = -1;
      continue;
    }
    const pair = one * step + other;
    let code = known.get(pair);
    if (code === undefined) known.set(pair, (code = known.size));
    codes[row] = code;
  }
  return codes;
}

/** How often each number occurs. */
function occurrences(codes: Int32Array): Int32Array {
  let most = -1;
  for (const code of codes) if (code > most) most = code;
  const counts = new Int32Array(most + 1);
  for (const code of codes) if (code >= 0) counts[code]! += 1;
  return counts;
}

export const uniqueness: ExpectationKind<'uniqueness'> = {
  name: 'uniqueness',
  description:
    'No two rows have the same cell, or the same cells in all of several columns. Rows where one is missing are not judged.',
  expected: ({ columns }) => `a different ${columns.join(', ')} in every row`,
  judge: function* ({ columns }, input) {
    const { rows } = input.table;
    const parts = columns.map((name) => columnNamed(input, name));
    let codes = yield* numbering(parts[0]!, rows);
    for (const part of parts.slice(1)) codes = yield* pairing(codes, yield* numbering(part, rows));
    const counts = occurrences(codes);
    const shown = (row: number): string =>
      `${parts.map((column) => cellText(column, row)).join(', ')}, ${counts[codes[row]!]!} times`;
    return yield* judgingRows(rows, (row) => (codes[row] === -1 ? null : counts[codes[row]!] === 1), shown);
  },
};
