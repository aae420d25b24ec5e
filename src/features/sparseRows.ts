import { sliceColumn } from './prepared.ts';
import type { Prepared, PreparedColumn } from './prepared.ts';
import { programOf } from './program.ts';
import type { Program } from './program.ts';
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

/** Cells that stand side by side in some rows: `width` of a row, from place `first` on. */
interface SomeCells {
  /** The first of the rows, counted from the first that was asked for. */
  readonly row: number;
  readonly rows: number;
  readonly first: number;
  readonly width: number;
}

/** They with their zeros. */
export interface DenseCells extends SomeCells {
  readonly kind: 'dense';
  /** `rows × width`; written anew for the next part. */
  readonly cells: Float32Array;
}

/** A row has a 1 among them and nothing else, or nothing. */
export interface SingleOnes extends SomeCells {
  readonly kind: 'ones';
  /** By row where it stands, counted from `first`; below zero where there is none. */
  readonly places: Int32Array;
}

/** Rows without their zeros, made when they are asked for: memory follows the block, not the rows. */
export interface SparseRows {
  readonly rows: number;
  readonly width: number;
  /** Names of all columns. Length = width. */
  readonly names: readonly string[];
  /** Rows `from` up to `to`. */
  readonly range: (from: number, to: number) => SparseBlock;
  /**
   * Rows `from` up to `to` part after part, for whoever reads each cell once: a row's parts come in the order of its
   * places. Not there where some columns are sparse themselves.
   */
  readonly parts?: (from: number, to: number, take: (part: DenseCells | SingleOnes) => void) => void;
  /** Where they are some of other rows: those at these positions. */
  readonly chosen?: { readonly from: SparseRows; readonly positions: Int32Array };
}

/** Cells that are looked at a time: 512 KB, so that they stay in cache. */
const blockCells = 131_072;
/** Cells of a part that are written at a time: 64 KB. */
const partCells = 16_384;

/**
 * Rows of so many cells at most, zeros too, are made once and kept (160 MB where all are filled, a third of that as a
 * rule): folds ask for the same ones again and again, and for those between them.
 */
const mostKept = 20_000_000;

/** Cells of rows one after the other, with room for more than there are. */
interface Cells {
  indices: Int32Array;
  values: Float32Array;
  filled: number;
}

/** Makes room for so many cells beside those that are there. */
function makeRoom(cells: Cells, more: number): void {
  const needed = cells.filled + more;
  if (needed <= cells.indices.length) return;
  const room = Math.max(needed, 2 * cells.indices.length);
  const indices = new Int32Array(room);
  const values = new Float32Array(room);
  indices.set(cells.indices.subarray(0, cells.filled));
  values.set(cells.values.subarray(0, cells.filled));
  cells.indices = indices;
  cells.values = values;
}

/** Writes the cells of a row of dense parts that are not zero, for the row at `start`. There is room for all. */
function addDense(block: Float32Array, start: number, width: number, cells: Cells): void {
  const { indices, values } = cells;
  let filled = cells.filled;
  for (let cell = 0; cell < width; cell += 1) {
    const value = block[start + cell]!;
    indices[filled] = cell;
    values[filled] = value;
    // A zero is written over by what comes next: that is cheaper than to ask first.
    filled += value !== 0 ? 1 : 0;
  }
  cells.filled = filled;
}

/** Writes a row of a sparse column, whose first cell is at `first`. */
function addSparse(column: PreparedColumn | undefined, row: number, first: number, cells: Cells): void {
  if (column?.kind !== 'sparse') throw new TypeError('expected sparse counts');
  const { starts, indices, values } = column;
  const [from, to] = [starts[row]!, starts[row + 1]!];
  makeRoom(cells, to - from);
  for (let k = from, at = cells.filled; k < to; k += 1, at += 1) {
    cells.indices[at] = first + indices[k]!;
    cells.values[at] = values[k]!;
  }
  cells.filled += to - from;
}

/**
 * The rows as a linear family takes them: what `encode` makes of numbers, times and codes, without its zeros, and every
 * sparse column whole (the dense rows may hold some of its cells only). First what is dense, in the order of a dense
 * row's cells, then the sparse columns.
 */
export function sparseRows(fitted: FittedFeatures, prepared: Prepared): SparseRows {
  const { sparse } = programOf(fitted);
  let whole: SparseBlock | undefined;
  return {
    rows: prepared.rows,
    width: sparse.width,
    get names() {
      return sparseNames(fitted);
    },
    range: (from, to) => {
      if ((from === 0 && to === prepared.rows) || prepared.rows * sparse.width > mostKept)
        return sparseBlock(sparse, prepared, from, to);
      whole ??= sparseBlock(sparse, prepared, 0, prepared.rows);
      return cutBlock(whole, from, to);
    },
    ...(sparse.wide.length === 0 && {
      parts: (from, to, take) => denseParts(sparse, prepared, from, to, take),
    }),
  };
}

function denseParts(
  { dense }: Program['sparse'],
  { columns }: Prepared,
  from: number,
  to: number,
  take: (part: DenseCells | SingleOnes) => void,
): void {
  const widest = dense.reduce((most, { width }) => Math.max(most, width), 1);
  const most = Math.min(to - from, Math.max(16, Math.floor(partCells / widest)));
  const block = new Float32Array(most * widest);
  let first = 0;
  for (const { from: place, width, write, places } of dense) {
    const column = columns[place]!;
    if (places !== undefined) {
      const own = places(sliceColumn(column, from, to));
      take({ kind: 'ones', row: 0, rows: to - from, first, width, places: own });
      first += width;
      continue;
    }
    const step = Math.min(to - from, Math.floor(block.length / Math.max(width, 1)));
    for (let start = from; start < to; start += step) {
      const end = Math.min(start + step, to);
      const cells = block.subarray(0, (end - start) * width);
      cells.fill(0);
      write(sliceColumn(column, start, end), cells, 0, width);
      take({ kind: 'dense', row: start - from, rows: end - start, first, width, cells });
    }
    first += width;
  }
}

/** Rows `from` up to `to` of a block. */
function cutBlock({ starts, indices, values }: SparseBlock, from: number, to: number): SparseBlock {
  const [first, end] = [starts[from]!, starts[to]!];
  return {
    rows: to - from,
    starts: starts.subarray(from, to + 1).map((at) => at - first),
    indices: indices.subarray(first, end),
    values: values.subarray(first, end),
  };
}

function sparseBlock(
  { dense, denseWidth, wide }: Program['sparse'],
  { columns, rows: all }: Prepared,
  first: number,
  end: number,
): SparseBlock {
  const rows = end - first;
  const starts = new Int32Array(rows + 1);
  const cells: Cells = { indices: new Int32Array(0), values: new Float32Array(0), filled: 0 };
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
    // One more is written over. Where the first rows tell how full rows are, the others have room at once.
    const left = Math.ceil((1.05 * cells.filled * (end - from)) / Math.max(from - first, 1));
    makeRoom(cells, Math.max((to - from) * denseWidth + 1, left));
    for (let row = from; row < to; row += 1) {
      makeRoom(cells, denseWidth + 1);
      addDense(block, (row - from) * denseWidth, denseWidth, cells);
      let place = denseWidth;
      for (const part of wide) {
        addSparse(columns[part.from], row, place, cells);
        place += part.size;
      }
      starts[row + 1 - first] = cells.filled;
    }
  }
  return {
    ...{ rows, starts },
    indices: cells.indices.subarray(0, cells.filled),
    values: cells.values.subarray(0, cells.filled),
  };
}

/** Names of the columns of such rows. */
function sparseNames(fitted: FittedFeatures): readonly string[] {
  const { names, sparse } = programOf(fitted);
  return [
    ...sparse.dense.flatMap(({ offset, width }) => names.slice(offset, offset + width)),
    ...sparse.wide.flatMap(({ names: own }) => own()),
  ];
}
