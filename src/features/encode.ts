import { gatherColumn, sliceColumn } from './prepared.ts';
import type { Prepared, PreparedColumn } from './prepared.ts';
import { programOf } from './program.ts';
import type { FeatureMatrix, FittedColumn, FittedFeatures } from './spec.ts';
import type { Table } from '../data/columns.ts';
import { prepare } from './prepare.ts';
import type { TaughtRows } from './prepare.ts';
import { sparseRows } from './sparseRows.ts';
import type { SparseRows } from './sparseRows.ts';

/** Float32 cells written at a time: 128 KB, so that they stay in cache while column after column is written. */
const blockCells = 32_768;

const blockRows = (width: number): number => Math.max(64, Math.floor(blockCells / width));

function write(
  fitted: FittedFeatures,
  columns: readonly PreparedColumn[],
  out: Float32Array,
  at: number,
): void {
  const { encode, names } = programOf(fitted);
  for (let i = 0; i < encode.length; i += 1) {
    const part = encode[i]!;
    part.write(columns[part.from]!, out, at + part.offset, names.length);
  }
}

/**
 * The second step of the features, for families that want numbers: prepared rows `from` up to `to` → dense float32 rows,
 * row-major, all finite. Writes into `out` from its start; its other cells are left alone.
 */
export function encode(
  fitted: FittedFeatures,
  prepared: Prepared,
  from: number,
  to: number,
  out: Float32Array,
): void {
  const width = programOf(fitted).names.length;
  out.fill(0, 0, (to - from) * width);
  const rows = blockRows(width);
  // A request's few rows are taken as they are.
  if (from === 0 && to === prepared.rows && to <= rows) write(fitted, prepared.columns, out, 0);
  else
    for (let start = from; start < to; start += rows) {
      const end = Math.min(start + rows, to);
      const block = prepared.columns.map((column) => sliceColumn(column, start, end));
      write(fitted, block, out, (start - from) * width);
    }
}

/** The same for the rows at these positions, in that order: a minibatch. */
export function encodeRows(
  fitted: FittedFeatures,
  prepared: Prepared,
  rows: Int32Array,
  out: Float32Array,
): void {
  const width = programOf(fitted).names.length;
  out.fill(0, 0, rows.length * width);
  const count = blockRows(width);
  for (let start = 0; start < rows.length; start += count) {
    const part = rows.subarray(start, start + count);
    const block = prepared.columns.map((column) => gatherColumn(column, part));
    write(fitted, block, out, start * width);
  }
}

/** Rows as dense features that are made when they are asked for: the whole matrix need not exist. */
export interface EncodedRows {
  readonly rows: number;
  /** Names of a row's cells. */
  readonly names: readonly string[];
  /** Writes rows `from` up to `to` into `out` from its start, row-major. */
  readonly range: (from: number, to: number, out: Float32Array) => void;
  /** Writes the rows at these positions, in that order. */
  readonly take: (rows: Int32Array, out: Float32Array) => void;
}

/** Rows of a matrix that is there. */
export function matrixRows({ rows, names, dense }: FeatureMatrix): EncodedRows {
  const width = names.length;
  return {
    rows,
    names,
    range: (from, to, out) => out.set(dense.subarray(from * width, to * width)),
    take: (positions, out) => {
      for (let i = 0; i < positions.length; i += 1) {
        const start = positions[i]! * width;
        out.set(dense.subarray(start, start + width), i * width);
      }
    },
  };
}

/** A matrix of up to so many bytes is kept: encoding the same rows again in every pass would cost more. */
export const keptBytes = 64 * 1024 * 1024;

/** Prepared rows as dense features. A small matrix is made once and kept, a large one never: the cells are the same. */
export function encodedRows(fitted: FittedFeatures, prepared: Prepared, keep = keptBytes): EncodedRows {
  const { names } = programOf(fitted);
  const { rows } = prepared;
  if (rows * names.length * 4 <= keep) {
    const dense = new Float32Array(rows * names.length);
    encode(fitted, prepared, 0, rows, dense);
    return matrixRows({ rows, names, dense });
  }
  return {
    rows,
    names,
    range: (from, to, out) => encode(fitted, prepared, from, to, out),
    take: (positions, out) => encodeRows(fitted, prepared, positions, out),
  };
}

/** Rows in both forms, each made once it is asked for: a family takes the one that it says. */
export interface FeatureRows {
  readonly rows: number;
  /** What the prepared columns are. */
  readonly columns: readonly FittedColumn[];
  readonly prepared: Prepared;
  readonly blocks: EncodedRows;
  /** What `blocks` holds without its zeros, with every cell of sparse columns: texts, many columns. */
  readonly sparse: SparseRows;
}

/**
 * A table's rows as features. `keep`: see `encodedRows`; 0 where the rows are read once only. `taught`: which of them
 * taught the features (see `prepare`).
 */
export function featureRows(
  fitted: FittedFeatures,
  table: Table,
  keep = keptBytes,
  taught?: TaughtRows,
): FeatureRows {
  return preparedRows(fitted, prepare(fitted, table, taught), keep);
}

/** Prepared rows as features. */
export function preparedRows(fitted: FittedFeatures, prepared: Prepared, keep = keptBytes): FeatureRows {
  let blocks: EncodedRows | undefined;
  let sparse: SparseRows | undefined;
  return {
    rows: prepared.rows,
    columns: fitted.prepared,
    prepared,
    get blocks() {
      return (blocks ??= encodedRows(fitted, prepared, keep));
    },
    get sparse() {
      return (sparse ??= sparseRows(fitted, prepared));
    },
  };
}
