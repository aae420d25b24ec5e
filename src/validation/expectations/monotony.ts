import { isMissing } from '../../data/columns.ts';
import { cellText } from '../cells.ts';
import type { ExpectationKind } from './judging.ts';
import { columnNamed, judgingRows } from './judging.ts';

export const monotony: ExpectationKind<'monotony'> = {
  name: 'monotony',
  description:
    'The value never falls as another column (the time of the row) grows. Of rows of the same time the order is not known: they are taken in the order of the value.',
  expected: ({ column, by, strictly }) =>
    `${column} to ${strictly ? 'rise from row to row' : 'stay or rise'} as ${by} grows`,
  judge: function* ({ column: name, by: orderedBy, strictly }, input) {
    const [column, by] = [columnNamed(input, name), columnNamed(input, orderedBy)];
    const { rows } = input.table;
    if ((column.kind !== 'number' && column.kind !== 'time') || (by.kind !== 'number' && by.kind !== 'time'))
      throw new TypeError(`${name} by ${orderedBy} is no order of numbers`);
    const order = Array.from({ length: rows }, (_, row) => row).filter(
      (row) => !isMissing(column, row) && !isMissing(by, row),
    );
    yield rows;
    order.sort((a, b) => by.values[a]! - by.values[b]! || column.values[a]! - column.values[b]!);
    yield rows;
    // The row before in that order; -1 = there is none, -2 = the row cannot be judged.
    const before = new Int32Array(rows).fill(-2);
    order.forEach((row, at) => (before[row] = at === 0 ? -1 : order[at - 1]!));
    const holds = (row: number): boolean | null => {
      const last = before[row]!;
      if (last === -2) return null;
      if (last === -1) return true;
      const step = column.values[row]! - column.values[last]!;
      return strictly ? step > 0 : step >= 0;
    };
    return yield* judgingRows(
      rows,
      holds,
      (row) =>
        `${cellText(column, row)} at ${cellText(by, row)}, after ${cellText(column, Math.max(0, before[row]!))}`,
    );
  },
};
