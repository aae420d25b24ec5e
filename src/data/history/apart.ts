import type { Table } from '../columns.ts';
import { cellValue, takeRows } from '../columns.ts';
import { rowIds } from '../rowId.ts';

/** Who the rows of a table are; null for one that does not say, and for all where the table has no such columns. */
export function idsOfRows(table: Table, rowId: readonly string[]): readonly (string | null)[] {
  const columns = rowId.flatMap((name) => table.columns.get(name) ?? []);
  if (rowId.length === 0 || columns.length < rowId.length)
    return new Array<string | null>(table.rows).fill(null);
  const ids = rowIds(table, { rowIdColumns: rowId, featureColumns: [] });
  return ids.map((id, row) => (columns.some((column) => cellValue(column, row) === null) ? null : id));
}

/** The rows of a table that are none of `others`: one that stood in both files would be part of its followers' history twice. */
export function apartFrom(others: ReadonlySet<string>, table: Table, rowId: readonly string[]): Table {
  if (others.size === 0) return table;
  const ids = idsOfRows(table, rowId);
  const rows = Int32Array.from(ids.keys()).filter((row) => {
    const id = ids[row] ?? null;
    return id === null || !others.has(id);
  });
  return rows.length === table.rows ? table : takeRows(table, rows);
}

/** How the rows that stood in both files are told of. */
export const toldTwice = (rows: number, shown: string): string =>
  `${rows} ${rows === 1 ? 'row' : 'rows'} of ${shown} ${rows === 1 ? 'is' : 'are'} among the rows that are answered too: ${rows === 1 ? 'it counts' : 'they count'} once.`;
