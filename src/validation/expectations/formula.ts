import { columnsOf, judging } from '../../formula/formula.ts';
import { parseCondition } from '../../formula/parse.ts';
import { cellText } from '../cells.ts';
import type { ExpectationKind } from './judging.ts';
import { columnNamed, judgingRows } from './judging.ts';

export const formula: ExpectationKind<'formula'> = {
  name: 'formula',
  description:
    'A comparison of columns holds in a row: `start <= end`, `net + tax == total`. Rows where a cell of it is missing are not judged.',
  expected: ({ that, tolerance }) => `${that}${tolerance > 0 ? ` (to within ${tolerance})` : ''}`,
  judge: ({ that, tolerance }, input) => {
    const condition = parseCondition(that);
    const columns = columnsOf(condition).map((name) => [name, columnNamed(input, name)] as const);
    return judgingRows(input.table.rows, judging(condition, input.table, tolerance), (row) =>
      columns.map(([name, column]) => `${name} ${cellText(column, row)}`).join(', '),
    );
  },
};
