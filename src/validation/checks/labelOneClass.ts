import { cellText, codeCounts } from '../cells.ts';
import type { Finding } from '../finding.ts';
import type { Check, CheckInput, CheckedColumn } from './check.ts';
import { cellExamples, checkedColumns, rowCount } from './check.ts';

/** Fewer rows of a class than this cannot be split into train, validation and test. */
const fewestOfClass = 10;

function oneValue(input: CheckInput, { declared, column, profile }: CheckedColumn): Finding[] {
  if (profile.distinct !== 1) return [];
  const row = Array.from({ length: input.table.rows }, (_, i) => i).find(
    (i) => cellText(column, i) !== 'missing',
  );
  return [
    {
      check: 'label-one-class',
      column: declared.name,
      severity: 'error',
      message: `${declared.name} is always ${cellText(column, row ?? 0)}: there is nothing to learn.`,
      count: profile.rows - profile.missing,
      examples: row === undefined ? [] : cellExamples(input, column, [row]),
      fix: 'Check that the source holds rows of every class, and that label names the right column.',
    },
  ];
}

function rareClasses(input: CheckInput, { declared, column }: CheckedColumn): Finding[] {
  if (column.kind !== 'category') return [];
  const counts = codeCounts(column);
  return column.dictionary.flatMap((word, code) => {
    const count = counts[code]!;
    if (count === 0 || count >= fewestOfClass) return [];
    const rows = Array.from(column.codes.keys()).filter((row) => column.codes[row] === code);
    return [
      {
        check: 'label-one-class',
        column: declared.name,
        severity: 'warning' as const,
        message: `The class "${word}" of ${declared.name} has ${rowCount(count)}: too few to be learned and tested.`,
        count,
        examples: cellExamples(input, column, rows),
        fix: `Collect more rows of "${word}", or join it with another class in the source.`,
      },
    ];
  });
}

/** A label that never varies, or a class with so few rows that no test can judge it. */
export const labelOneClass: Check = {
  name: 'label-one-class',
  description: `The label has one value only (an error), or a class has fewer than ${fewestOfClass} rows.`,
  run: (input) =>
    checkedColumns(input)
      .filter(({ declared }) => declared.name === input.label)
      .flatMap((label) => {
        const one = oneValue(input, label);
        return one.length > 0 || input.labelIs === 'number' ? one : rareClasses(input, label);
      }),
};
