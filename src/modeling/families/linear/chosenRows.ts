import type { SparseRows } from '../../../features/sparseRows.ts';
import type { Work } from '../../../work.ts';
import { chunksOf, compressRows, fromKept, momentsOf } from './compressedRows.ts';
import type { Chunk, ColumnMoments, CompressedRows, Sums } from './compressedRows.ts';

/** Rows by what is kept of them, with the moments of their columns. */
interface Compressed {
  readonly compressed: CompressedRows;
  readonly moments: ColumnMoments;
}

/** Rows of so many cells at most, zeros too, are compressed whole where a part of them is asked for. */
const mostCells = 20_000_000;

/** What was compressed whole, for as long as somebody has the rows. */
const known = new WeakMap<SparseRows, Compressed>();

/**
 * `compressRows`, where rows may be some of others: folds learn from most of the same rows again and again, so these are
 * compressed once and a fold takes what is kept of its own. Moments are of the fold's rows; only deviations and largest
 * sizes of columns that are kept as differences are those of all.
 *
 * @param as rows of which these are more, compressed in the same way; their moments are not looked at
 */
export function* compressChosen(sparse: SparseRows, as?: CompressedRows): Work<Compressed> {
  const { chosen } = sparse;
  if (chosen === undefined)
    return (as === undefined ? known.get(sparse) : undefined) ?? (yield* compressRows(sparse, as));
  const { from, positions } = chosen;
  const isMost = 2 * positions.length >= from.rows && from.rows * from.width <= mostCells;
  if (as === undefined && isMost && !known.has(from)) known.set(from, yield* compressRows(from));
  const whole = known.get(from);
  const isAlike = as === undefined ? isMost : whole?.compressed.stepped === as.stepped;
  if (whole === undefined || !isAlike) return yield* compressRows(sparse, as);
  return yield* taking(whole, positions);
}

function* taking({ compressed, moments }: Compressed, positions: Int32Array): Work<Compressed> {
  const { width, stepped } = compressed;
  const zeros = (): Float64Array => new Float64Array(width);
  const sums: Sums = { rows: positions.length, sum: zeros(), squares: zeros(), largest: zeros() };
  const chunks: Chunk[] = [];
  for (const { from, to } of chunksOf(positions.length, width)) {
    const chunk = takeChunk(compressed, positions.subarray(from, to));
    addKept(chunk, sums);
    chunks.push(chunk);
    yield to - from;
  }
  fromKept(stepped, sums.sum, 1);
  const own = momentsOf(sums);
  // Of a column that is kept as differences these do not tell: it is within ±1, where its weight needs no unit of its own.
  const ofAll = (values: Float64Array, all: Float64Array): Float64Array =>
    values.map((value, place) => (stepped[place] === 1 ? all[place]! : value));
  return {
    compressed: { rows: positions.length, width, chunks, stepped },
    moments: {
      means: own.means,
      deviations: ofAll(own.deviations, moments.deviations),
      largest: ofAll(own.largest, moments.largest),
    },
  };
}

function addKept({ places, values }: Chunk, { sum, squares, largest }: Sums): void {
  for (let at = 0; at < places.length; at += 1) {
    const place = places[at]!;
    const value = values[at]!;
    sum[place]! += value;
    squares[place]! += value * value;
    const size = Math.abs(value);
    if (size > largest[place]!) largest[place] = size;
  }
}

function takeChunk({ chunks }: CompressedRows, positions: Int32Array): Chunk {
  // All chunks but the last have as many rows.
  const each = chunks[0]?.rows ?? 1;
  const rows = positions.length;
  const starts = new Int32Array(rows + 1);
  for (let row = 0; row < rows; row += 1) {
    const own = chunks[Math.floor(positions[row]! / each)]!.starts;
    const place = positions[row]! % each;
    starts[row + 1] = starts[row]! + own[place + 1]! - own[place]!;
  }
  const places = new Int32Array(starts[rows]!);
  const values = new Float32Array(starts[rows]!);
  for (let row = 0; row < rows; row += 1) {
    const own = chunks[Math.floor(positions[row]! / each)]!;
    const begin = own.starts[positions[row]! % each]!;
    for (let into = starts[row]!, at = begin; into < starts[row + 1]!; into += 1, at += 1) {
      places[into] = own.places[at]!;
      values[into] = own.values[at]!;
    }
  }
  return { rows, starts, places, values };
}
