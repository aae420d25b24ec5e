import { missingRows } from '../cells.ts';
import type { Check } from './check.ts';
import { cellExamples, firstRecord, checkedColumns, percent, rowCount } from './check.ts';

/** Rows without a label: they stay in the snapshot and are left out of training. */
export const labelMissing: Check = {
  name: 'label-missing',
  description: 'Rows without a label are left out of training; an error where no row has one.',
  run: (input) =>
    checkedColumns(input)
      .filter(({ declared, profile }) => declared.name === input.label && profile.missing > 0)
      .map(({ declared, column, profile }) => {
        const none = profile.missing === profile.rows;
        return {
          check: 'label-missing',
          column: declared.name,
          severity: none ? 'error' : profile.missing > profile.rows / 2 ? 'warning' : 'info',
          message: none
            ? `No row has a label: ${declared.name} is always missing.`
            : `${rowCount(profile.missing)} (${percent(profile.missing / profile.rows)}) without a label stay in the snapshot and are left out of training.`,
          count: profile.missing,
          examples: cellExamples(input, column, missingRows(column, input.table.rows)),
          ...firstRecord(input, missingRows(column, input.table.rows)),
          fix: none
            ? 'Name the column that holds the answers under label.'
            : 'Nothing to do if these labels are still to come; otherwise fill them in the source.',
        };
      }),
};
