import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { finish } from '../../work.ts';
import { rowsOfDense } from '../rows.fixture.ts';
import { backgroundRows, drawBackground } from './background.ts';
import { sampledExplainer } from './sampledExplainer.ts';
import type { Sums } from './sampledExplainer.ts';

/** Three columns of four cells: the second has two. */
const sources = {
  columns: ['a', 'b', 'unused', 'c'],
  ofPrepared: Int32Array.of(0, 1, 2, 3),
  ofCell: Int32Array.of(0, 1, 1, 3),
  ofSparse: new Int32Array(0),
};
const width = 4;

const modelOf = (units: number, sum: (cells: Float32Array, unit: number) => number): Sums => ({
  units,
  steps: 1,
  logits: (dense, rows) =>
    Float32Array.from({ length: rows * units }, (_, at) => {
      const row = Math.floor(at / units);
      return sum(dense.subarray(row * width, (row + 1) * width), at % units);
    }),
});

const cells = (rows: number): fc.Arbitrary<Float32Array> =>
  fc
    .array(fc.integer({ min: -8, max: 8 }), { minLength: rows * width, maxLength: rows * width })
    .map((values) => Float32Array.from(values));

describe('sampled contributions', () => {
  it('add up with the base to the sum of the row, and do not depend on the other rows', () => {
    const model = modelOf(2, (x, unit) => (unit + 1) * x[0]! * x[1]! - x[2]! * Math.abs(x[3]!));
    fc.assert(
      fc.property(cells(3), cells(5), (dense, background) => {
        const explainer = sampledExplainer(model, background, sources);
        const all = finish(explainer.contributions(rowsOfDense(dense, 3, width)));
        const sums = model.logits(dense, 3);
        sums.forEach((sum, at) => {
          const own = all.values.subarray(at * 4, at * 4 + 4);
          expect(all.base[at % 2]! + own.reduce((left, right) => left + right, 0)).toBeCloseTo(sum, 3);
          expect(own[2]).toBe(0);
        });
        const alone = finish(explainer.contributions(rowsOfDense(dense.slice(width, 2 * width), 1, width)));
        expect(alone.values).toEqual(all.values.slice(8, 16));
      }),
      { numRuns: 50 },
    );
  });

  it('are exact for a linear model: each weight times how far the cell is from the mean', () => {
    const weights = [2, -1, 0.5, 3];
    const model = modelOf(1, (x) => x.reduce((sum, cell, at) => sum + weights[at]! * cell, 0));
    fc.assert(
      fc.property(cells(1), cells(6), (dense, background) => {
        const { values } = finish(
          sampledExplainer(model, background, sources).contributions(rowsOfDense(dense, 1, width)),
        );
        const from = weights.map((weight, at) => {
          let mean = 0;
          for (let row = 0; row < 6; row += 1) mean += background[row * width + at]! / 6;
          return weight * (dense[at]! - mean);
        });
        [from[0]!, from[1]! + from[2]!, 0, from[3]!].forEach((value, at) =>
          expect(values[at]).toBeCloseTo(value, 4),
        );
      }),
      { numRuns: 50 },
    );
  });

  it('start from rows that the seed deals, all of them where there are few', () => {
    const dense = Float32Array.from({ length: 200 * width }, (_, at) => at);
    const { blocks } = rowsOfDense(dense, 200, width);
    expect(drawBackground(blocks, 1)).toEqual(drawBackground(blocks, 1));
    expect(drawBackground(blocks, 1)).not.toEqual(drawBackground(blocks, 2));
    expect(drawBackground(blocks, 1)).toHaveLength(backgroundRows * width);
    expect(drawBackground(rowsOfDense(dense.slice(0, 8), 2, width).blocks, 1)).toEqual(dense.slice(0, 8));
  });
});
