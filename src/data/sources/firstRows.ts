import type { Table } from '../columns.ts';
import { concatTables, takeRows } from '../columns.ts';
import type { Batch } from '../source.ts';

/** The first clean rows of a stream of batches as one table; reading stops there. */
export async function firstRows(batches: AsyncIterable<Batch>, maxRows: number): Promise<Table> {
  const tables: Table[] = [];
  let rows = 0;
  for await (const { table } of batches) {
    tables.push(table);
    rows += table.rows;
    if (rows >= maxRows) break;
  }
  const all = concatTables(tables);
  return all.rows <= maxRows
    ? all
    : takeRows(
        all,
        Int32Array.from({ length: maxRows }, (_, row) => row),
      );
}
