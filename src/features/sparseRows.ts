import { sliceColumn } from './prepared.ts';
import type { Prepared, PreparedColumn } from './prepared.ts';
import { programOf } from './program.ts';
import type { Program } from './program.ts';
import { SparseBuilder } from './sparseBuilder.ts';
import type { FittedFeatures } from './spec.ts';

/**
 * Some rows of which only what is not zero is written down: row `i` has `values[k]` in column `indices[k]` for `k` from
 * `starts[i]` up to `starts[i + 1]`. Places ascend within a row.
 */
export interface SparseBlock {
  readonly rows: number;
  readonly starts: Int32Array;
  readonly indices: Int32Array;
  readonly values: Float32Array;
}

/** Rows without their zeros, made when they are asked for: memory follows the block, not the rows. */
export interface SparseRows {
  readonly rows: number;
  readonly width: number;
  /** Names of all columns. Length = width. */
  readonly names: readonly string[];
  /** Rows `from` up to `to`. */
  readonly range: (from: number, to: number) => SparseBlock;
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
  const { sparse } = programOf(fitted);
  return {
    rows: prepared.rows,
    width: sparse.width,
    get names() {
      return sparseNames(fitted);
    },
    range: (from, to) => sparseBlock(sparse, prepared, from, to),
  };
}

function sparseBlock(
  { dense, denseWidth, wide, width }: Program['sparse'],
  { columns, rows: all }: Prepared,
  first: number,
  end: number,
): SparseBlock {
  const rows = end - first;
  const starts = new Int32Array(rows + 1);
  // Few rows are a request: they make room for themselves alone.
  const cells = new SparseBuilder(width, Math.min(1024, rows * (denseWidth + wide.length * 16)));
  const step = Math.max(16, Math.floor(blockCells / Math.max(denseWidth, 1)));
  const block = new Float32Array(Math.min(step, rows) * denseWidth);
  for (let from = first; from < end; from += step) {
    const to = Math.min(from + step, end);
    block.fill(0);
    let offset = 0;
    for (const part of dense) {
      const column = columns[part.from]!;
      const whole = from === 0 && to === all;
      part.write(whole ? column : sliceColumn(column, from, to), block, offset, denseWidth);
      offset += part.width;
    }
    for (let row = from; row < to; row += 1) {
      addDense(block, (row - from) * denseWidth, denseWidth, cells);
      let place = denseWidth;
      for (const part of wide) {
        addSparse(columns[part.from], row, place, cells);
        place += part.size;
      }
      starts[row + 1 - first] = cells.filled;
    }
  }
  const { indices, values } = cells.finish(starts);
  return { rows, starts, indices, values };
}

/** Names of the columns of such rows. */
function sparseNames(fitted: FittedFeatures): readonly string[] {
  const { names, sparse } = programOf(fitted);
  return [
    ...sparse.dense.flatMap(({ offset, width }) => names.slice(offset, offset + width)),
    ...sparse.wide.flatMap(({ names: own }) => own()),
  ];
}
