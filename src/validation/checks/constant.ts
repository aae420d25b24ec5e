import { cellText } from '../cells.ts';
import type { Check } from './check.ts';
import { keptColumns } from './check.ts';

/** A column that has the same value in every row. */
export const constant: Check = {
  name: 'constant',
  description: 'A column has one and the same value in every row: a model learns nothing from it.',
  run: (input) =>
    keptColumns(input)
      .filter(
        ({ declared, profile }) =>
          profile.rows > 1 &&
          profile.missing === 0 &&
          profile.distinct === 1 &&
          declared.name !== input.label,
      )
      .map(({ declared, column, profile }) => ({
        check: 'constant',
        column: declared.name,
        severity: 'warning',
        message: `${declared.name} is ${cellText(column, 0)} in every row: a model learns nothing from it.`,
        count: profile.rows,
        examples: [],
        fix: `Check the source, or drop ${declared.name} under features.`,
      })),
};
