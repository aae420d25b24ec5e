import { missingRows } from '../cells.ts';
import type { Finding } from '../finding.ts';
import type { Check, CheckInput, CheckedColumn } from './check.ts';
import { cellExamples, firstRecord, checkedColumns, isLeftOut, percent, rowCount } from './check.ts';

/** A nullable column with more missing cells than this share is worth a word. */
const mostMissing = 0.5;

function finding(input: CheckInput, { declared, column, profile }: CheckedColumn): Finding[] {
  const share = profile.missing / Math.max(1, profile.rows);
  const forbidden = !declared.nullable && profile.missing > 0;
  if (declared.name === input.label || profile.missing === profile.rows) return [];
  if (!forbidden && (share <= mostMissing || isLeftOut(input, declared.name))) return [];
  return [
    {
      check: 'low-presence',
      column: declared.name,
      severity: forbidden ? 'error' : 'warning',
      message: `${declared.name} is missing in ${rowCount(profile.missing)} (${percent(share)})${forbidden ? ', but the schema says that it never is' : ''}.`,
      count: profile.missing,
      examples: cellExamples(input, column, missingRows(column, input.table.rows)),
      ...firstRecord(input, missingRows(column, input.table.rows)),
      fix: forbidden
        ? `Fill ${declared.name} in the source, or make it nullable in the schema.`
        : `Find out why ${declared.name} is so often empty, or drop it under features.`,
    },
  ];
}

/** Missing cells where none may be, or more of them than values. The label's are the business of `label-missing`. */
export const lowPresence: Check = {
  name: 'low-presence',
  description: 'A column is missing where the schema says it never is, or in more than half of the rows.',
  run: (input) => checkedColumns(input).flatMap((column) => finding(input, column)),
};
