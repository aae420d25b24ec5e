import { nearest } from '../../suggest.ts';
import type { Check } from './check.ts';

/** A declared column that the data does not have. */
export const missingColumn: Check = {
  name: 'missing-column',
  description: 'A column that the schema requires is not in the data.',
  run: ({ table, schema, unknownColumns }) =>
    schema.columns
      // A personal column that nothing uses is not kept.
      .filter(({ name, pii }) => pii !== true && !table.columns.has(name))
      .map((column) => {
        const meant = nearest(
          column.name,
          unknownColumns.map(({ name }) => name),
        );
        const renamed =
          meant === undefined ? '' : ` The data has "${meant}", which the schema does not know.`;
        return {
          check: 'missing-column',
          column: column.name,
          severity: column.required ? 'error' : 'warning',
          message: `The column ${column.name} is not in the data.${renamed}`,
          count: table.rows,
          examples: [],
          fix:
            meant === undefined
              ? `Bring ${column.name} back in the source, or take it out of the schema.`
              : `Rename "${meant}" to "${column.name}" in the source, or rename the column in the schema.`,
        };
      }),
};
