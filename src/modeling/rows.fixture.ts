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
  const width = names.length;
  return {
    rows,
    width,
    names,
    range: (from, to) => {
      const starts = new Int32Array(to - from + 1);
      const filled: number[] = [];
      for (let at = from * width; at < to * width; at += 1) {
        if (dense[at] !== 0) filled.push(at);
        if ((at + 1) % width === 0) starts[(at + 1) / width - from] = filled.length;
      }
      return {
        rows: to - from,
        starts,
        indices: Int32Array.from(filled, (at) => at % width),
        values: Float32Array.from(filled, (at) => dense[at]!),
      };
    },
  };
}

/** `width` columns without names of their own. */
export function rowsOfDense(dense: Float32Array, rows: number, width: number): FeatureRows {
  return rowsOfMatrix({ rows, names: Array.from({ length: width }, (_, i) => `x${i}`), dense });
}

/** A scorer's answers at once. */
export const scoresFor = (scorer: Scorer, rows: FeatureRows): Float64Array => finish(scorer.predict(rows));
