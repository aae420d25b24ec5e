import { createHash } from 'node:crypto';
import type { Digest } from '../digest.ts';
import { canonicalJson } from '../digest.ts';
import type { Table } from './columns.ts';
import { radixOrder, sortRuns, textOrder } from './ordering.ts';
import type { RowDigests } from './rowId.ts';
import { rowDigests } from './rowId.ts';

function compareDigests({ lanes }: RowDigests, left: number, right: number): number {
  for (let lane = 0; lane < 4; lane += 1) {
    const difference = lanes[4 * left + lane]! - lanes[4 * right + lane]!;
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Row numbers by ascending digest: a radix sort by the first lane, comparisons only where that is equal. */
function digestOrder(digests: RowDigests): Int32Array {
  const keys = new Uint32Array(digests.rows);
  for (let row = 0; row < digests.rows; row += 1) keys[row] = digests.lanes[4 * row]!;
  const order = radixOrder(keys);
  sortRuns(
    order,
    (left, right) => keys[left] === keys[right],
    (left, right) => compareDigests(digests, left, right),
  );
  return order;
}

/**
 * Digest of a table's logical content: SHA-256 over the sorted names and kinds of its columns and its row digests in
 * sorted order. The order of rows and of columns, the format they came in and how dictionaries number their words
 * change nothing; any cell, or a row more or less, does.
 */
export function logicalDigest(table: Table): Digest {
  const kinds = [...table.columns].map(([name, column]) => [name, column.kind] as const);
  kinds.sort(([left], [right]) => (left < right ? -1 : 1));
  const digests = rowDigests(table);
  const order = digestOrder(digests);
  const bytes = new DataView(new ArrayBuffer(16 * digests.rows));
  for (let i = 0; i < order.length; i += 1) {
    for (let lane = 0; lane < 4; lane += 1)
      bytes.setUint32(16 * i + 4 * lane, digests.lanes[4 * order[i]! + lane]!);
  }
  const hash = createHash('sha256');
  hash.update(canonicalJson({ version: 1, rows: table.rows, columns: kinds }));
  hash.update(new Uint8Array(bytes.buffer));
  return hash.digest('hex');
}

/**
 * The training order: row numbers by ascending id, ties (twins, or repeated ids) by the digest of the whole row. A
 * function of the table's content, whatever the order of the file.
 *
 * @param ids One id per row, as of `rowIds`.
 */
export function orderById(table: Table, ids: readonly string[]): Int32Array {
  if (ids.length !== table.rows) throw new RangeError(`${ids.length} ids for ${table.rows} rows`);
  const digests = rowDigests(table);
  return textOrder(ids, (left, right) => compareDigests(digests, left, right));
}
