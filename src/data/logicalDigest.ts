import { createHash } from 'node:crypto';
import type { Digest } from '../digest.ts';
import { canonicalJson } from '../digest.ts';
import { avalanche } from '../hash.ts';
import type { Table } from './columns.ts';
import { digestingRows } from './rowDigests.ts';
import type { RowDigests } from './rowDigests.ts';
import { finish } from '../work.ts';
import type { Work } from '../work.ts';

/**
 * Digest of a table's logical content: SHA-256 over the sorted names and kinds of its columns and a sum over its row
 * digests, which no order changes. The order of rows and of columns, the format they came in and how dictionaries number
 * their words change nothing; any cell, or a row more or less, does.
 */
export function logicalDigest(table: Table): Digest {
  return finish(digestingTable(table));
}

/**
 * 256 bits of all rows, whatever their order: each of the four lanes summed as it is, and once more scrambled, modulo
 * 2^32. Not cryptographic, as row digests are not. Version 1 had the digests in sorted order: for ten million rows that was
 * three quarters of the cost of a digest.
 */
function sumOfRows({ lanes }: RowDigests): Uint32Array {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let e = 0;
  let f = 0;
  let g = 0;
  let h = 0;
  for (let at = 0; at < lanes.length; at += 4) {
    const first = lanes[at]!;
    const second = lanes[at + 1]!;
    const third = lanes[at + 2]!;
    const fourth = lanes[at + 3]!;
    a = (a + first) | 0;
    b = (b + second) | 0;
    c = (c + third) | 0;
    d = (d + fourth) | 0;
    e = (e + avalanche(first ^ 0x9e3779b9)) | 0;
    f = (f + avalanche(second ^ 0x7f4a7c15)) | 0;
    g = (g + avalanche(third ^ 0x243f6a88)) | 0;
    h = (h + avalanche(fourth ^ 0x13198a2e)) | 0;
  }
  return Uint32Array.of(a, b, c, d, e, f, g, h);
}

/** `logicalDigest` in pieces. */
export function* digestingTable(table: Table): Work<Digest> {
  const kinds = [...table.columns].map(([name, column]) => [name, column.kind] as const);
  kinds.sort(([left], [right]) => (left < right ? -1 : 1));
  const sum = Array.from(sumOfRows(yield* digestingRows(table)));
  const hash = createHash('sha256');
  hash.update(canonicalJson({ version: 2, rows: table.rows, columns: kinds, sum }));
  return hash.digest('hex');
}
