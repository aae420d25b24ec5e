import type { Finding } from '../finding.ts';
import type { Check, CheckInput } from './check.ts';
import { percent, rowCount } from './check.ts';

type RowIds = CheckInput['rowIds'];

function compareTexts(rowIds: RowIds, left: number, right: number): number {
  const [a, b] = [rowIds.at(left)!, rowIds.at(right)!];
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The rows of each id that occurs more than once. A table in order of the id has them side by side. */
export function repeatedRows(rowIds: RowIds): ReadonlyMap<string, readonly number[]> {
  const repeated = new Map<string, number[]>();
  let rows: number[] = [];
  for (let row = 1; row < rowIds.length; row += 1) {
    const order = rowIds.compare?.(row - 1, row) ?? compareTexts(rowIds, row - 1, row);
    if (order > 0) return repeatedAnywhere(rowIds);
    if (order < 0) rows = [];
    else {
      if (rows.length === 0) repeated.set(rowIds.at(row)!, (rows = [row - 1]));
      rows.push(row);
    }
  }
  return repeated;
}

function repeatedAnywhere(rowIds: RowIds): ReadonlyMap<string, readonly number[]> {
  const rowsOf = new Map<string, number[]>();
  for (let row = 0; row < rowIds.length; row += 1) {
    const id = rowIds.at(row)!;
    const rows = rowsOf.get(id);
    if (rows === undefined) rowsOf.set(id, [row]);
    else rows.push(row);
  }
  for (const [id, rows] of rowsOf) if (rows.length === 1) rowsOf.delete(id);
  return rowsOf;
}

/** Number of rows whose id an earlier row has, and the first few of these ids with how often they occur. */
function repeats(rowIds: RowIds): { readonly extra: number; readonly most: [string, number][] } {
  const repeated = [...repeatedRows(rowIds)].map(
    ([id, rows]) => [id, rows.length] satisfies [string, number],
  );
  let extra = 0;
  for (const [, count] of repeated) extra += count - 1;
  const most = repeated.sort(([a, left], [b, right]) => right - left || (a < b ? -1 : 1)).slice(0, 5);
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
