import type { SparseBlock, SparseRows } from '../../../features/sparseRows.ts';
import type { Work } from '../../../work.ts';

/** Cells that are looked at between two stops. */
const chunkCells = 1_048_576;
/** Rows of a chunk at most. */
const chunkRows = 4096;
/** Cells beyond this are brought back to it, so that their squares and sums stay finite. */
const largestCell = 1e30;

/** A block of rows by its cells that are not zero: row `i` has those from `starts[i]` up to `starts[i + 1]`. */
export interface Chunk {
  readonly rows: number;
  readonly starts: Int32Array;
  /** Places in the row, ascending. */
  readonly places: Int32Array;
  readonly values: Float32Array;
}

/**
 * Encoded rows, kept by their cells that are not zero. Encoded rows are mostly zeros, or runs of the same number (the
 * bins of a piecewise-linear column that lie below the value are all 1), so some cells are kept as what they are above
 * the next one. What is kept of a row is then about one cell a category and three a number, whatever the row's width.
 */
export interface CompressedRows {
  readonly rows: number;
  readonly width: number;
  readonly chunks: readonly Chunk[];
  /** By place: 1 where the cell is kept as its difference from the next one. */
  readonly stepped: Uint8Array;
}

/** A column's cells over the rows, weighted alike. */
export interface ColumnMoments {
  readonly means: Float64Array;
  readonly deviations: Float64Array;
  /** Largest size of a cell. */
  readonly largest: Float64Array;
}

/** A cell as models take it: finite and within ±1e30. */
export function boundedCell(cell: number): number {
  if (cell <= largestCell && cell >= -largestCell) return cell;
  return cell > 0 ? largestCell : cell < 0 ? -largestCell : 0;
}

/** The block with bounded cells: itself where they are so already, as encoders leave them. */
function boundedBlock(block: SparseBlock): SparseBlock {
  const { values } = block;
  let beyond = 0;
  for (let at = 0; at < values.length; at += 1)
    beyond += values[at]! <= largestCell && values[at]! >= -largestCell ? 0 : 1;
  return beyond === 0 ? block : { ...block, values: values.map(boundedCell) };
}

/**
 * Which cells are better kept as differences: those within ±1 (so that nothing is lost by it) that are seldomer unlike
 * the next cell than unlike zero, among the first rows.
 */
function steppedCells({ rows, starts, indices, values }: SparseBlock, width: number): Uint8Array {
  const filled = new Int32Array(width);
  const changing = new Int32Array(width);
  const beyond = new Uint8Array(width + 1);
  for (let row = 0; row < rows; row += 1) {
    const from = starts[row]!;
    const to = starts[row + 1]!;
    for (let at = from; at < to; at += 1) {
      const place = indices[at]!;
      const cell = values[at]!;
      filled[place]! += 1;
      if (!(cell <= 1 && cell >= -1)) beyond[place] = 1;
      if (at + 1 === to || indices[at + 1] !== place + 1 || values[at + 1] !== cell) changing[place]! += 1;
      if (place > 0 && (at === from || indices[at - 1] !== place - 1)) changing[place - 1]! += 1;
    }
  }
  const stepped = new Uint8Array(width);
  for (let place = 0; place + 1 < width; place += 1)
    if (beyond[place] === 0 && beyond[place + 1] === 0 && changing[place]! < filled[place]!)
      stepped[place] = 1;
  return stepped;
}

/** Sums of the cells that are not zero, by column. */
export interface Sums {
  readonly rows: number;
  readonly sum: Float64Array;
  readonly squares: Float64Array;
  readonly largest: Float64Array;
}

function addSums({ indices, values }: SparseBlock, { sum, squares, largest }: Sums): void {
  for (let at = 0; at < values.length; at += 1) {
    const place = indices[at]!;
    const cell = values[at]!;
    sum[place]! += cell;
    squares[place]! += cell * cell;
    const size = Math.abs(cell);
    if (size > largest[place]!) largest[place] = size;
  }
}

/** Moments of columns by their sums. */
export function momentsOf({ rows, sum, squares, largest }: Sums): ColumnMoments {
  const means = sum.map((total) => total / Math.max(1, rows));
  const deviations = squares.map((total, place) => {
    const square = total / Math.max(1, rows);
    const variance = square - means[place]! ** 2;
    // What is left of a column that is far from zero and nearly constant is rounding.
    return variance > 1e-12 * square ? Math.sqrt(variance) : 0;
  });
  return { means, deviations, largest };
}

function compressBlock(block: SparseBlock, stepped: Uint8Array): Chunk {
  const { rows, starts: before, indices, values: cells } = block;
  const starts = new Int32Array(rows + 1);
  const places = new Int32Array(2 * cells.length);
  const values = new Float32Array(2 * cells.length);
  let kept = 0;
  for (let row = 0; row < rows; row += 1) {
    const from = before[row]!;
    const to = before[row + 1]!;
    for (let at = from; at < to; at += 1) {
      const place = indices[at]!;
      const cell = cells[at]!;
      // The zero before a cell is kept as what it is below that.
      if (place > 0 && stepped[place - 1] === 1 && (at === from || indices[at - 1] !== place - 1)) {
        places[kept] = place - 1;
        values[kept++] = -cell;
      }
      const next = stepped[place] === 1 && at + 1 < to && indices[at + 1] === place + 1 ? cells[at + 1]! : 0;
      if (cell === next) continue;
      places[kept] = place;
      values[kept++] = cell - next;
    }
    starts[row + 1] = kept;
  }
  return { rows, starts, places: places.slice(0, kept), values: values.slice(0, kept) };
}

/**
 * Reads encoded rows once and keeps what is not zero.
 *
 * @param as rows of which these are more, compressed in the same way; their moments are not looked at
 */
export function* compressRows(
  sparse: SparseRows,
  as?: CompressedRows,
): Work<{ readonly compressed: CompressedRows; readonly moments: ColumnMoments }> {
  const { rows, width } = sparse;
  const zeros = (): Float64Array => new Float64Array(width);
  const sums: Sums = { rows, sum: zeros(), squares: zeros(), largest: zeros() };
  const chunks: Chunk[] = [];
  let stepped = as?.stepped;
  for (const { from, to } of chunksOf(rows, width)) {
    const bounded = boundedBlock(sparse.range(from, to));
    stepped ??= steppedCells(bounded, width);
    if (as === undefined) addSums(bounded, sums);
    chunks.push(compressBlock(bounded, stepped));
    yield to - from;
  }
  stepped ??= new Uint8Array(width);
  return { compressed: { rows, width, chunks, stepped }, moments: momentsOf(sums) };
}

/** Rows a block at a time. */
export function* chunksOf(
  rows: number,
  width: number,
): Generator<{ readonly from: number; readonly to: number }> {
  const most = Math.max(64, Math.min(chunkRows, Math.floor(chunkCells / Math.max(1, width))));
  for (let from = 0; from < rows; from += most) yield { from, to: Math.min(rows, from + most) };
}

/** Weights of the cells → weights of what is kept of them. In place; `units` weights a place. */
export function towardsKept(stepped: Uint8Array, weights: Float64Array, units: number): void {
  // A stepped cell is what is kept of it plus the next cell, which therefore takes its weight on.
  for (let place = 0; place + 1 < stepped.length; place += 1)
    if (stepped[place] === 1)
      for (let unit = 0; unit < units; unit += 1)
        weights[(place + 1) * units + unit]! += weights[place * units + unit]!;
}

/** Derivatives by the kept cells' weights → derivatives by the cells' weights: the transpose of `towardsKept`. In place. */
export function fromKept(stepped: Uint8Array, derivatives: Float64Array, units: number): void {
  for (let place = stepped.length - 2; place >= 0; place -= 1)
    if (stepped[place] === 1)
      for (let unit = 0; unit < units; unit += 1)
        derivatives[place * units + unit]! += derivatives[(place + 1) * units + unit]!;
}

/** `sums[row] = Σ kept cell · weight`, by unit. Rows and weights have their units side by side. */
export function* multiply(
  { chunks }: CompressedRows,
  weights: Float64Array,
  units: number,
  sums: Float64Array,
): Work<void> {
  let first = 0;
  for (const chunk of chunks) {
    if (units === 1) multiplyOne(chunk, weights, sums, first);
    else multiplyMany(chunk, weights, units, sums, first);
    first += chunk.rows;
    yield chunk.rows;
  }
}

function multiplyOne(
  { rows, starts, places, values }: Chunk,
  weights: Float64Array,
  sums: Float64Array,
  first: number,
): void {
  for (let row = 0, at = 0; row < rows; row += 1) {
    const end = starts[row + 1]!;
    let sum = 0;
    for (; at < end; at += 1) sum += values[at]! * weights[places[at]!]!;
    sums[first + row] = sum;
  }
}

function multiplyMany(
  { rows, starts, places, values }: Chunk,
  weights: Float64Array,
  units: number,
  sums: Float64Array,
  first: number,
): void {
  for (let row = 0, at = 0; row < rows; row += 1) {
    const end = starts[row + 1]!;
    const into = (first + row) * units;
    for (let unit = 0; unit < units; unit += 1) sums[into + unit] = 0;
    for (; at < end; at += 1) {
      const value = values[at]!;
      const from = places[at]! * units;
      for (let unit = 0; unit < units; unit += 1) sums[into + unit]! += value * weights[from + unit]!;
    }
  }
}

/** Adds `Σ row's value · kept cell` to `sums`, by place and unit. */
export function* multiplyTransposed(
  { chunks }: CompressedRows,
  byRow: Float64Array,
  units: number,
  sums: Float64Array,
): Work<void> {
  let first = 0;
  for (const { rows, starts, places, values } of chunks) {
    for (let row = 0, at = 0; row < rows; row += 1) {
      const end = starts[row + 1]!;
      const from = (first + row) * units;
      if (units === 1) {
        const own = byRow[from]!;
        for (; at < end; at += 1) sums[places[at]!]! += own * values[at]!;
        continue;
      }
      for (; at < end; at += 1) {
        const value = values[at]!;
        const into = places[at]! * units;
        for (let unit = 0; unit < units; unit += 1) sums[into + unit]! += value * byRow[from + unit]!;
      }
    }
    first += rows;
    yield rows;
  }
}
