import { formatCount, grouped } from '../../statistics/figures.ts';
import type { Check } from './check.ts';
import { percent } from './check.ts';

/** A snapshot that shrank to less than half, or grew to more than double, is worth a look. */
const factor = 2;

/** The snapshot has far fewer or far more rows than the one before. */
export const rowCountChange: Check = {
  name: 'row-count-change',
  description: 'The snapshot has less than half or more than double the rows of the one before.',
  run: ({ table, previous }) => {
    if (previous === undefined || previous.rows === 0) return [];
    const ratio = table.rows / previous.rows;
    if (ratio >= 1 / factor && ratio <= factor) return [];
    return [
      {
        check: 'row-count-change',
        severity: 'warning',
        message: `The snapshot has ${formatCount(table.rows, 'row')}, the one before had ${grouped(previous.rows)} (now ${percent(ratio)} of it).`,
        count: Math.abs(table.rows - previous.rows),
        examples: [],
        fix: ratio < 1 ? 'Check that the export is complete.' : 'Check that the export holds nothing twice.',
      },
    ];
  },
};
