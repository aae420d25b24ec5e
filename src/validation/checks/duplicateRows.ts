import type { Finding } from '../finding.ts';
import type { Check, CheckInput } from './check.ts';
import { percent, rowCount } from './check.ts';

/** Number of rows whose id an earlier row has, and the first few of these ids with how often they occur. */
function repeats(rowIds: readonly string[]): { readonly extra: number; readonly most: [string, number][] } {
  const counts = new Map<string, number>();
  for (const id of rowIds) counts.set(id, (counts.get(id) ?? 0) + 1);
  const repeated = [...counts].filter(([, count]) => count > 1);
  const most = repeated.sort(([a, left], [b, right]) => right - left || (a < b ? -1 : 1)).slice(0, 5);
  return { extra: rowIds.length - counts.size, most };
}

function run(input: CheckInput): Finding[] {
  const { extra, most } = repeats(input.rowIds);
  if (extra === 0) return [];
  const byColumns = input.rowIdColumns.length > 0;
  const what = byColumns
    ? `repeat the ${input.rowIdColumns.join(', ')} of another row`
    : 'are twins of another row';
  return [
    {
      check: 'duplicate-rows',
      severity: byColumns ? 'warning' : 'info',
      message: `${rowCount(extra)} (${percent(extra / input.rowIds.length)}) ${what}; rows of one id share a part of the split.`,
      count: extra,
      examples: most.map(([rowId, count]) => ({ rowId, value: `${count} times` })),
      fix: byColumns
        ? 'Remove the repeats in the source, or name the columns that really identify a row in `row_id`.'
        : 'Nothing to do if twins are natural here; otherwise remove them in the source.',
    },
  ];
}

/** Rows that share a row id. */
export const duplicateRows: Check = {
  name: 'duplicate-rows',
  description:
    'Rows with the same row id (a warning), or the same cells where there is no `row_id` (for information).',
  run,
};
