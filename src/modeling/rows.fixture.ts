import { matrixRows } from '../features/encode.ts';
import type { FeatureRows } from '../features/encode.ts';
import type { SparseRows } from '../features/sparseRows.ts';
import type { FeatureMatrix } from '../features/spec.ts';
import { finish } from '../work.ts';
import type { Scorer } from './model.ts';

/** The rows of a matrix in both forms: each of its columns is a prepared number. */
export function rowsOfMatrix(matrix: FeatureMatrix): FeatureRows {
  const { rows, names, dense } = matrix;
  return {
    rows,
    columns: names.map((name) => ({ name, column: name, kind: 'number', steps: [] })),
    prepared: {
      rows,
      columns: names.map((_, at) => ({
        kind: 'number',
        values: Float64Array.from({ length: rows }, (_cell, row) => dense[row * names.length + at]!),
      })),
    },
    blocks: matrixRows(matrix),
    get sparse() {
      return withoutZeros(matrix);
    },
  };
}

function withoutZeros({ rows, names, dense }: FeatureMatrix): SparseRows {
  const filled = Array.from(dense.keys()).filter((at) => dense[at] !== 0);
  const before = (row: number): number => filled.filter((at) => at < row * names.length).length;
  return {
    rows,
    names,
    starts: Int32Array.from({ length: rows + 1 }, (_, row) => before(row)),
    indices: Int32Array.from(filled, (at) => at % names.length),
    values: Float32Array.from(filled, (at) => dense[at]!),
  };
}

/** `width` columns without names of their own. */
export function rowsOfDense(dense: Float32Array, rows: number, width: number): FeatureRows {
  return rowsOfMatrix({ rows, names: Array.from({ length: width }, (_, i) => `x${i}`), dense });
}

/** A scorer's answers at once. */
export const scoresFor = (scorer: Scorer, rows: FeatureRows): Float64Array => finish(scorer.predict(rows));
