import { formatCount } from '../../statistics/figures.ts';
import { boundsText, within } from './bounds.ts';
import type { ExpectationKind } from './judging.ts';

export const rowTotal: ExpectationKind<'rows'> = {
  name: 'rows',
  description: 'The snapshot has so many rows.',
  expected: ({ bounds }) => `${boundsText(bounds)} rows`,
  // eslint-disable-next-line require-yield -- one comparison is no work
  judge: function* ({ bounds }, { table: { rows } }) {
    return {
      kind: 'whole',
      holds: within(bounds)(rows),
      got: `the snapshot has ${formatCount(rows, 'row')}`,
      rows,
    };
  },
};
