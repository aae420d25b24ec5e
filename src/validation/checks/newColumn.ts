import { nearest } from '../../suggest.ts';
import type { Check } from './check.ts';

/** A column of the source that the schema does not know: it was left out. */
export const newColumn: Check = {
  name: 'new-column',
  description: 'The data has a field that the schema does not know; it is left out.',
  run: ({ table, schema, unknownColumns, quarantined }) =>
    unknownColumns.map(({ name, records }) => {
      const absent = schema.columns.filter((column) => !table.columns.has(column.name));
      const meant = nearest(
        name,
        absent.map((column) => column.name),
      );
      return {
        check: 'new-column',
        column: name,
        severity: 'warning',
        message: `The data has a field ${name} that the schema does not know, in ${records} of ${table.rows + quarantined.length} records; it was left out.${meant === undefined ? '' : ` Is it ${meant}?`}`,
        count: records,
        examples: [],
        fix: `Add ${name} to the schema to use it, or take it out of the source.`,
      };
    }),
};
