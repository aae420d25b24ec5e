import { missingChanged } from '../../statistics/shareChange.ts';
import { missingRows } from '../cells.ts';
import type { Check } from './check.ts';
import { cellExamples, checkedColumns, percent } from './check.ts';

/**
 * The share of missing cells rose or fell against the snapshot before, by 5 points, or from none to 1 %, beyond noise:
 * judged as monitoring does (`statistics/shareChange`).
 */
export const missingShareChange: Check = {
  name: 'missing-share-change',
  description:
    'The share of missing cells changed by 5 points or more, or from none to 1 %, beyond noise, against the snapshot before.',
  run: (input) =>
    checkedColumns(input).flatMap(({ declared, column, profile, previous }) => {
      if (previous === undefined || previous.rows === 0 || profile.rows === 0) return [];
      const now = profile.missing / profile.rows;
      const then = previous.missing / previous.rows;
      if (!missingChanged(previous.missing, previous.rows, profile.missing, profile.rows)) return [];
      return [
        {
          check: 'missing-share-change',
          column: declared.name,
          severity: 'warning' as const,
          message: `${declared.name} is missing in ${percent(now)} of the rows; in the snapshot before it was ${percent(then)}.`,
          count: profile.missing,
          examples: cellExamples(input, column, missingRows(column, input.table.rows)),
          fix: `Find out what changed in how ${declared.name} is collected.`,
        },
      ];
    }),
};
