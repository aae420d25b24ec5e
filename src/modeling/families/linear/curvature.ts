import type { Work } from '../../../work.ts';
import { factorise, solveFactorised } from './cholesky.ts';
import { fromKept } from './compressedRows.ts';
import type { LinearProblem } from './problem.ts';

/** Columns up to which the whole curvature is worth its making. */
const mostColumns = 800;
/** Cells of all units' curvature, and products that are summed for it, at most. */
const mostCells = 4_000_000;
const mostProducts = 4_000_000;
/** Multiplications of all units' factors at most. */
const mostFactoring = 400_000_000;

/** Turns derivatives into the step that a parabola of this curvature asks for. In place. */
export type Curved = (derivatives: Float64Array) => void;

/** Curvature of the mean loss, to be turned round with a penalty by column. */
export type Curvature = (penalty: Float64Array) => Curved;

/**
 * Curvature of the mean loss, each unit by itself. Of many rows every so-and-so-many-th is looked at, and of very many
 * columns the diagonal only: it says which way to go, not where to arrive.
 *
 * @param margins where it is taken
 */
export function* curvatureAt(problem: LinearProblem, margins: Float64Array): Work<Curvature> {
  const { rows, loss } = problem;
  const { units } = loss;
  const size = rows.width + 1;
  if (
    rows.width > mostColumns ||
    units * size * size > mostCells ||
    (units * size * size * size) / 6 > mostFactoring
  )
    return yield* diagonal(problem, margins);
  const every = stride(problem);
  const all: Float64Array[] = [];
  for (let unit = 0; unit < units; unit += 1) all.push(yield* summed(problem, margins, unit, every));
  return (penalty) => turnedRound(all, penalty, size);
}

/** Solves by the factors of the sums with their penalty. */
function turnedRound(all: readonly Float64Array[], penalty: Float64Array, size: number): Curved {
  const units = all.length;
  const factors = all.map((sums) => {
    const factor = sums.slice();
    for (let place = 0; place < penalty.length; place += 1) factor[place * size + place]! += penalty[place]!;
    factorise(factor, size);
    return factor;
  });
  const own = new Float64Array(size);
  return (derivatives) => {
    for (const [unit, factor] of factors.entries()) {
      for (let at = 0; at < size; at += 1) own[at] = derivatives[at * units + unit]!;
      solveFactorised(factor, size, own);
      for (let at = 0; at < size; at += 1) derivatives[at * units + unit] = own[at]!;
    }
  };
}

function stride({ rows, loss }: LinearProblem): number {
  const cells = rows.chunks.reduce((sum, { values }) => sum + values.length, 0);
  const perRow = cells / Math.max(1, rows.rows);
  const wished = Math.ceil((rows.rows * perRow * perRow * 0.5 * loss.units) / mostProducts);
  return Math.max(1, Math.min(wished, Math.floor(rows.rows / (4 * rows.width + 100))));
}

/** Mean over rows of `curvature · cell · cellᵀ`, centred, with the intercept last. */
function* summed(
  { rows, means, loss }: LinearProblem,
  margins: Float64Array,
  unit: number,
  every: number,
): Work<Float64Array> {
  const size = rows.width + 1;
  const sums = new Float64Array(size * size);
  const last = rows.width;
  let first = 0;
  let seen = 0;
  for (const { rows: count, starts, places, values } of rows.chunks) {
    for (let row = (every - (first % every)) % every; row < count; row += every) {
      const weight = loss.curvature(margins, first + row, unit);
      const from = starts[row]!;
      const to = starts[row + 1]!;
      for (let left = from; left < to; left += 1) {
        const own = weight * values[left]!;
        const into = places[left]! * size;
        for (let right = left; right < to; right += 1) sums[into + places[right]!]! += own * values[right]!;
        sums[into + last]! += own;
      }
      sums[last * size + last]! += weight;
      seen += 1;
    }
    first += count;
    yield count;
  }
  for (let row = 0; row < size; row += 1)
    for (let column = row; column < size; column += 1)
      sums[column * size + row] = sums[row * size + column]! /= Math.max(1, seen);
  towardsCells(rows.stepped, sums, size);
  centre(sums, means, size);
  return sums;
}

/** Sums over what is kept of the cells → sums over the cells: once by rows, once by columns. */
function towardsCells(stepped: Uint8Array, sums: Float64Array, size: number): void {
  fromKept(stepped, sums, size);
  for (let row = 0; row < size; row += 1) fromKept(stepped, sums.subarray(row * size, (row + 1) * size), 1);
}

function centre(sums: Float64Array, means: Float64Array, size: number): void {
  const last = size - 1;
  const total = sums[last * size + last]!;
  const firsts = sums.slice(last * size, last * size + last);
  for (let row = 0; row < last; row += 1) {
    const mean = means[row]!;
    for (let column = 0; column < last; column += 1)
      sums[row * size + column]! -=
        mean * firsts[column]! + firsts[row]! * means[column]! - total * mean * means[column]!;
    sums[last * size + row] = sums[row * size + last] = firsts[row]! - total * mean;
  }
}

/** By the columns' deviations, as if curvature and cells knew nothing of each other. */
function* diagonal({ rows, deviations, loss }: LinearProblem, margins: Float64Array): Work<Curvature> {
  const { units } = loss;
  const weights = new Float64Array(units);
  for (let row = 0; row < rows.rows; row += 1) {
    for (let unit = 0; unit < units; unit += 1)
      weights[unit]! += loss.curvature(margins, row, unit) / rows.rows;
    if (row % 4096 === 4095) yield 4096;
  }
  return (penalty) => (derivatives) => {
    for (let place = 0; place <= rows.width; place += 1) {
      const square = place < rows.width ? deviations[place]! ** 2 : 1;
      for (let unit = 0; unit < units; unit += 1) {
        const curvature = Math.max(weights[unit]! * square, 1e-12) + (penalty[place] ?? 0);
        derivatives[place * units + unit]! /= curvature;
      }
    }
  };
}
