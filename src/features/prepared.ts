import type { Column, NumberColumn, TimeColumn } from '../data/columns.ts';

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

/** What may stand between two steps: a column of the table, or what a step makes of one. */
export type StepColumn = Column | CodesColumn | SparseColumn;
export type StepColumnKind = StepColumn['kind'];

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
    const start = starts[rows[i]!]!;
    const end = starts[rows[i]! + 1]!;
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

function joinTyped<Cells extends Float64Array | Float32Array | Int32Array>(
  first: Cells,
  second: Cells,
  made: Cells,
): Cells {
  made.set(first);
  made.set(second, first.length);
  return made;
}

function joinSparse(first: SparseColumn, second: SparseColumn): SparseColumn {
  const own = (column: SparseColumn): readonly [number, number] => [column.starts[0]!, column.starts.at(-1)!];
  const [from, to] = own(first);
  const [start, end] = own(second);
  const size = to - from + end - start;
  return {
    kind: 'sparse',
    size: first.size,
    starts: joinTyped(
      first.starts.map((at) => at - from),
      second.starts.subarray(1).map((at) => at - start + to - from),
      new Int32Array(first.starts.length + second.starts.length - 1),
    ),
    indices: joinTyped(
      first.indices.subarray(from, to),
      second.indices.subarray(start, end),
      new Int32Array(size),
    ),
    values: joinTyped(
      first.values.subarray(from, to),
      second.values.subarray(start, end),
      new Float32Array(size),
    ),
  };
}

/** Two columns of the same fitted feature, one after the other. */
export function joinColumns(first: PreparedColumn, second: PreparedColumn): PreparedColumn {
  if (first.kind === 'sparse' && second.kind === 'sparse') return joinSparse(first, second);
  if (first.kind === 'codes' && second.kind === 'codes') {
    const { codes } = first;
    const made = new Int32Array(codes.length + second.codes.length);
    return { ...first, codes: joinTyped(codes, second.codes, made) };
  }
  if ((first.kind === 'number' || first.kind === 'time') && first.kind === second.kind) {
    const { values } = first;
    const made = new Float64Array(values.length + second.values.length);
    return { kind: first.kind, values: joinTyped(values, second.values, made) };
  }
  throw new TypeError(`a ${first.kind} column cannot go on as ${second.kind}`);
}
