import { sliceColumn } from './prepared.ts';
import type { Prepared, PreparedColumn } from './prepared.ts';
import { programOf } from './program.ts';
import { SparseBuilder } from './sparseBuilder.ts';
import type { FittedFeatures } from './spec.ts';

/**
 * Rows of which only what is not zero is written down: row `i` has `values[k]` in column `indices[k]` for `k` from
 * `starts[i]` up to `starts[i + 1]`. Places ascend within a row.
 */
export interface SparseRows {
  readonly rows: number;
  /** Names of all columns. Length = width. */
  readonly names: readonly string[];
  readonly starts: Int32Array;
  readonly indices: Int32Array;
  readonly values: Float32Array;
}

/** Cells that are looked at a time: 512 KB, so that they stay in cache. */
const blockCells = 131_072;

/** Writes the cells of a block of dense parts that are not zero, for the row at `start`. */
function addDense(block: Float32Array, start: number, width: number, cells: SparseBuilder): void {
  for (let cell = 0; cell < width; cell += 1) {
    const value = block[start + cell]!;
    if (value !== 0) cells.add(cell, value);
  }
}

/** Writes a row of a sparse column, whose first cell is at `first`. */
function addSparse(
  column: PreparedColumn | undefined,
  row: number,
  first: number,
  cells: SparseBuilder,
): void {
  if (column?.kind !== 'sparse') throw new TypeError('expected sparse counts');
  const { starts, indices, values } = column;
  for (let k = starts[row]!; k < starts[row + 1]!; k += 1) cells.add(first + indices[k]!, values[k]!);
}

/**
 * The rows as a linear family takes them: what `encode` makes of numbers, times and codes, without its zeros, and every
 * sparse column whole (the dense rows may hold some of its cells only). First what is dense, in the order of a dense
 * row's cells, then the sparse columns.
 */
export function sparseRows(fitted: FittedFeatures, prepared: Prepared): SparseRows {
  const { encode, wide } = programOf(fitted);
  const dense = encode.filter(({ sparse }) => !sparse);
  const width = dense.reduce((sum, part) => sum + part.width, 0);
  const { rows, columns } = prepared;
  const names = sparseNames(fitted);
  const starts = new Int32Array(rows + 1);
  const cells = new SparseBuilder(names.length);
  const step = Math.max(16, Math.floor(blockCells / Math.max(width, 1)));
  const block = new Float32Array(Math.min(step, rows) * width);
  for (let from = 0; from < rows; from += step) {
    const to = Math.min(from + step, rows);
    block.fill(0);
    let offset = 0;
    for (const part of dense) {
      part.write(sliceColumn(columns[part.from]!, from, to), block, offset, width);
      offset += part.width;
    }
    for (let row = from; row < to; row += 1) {
      addDense(block, (row - from) * width, width, cells);
      let first = width;
      for (const part of wide) {
        addSparse(columns[part.from], row, first, cells);
        first += part.size;
      }
      starts[row + 1] = cells.filled;
    }
  }
  const { indices, values } = cells.finish(starts);
  return { rows, names, starts, indices, values };
}

/** Names of the columns of such rows. */
function sparseNames(fitted: FittedFeatures): readonly string[] {
  const { encode, wide, names } = programOf(fitted);
  return [
    ...encode.flatMap(({ sparse, offset, width }) => (sparse ? [] : names.slice(offset, offset + width))),
    ...wide.flatMap(({ names: own }) => own()),
  ];
}
