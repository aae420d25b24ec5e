import { createHash } from 'node:crypto';
import { selectColumns, takeRows } from '../data/columns.ts';
import type { Table } from '../data/columns.ts';
import { canonicalJson } from '../digest.ts';
import type { Digest } from '../digest.ts';
import { prepare } from '../features/prepare.ts';
import type { PreparedColumn } from '../features/prepared.ts';
import type { FittedFeatures } from '../features/spec.ts';
import { pieceRows } from '../work.ts';
import type { Work } from '../work.ts';

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

/** What a column is made of, as bytes: −0 as 0, one pattern of bits for what is missing. */
function contentOf(column: PreparedColumn): readonly Uint8Array[] {
  switch (column.kind) {
    case 'number':
    case 'time':
      return [bytesOf(column.values.map((value) => (Number.isNaN(value) ? NaN : value + 0)))];
    case 'codes':
      return [bytesOf(column.codes)];
    case 'sparse':
      return [column.starts, column.indices, column.values].map(bytesOf);
  }
}

/**
 * SHA-256 of the prepared columns of some rows: what reproducibility of features is checked against. (What is encoded
 * of them is a function of these and of the fitted features.) Rows are prepared and hashed a piece at a time, so that
 * memory does not grow with them; nothing of it is stored.
 */
export function* preparedDigest(fitted: FittedFeatures, table: Table, rows: Int32Array): Work<Digest> {
  const inputs = selectColumns(
    table,
    fitted.inputs.map(({ name }) => name),
  );
  const hash = createHash('sha256');
  const columns = fitted.prepared.map(({ name, kind }) => [name, kind]);
  hash.update(canonicalJson({ version: 1, rows: rows.length, columns }));
  for (let from = 0; from < rows.length; from += pieceRows) {
    const piece = rows.subarray(from, from + pieceRows);
    for (const column of prepare(fitted, takeRows(inputs, piece)).columns)
      for (const bytes of contentOf(column)) hash.update(bytes);
    yield piece.length;
  }
  return hash.digest('hex');
}
