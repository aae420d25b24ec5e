import { boundsText, within } from './bounds.ts';
import type { ExpectationKind } from './judging.ts';
import { judgingCells } from './judging.ts';

export const range: ExpectationKind<'range'> = {
  name: 'range',
  description: 'The number or time lies within bounds.',
  expected: ({ bounds }) => `a value ${boundsText(bounds)}`,
  judge: ({ column, bounds }, input) => {
    const fits = within(bounds);
    return judgingCells(input, column, (cell) => typeof cell === 'number' && fits(cell));
  },
};
