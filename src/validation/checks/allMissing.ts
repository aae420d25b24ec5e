import type { Check } from './check.ts';
import { keptColumns } from './check.ts';

/** A column without a single value. */
export const allMissing: Check = {
  name: 'all-missing',
  description: 'A column has no value at all.',
  run: (input) =>
    keptColumns(input)
      .filter(
        ({ declared, profile }) =>
          profile.rows > 0 && profile.missing === profile.rows && declared.name !== input.label,
      )
      .map(({ declared, profile }) => ({
        check: 'all-missing',
        column: declared.name,
        severity: 'warning',
        message: `${declared.name} is missing in every row.`,
        count: profile.rows,
        examples: [],
        fix: `Check the source, or drop ${declared.name} under features.`,
      })),
};
