import { codeCounts } from '../cells.ts';
import type { Check } from './check.ts';
import { cellExamples, firstRecord, checkedColumns, percent, rowCount } from './check.ts';

/** Categories outside the schema's domain. */
export const unexpectedValue: Check = {
  name: 'unexpected-value',
  description: "A category that is not in the column's domain: an error where the column is closed.",
  run: (input) =>
    checkedColumns(input).flatMap(({ declared, column }) => {
      if (column.kind !== 'category' || declared.kind !== 'category' || declared.domain === undefined)
        return [];
      const known = new Set(declared.domain);
      const isKnown = column.dictionary.map((word) => known.has(word));
      const rows: number[] = [];
      column.codes.forEach((code, row) => {
        if (code >= 0 && isKnown[code] === false) rows.push(row);
      });
      if (rows.length === 0) return [];
      const counts = codeCounts(column);
      const words = column.dictionary.filter((word, code) => counts[code]! > 0 && !known.has(word));
      const shown = words
        .slice(0, 5)
        .map((word) => `"${word}"`)
        .join(', ');
      return [
        {
          check: 'unexpected-value',
          column: declared.name,
          severity: declared.closed ? 'error' : 'warning',
          message: `${declared.name} has ${words.length === 1 ? 'a value' : `${words.length} values`} outside its domain (${shown}${words.length > 5 ? ', …' : ''}) in ${rowCount(rows.length)} (${percent(rows.length / input.table.rows)}).`,
          count: rows.length,
          examples: cellExamples(input, column, rows),
          ...firstRecord(input, rows),
          fix: `Correct the source, or add ${words.length === 1 ? 'it' : 'them'} to the domain of ${declared.name} in the schema.`,
        },
      ];
    }),
};
