import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { takeFeatureRows } from '../../../features/selectedRows.ts';
import type { SparseRows } from '../../../features/sparseRows.ts';
import { finish } from '../../../work.ts';
import { rowsOfDense } from '../../rows.fixture.ts';
import { compressChosen } from './chosenRows.ts';
import { compressRows, multiply, towardsKept } from './compressedRows.ts';
import type { CompressedRows } from './compressedRows.ts';

const sumsOf = (rows: CompressedRows, weights: Float64Array): Float64Array => {
  const kept = weights.slice();
  towardsKept(rows.stepped, kept, 1);
  const sums = new Float64Array(rows.rows);
  finish(multiply(rows, kept, 1, sums));
  return sums;
};

const near = (own: Float64Array, other: Float64Array): void => {
  expect(own).toHaveLength(other.length);
  for (const [at, value] of own.entries()) expect(value).toBeCloseTo(other[at]!, 9);
};

/** Runs of ones as bins have them, and a number; and which rows are chosen, in any order. */
const tables = fc
  .array(fc.tuple(fc.nat({ max: 5 }), fc.integer({ min: -40, max: 40 })), { minLength: 2, maxLength: 30 })
  .chain((cells) =>
    fc.record({
      cells: fc.constant(cells),
      positions: fc.shuffledSubarray([...cells.keys()], { minLength: 1 }),
    }),
  );

const encoded = (cells: readonly (readonly [number, number])[]): ReturnType<typeof rowsOfDense> =>
  rowsOfDense(
    Float32Array.from(
      cells.flatMap(([bins, number]) => [
        ...Array.from({ length: 5 }, (_, at) => (at < bins ? 1 : 0)),
        number / 8,
      ]),
    ),
    cells.length,
    6,
  );

it('holds the rows that were chosen, whether all were compressed or these alone', () => {
  fc.assert(
    fc.property(tables, ({ cells, positions }) => {
      const all = encoded(cells);
      const sparse: SparseRows = all.sparse;
      const chosen = takeFeatureRows({ ...all, sparse }, Int32Array.from(positions)).sparse;
      const { compressed, moments } = finish(compressChosen(chosen));
      const alone = finish(compressRows(chosen));
      const weights = Float64Array.from([0.5, -1, 2, 0.25, 1, -3]);
      near(sumsOf(compressed, weights), sumsOf(alone.compressed, weights));
      near(moments.means, alone.moments.means);
      // Of a number, whose weight is measured in them.
      expect(moments.largest[5]).toBe(alone.moments.largest[5]);
      expect(moments.deviations[5]).toBeCloseTo(alone.moments.deviations[5]!, 9);
      // Rows that are like these ones: few are compressed as they are, by the same differences.
      const few = takeFeatureRows({ ...all, sparse }, Int32Array.of(positions[0]!)).sparse;
      const like = finish(compressChosen(few, compressed)).compressed;
      expect(like.stepped).toEqual(compressed.stepped);
      near(sumsOf(like, weights), sumsOf(compressed, weights).slice(0, 1));
    }),
  );
});

it('takes from all rows where most are chosen, so that folds read them once', () => {
  let read = 0;
  const all = encoded([
    [1, 2],
    [3, 4],
    [5, 6],
    [0, 7],
  ]);
  const { sparse } = all;
  const counted: SparseRows = {
    ...sparse,
    range: (from, to) => {
      read += to - from;
      return sparse.range(from, to);
    },
  };
  const take = (...positions: number[]): SparseRows =>
    takeFeatureRows({ ...all, sparse: counted }, Int32Array.from(positions)).sparse;
  const first = finish(compressChosen(take(0, 1, 2)));
  finish(compressChosen(take(3), first.compressed));
  finish(compressChosen(take(1, 2, 3)));
  expect(read).toBe(4);
});
