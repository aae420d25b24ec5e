import { missingRows } from '../cells.ts';
import type { Check } from './check.ts';
import { cellExamples, checkedColumns, percent } from './check.ts';

/** Smallest change of the missing share that matters. */
const smallest = 0.05;

/** Standard error of the difference of two shares. */
function standardError(a: number, n: number, b: number, m: number): number {
  const pooled = (a * n + b * m) / (n + m);
  return Math.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m));
}

/** The share of missing cells rose or fell against the snapshot before, beyond noise (3 standard errors) and by 5 points. */
export const missingShareChange: Check = {
  name: 'missing-share-change',
  description:
    'The share of missing cells changed by 5 points or more, beyond noise, against the snapshot before.',
  run: (input) =>
    checkedColumns(input).flatMap(({ declared, column, profile, previous }) => {
      if (previous === undefined || previous.rows === 0 || profile.rows === 0) return [];
      const now = profile.missing / profile.rows;
      const then = previous.missing / previous.rows;
      const noise = 3 * standardError(now, profile.rows, then, previous.rows);
      if (Math.abs(now - then) < Math.max(smallest, noise)) return [];
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
