import { createHash } from 'node:crypto';
import type { Digest } from '../digest.ts';
import { canonicalJson } from '../digest.ts';
import type { Table } from './columns.ts';
import { digestingRows, digestOrder } from './rowDigests.ts';
import { finish } from '../work.ts';
import type { Work } from '../work.ts';

/**
 * Digest of a table's logical content: SHA-256 over the sorted names and kinds of its columns and its row digests in
 * sorted order. The order of rows and of columns, the format they came in and how dictionaries number their words
 * change nothing; any cell, or a row more or less, does.
 */
export function logicalDigest(table: Table): Digest {
  return finish(digestingTable(table));
}

/** `logicalDigest` in pieces. */
export function* digestingTable(table: Table): Work<Digest> {
  const kinds = [...table.columns].map(([name, column]) => [name, column.kind] as const);
  kinds.sort(([left], [right]) => (left < right ? -1 : 1));
  const digests = yield* digestingRows(table);
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
