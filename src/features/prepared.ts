import type { NumberColumn, TimeColumn } from '../data/columns.ts';

/** Code of a word that the training part does not have. */
export const unseen = -1;
/** Code of a missing cell. */
export const missing = -2;

/** Words as codes of a fitted dictionary: 0 … size − 1, `unseen` or `missing`. */
export interface CodesColumn {
  readonly kind: 'codes';
  readonly codes: Int32Array;
  readonly size: number;
}

/** Few non-zero cells a row: row `i` has `values[k]` in column `indices[k]` for `k` from `starts[i]` up to `starts[i + 1]`. */
export interface SparseColumn {
  readonly kind: 'sparse';
  /** Columns. */
  readonly size: number;
  /** One more than there are rows. */
  readonly starts: Int32Array;
  /** Ascending within a row. */
  readonly indices: Int32Array;
  readonly values: Float32Array;
}

/**
 * A typed, fitted column: a number or a time (NaN = missing), category codes, or sparse counts. Memory follows the rows,
 * whatever the width of what a network is given of it.
 */
export type PreparedColumn = NumberColumn | TimeColumn | CodesColumn | SparseColumn;

/** Rows as prepared columns, in the order of the fitted features. */
export interface Prepared {
  readonly rows: number;
  readonly columns: readonly PreparedColumn[];
}

/** The rows from `from` up to `to`; typed arrays are shared, not copied. */
export function sliceColumn(column: PreparedColumn, from: number, to: number): PreparedColumn {
  switch (column.kind) {
    case 'number':
    case 'time':
      return { kind: column.kind, values: column.values.subarray(from, to) };
    case 'codes':
      return { ...column, codes: column.codes.subarray(from, to) };
    case 'sparse':
      return { ...column, starts: column.starts.subarray(from, to + 1) };
  }
}

function gatherSparse(
  { size: width, starts, indices, values }: SparseColumn,
  rows: Int32Array,
): SparseColumn {
  const taken = new Int32Array(rows.length + 1);
  for (let i = 0; i < rows.length; i += 1)
    taken[i + 1] = taken[i]! + starts[rows[i]! + 1]! - starts[rows[i]!]!;
  const size = taken[rows.length]!;
  const column = { indices: new Int32Array(size), values: new Float32Array(size) };
  for (let i = 0; i < rows.length; i += 1) {
    const [start, end] = [starts[rows[i]!]!, starts[rows[i]! + 1]!];
    column.indices.set(indices.subarray(start, end), taken[i]);
    column.values.set(values.subarray(start, end), taken[i]);
  }
  return { kind: 'sparse', size: width, starts: taken, ...column };
}

/** The rows at these positions, in that order. */
export function gatherColumn(column: PreparedColumn, rows: Int32Array): PreparedColumn {
  switch (column.kind) {
    case 'number':
    case 'time': {
      const values = new Float64Array(rows.length);
      for (let i = 0; i < rows.length; i += 1) values[i] = column.values[rows[i]!]!;
      return { kind: column.kind, values };
    }
    case 'codes': {
      const codes = new Int32Array(rows.length);
      for (let i = 0; i < rows.length; i += 1) codes[i] = column.codes[rows[i]!]!;
      return { ...column, codes };
    }
    case 'sparse':
      return gatherSparse(column, rows);
  }
}
