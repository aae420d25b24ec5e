import type { Check } from './check.ts';
import { keptColumns, rowCount } from './check.ts';

/** A column that the snapshot before did not have. */
export const columnAdded: Check = {
  name: 'column-added',
  description: 'A column is new since the snapshot before: nothing can be said of how it changes.',
  run: (input) => {
    const { previous } = input;
    if (previous === undefined) return [];
    const known = new Set(previous.columns.map(({ name }) => name));
    return keptColumns(input)
      .filter(({ declared }) => !known.has(declared.name))
      .map(({ declared, profile }) => ({
        check: 'column-added',
        column: declared.name,
        severity: 'warning',
        message: `${declared.name} is new since the snapshot before, with a value in ${rowCount(profile.rows - profile.missing)}.`,
        count: profile.rows - profile.missing,
        examples: [],
        fix: `Check that ${declared.name} is there whenever you predict; else drop it under features.`,
      }));
  },
};
