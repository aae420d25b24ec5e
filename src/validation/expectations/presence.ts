import { isMissing } from '../../data/columns.ts';
import { cellText } from '../cells.ts';
import type { ExpectationKind } from './judging.ts';
import { columnNamed, judgingRows } from './judging.ts';

export const presence: ExpectationKind<'presence'> = {
  name: 'presence',
  description: 'The cell is not missing.',
  expected: ({ column }) => `${column} in every row`,
  judge: ({ column: name }, input) => {
    const column = columnNamed(input, name);
    return judgingRows(
      input.table.rows,
      (row) => !isMissing(column, row),
      (row) => cellText(column, row),
    );
  },
};
