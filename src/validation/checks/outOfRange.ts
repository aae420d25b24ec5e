import { inRange, rangeNoun } from '../../data/cells/numbers.ts';
import type { ColumnSchema } from '../../data/schema.ts';
import type { Check } from './check.ts';
import { cellExamples, firstRecord, checkedColumns, percent, rowCount } from './check.ts';

/** Rows whose number lies outside the column's range; missing cells do not. */
function outsideRange(values: Float64Array, column: ColumnSchema): number[] {
  const found: number[] = [];
  for (let row = 0; row < values.length; row += 1) {
    const value = values[row]!;
    if (!Number.isNaN(value) && !inRange(value, column)) found.push(row);
  }
  return found;
}

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
          message: `${declared.name} is outside its range in ${rowCount(rows.length)} (${percent(rows.length / input.table.rows)}): expected ${rangeNoun(declared)}.`,
          count: rows.length,
          examples: cellExamples(input, column, rows),
          ...firstRecord(input, rows),
          fix: `Correct the source, or widen the minimum and maximum of ${declared.name} in the schema.`,
        },
      ];
    }),
};
