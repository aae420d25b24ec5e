import { outsideRange } from '../closed.ts';
import { expectedRange } from '../expectation.ts';
import type { Check } from './check.ts';
import { cellExamples, checkedColumns, percent, rowCount } from './check.ts';

/** Numbers outside the schema's range. */
export const outOfRange: Check = {
  name: 'out-of-range',
  description: "A number outside the column's range: an error where the column is closed.",
  run: (input) =>
    checkedColumns(input).flatMap(({ declared, column }) => {
      if (column.kind !== 'number' || declared.kind !== 'number') return [];
      const rows = outsideRange(column.values, declared);
      if (rows.length === 0) return [];
      return [
        {
          check: 'out-of-range',
          column: declared.name,
          severity: declared.closed ? 'error' : 'warning',
          message: `${declared.name} is outside its range in ${rowCount(rows.length)} (${percent(rows.length / input.table.rows)}): expected ${expectedRange(declared)}.`,
          count: rows.length,
          examples: cellExamples(input, column, rows),
          fix: `Correct the source, or widen the minimum and maximum of ${declared.name} in the schema.`,
        },
      ];
    }),
};
