import type { Finding } from '../finding.ts';
import type { Check, CheckInput } from './check.ts';
import { percent, rowCount } from './check.ts';

type RowIds = CheckInput['rowIds'];

/** How often each id occurs that occurs more than once. A table in order of the id has them side by side. */
export function repeatedIds(rowIds: RowIds): Map<string, number> {
  const repeated = new Map<string, number>();
  let before: string | undefined;
  for (let row = 0; row < rowIds.length; row += 1) {
    const id = rowIds.at(row)!;
    if (id === before) repeated.set(id, (repeated.get(id) ?? 1) + 1);
    else if (before !== undefined && id < before) return repeatedAnywhere(rowIds);
    before = id;
  }
  return repeated;
}

function repeatedAnywhere(rowIds: RowIds): Map<string, number> {
  const counts = new Map<string, number>();
  for (let row = 0; row < rowIds.length; row += 1) {
    const id = rowIds.at(row)!;
    counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  for (const [id, count] of counts) if (count === 1) counts.delete(id);
  return counts;
}

/** Number of rows whose id an earlier row has, and the first few of these ids with how often they occur. */
function repeats(rowIds: RowIds): { readonly extra: number; readonly most: [string, number][] } {
  const repeated = repeatedIds(rowIds);
  let extra = 0;
  for (const count of repeated.values()) extra += count - 1;
  const most = [...repeated].sort(([a, left], [b, right]) => right - left || (a < b ? -1 : 1)).slice(0, 5);
  return { extra, most };
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
