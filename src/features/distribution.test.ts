import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evenly, share } from '../statistics/evenly.fixture.ts';
import { countAtMost, moments, quantile, runs, shortNumber, sortedFinite } from './distribution.ts';

const array = (...values: number[]): Float64Array => Float64Array.from(values);
const values = fc
  .array(fc.oneof(fc.double(), evenly(-5, 5)), { maxLength: 30 })
  .map((list) => Float64Array.from(list));

describe('distribution', () => {
  it('takes quantiles as numpy does (linear)', () => {
    // numpy.quantile([1, 2, 4, 8, 100], [.1, .25, .5, .9])
    const x = array(1, 2, 4, 8, 100);
    const expected = [1.4, 2, 4, 63.2];
    [0.1, 0.25, 0.5, 0.9].forEach((p, i) => expect(quantile(x, p)).toBeCloseTo(expected[i]!, 12));
  });
  it('has the population standard deviation, exactly 0 for a constant', () => {
    // numpy.mean, numpy.std of [1, 2, 4, 8, 100]
    const { mean, std } = moments(array(1, 2, 4, 8, 100));
    expect(mean).toBeCloseTo(23, 10);
    expect(std).toBeCloseTo(38.574602, 5);
    expect(moments(array(0.1, 0.1, 0.1))).toEqual({ mean: 0.1, std: 0 });
    expect(moments(array(NaN))).toEqual({ mean: 0, std: 0 });
  });
  it('keeps quantiles within the values, never NaN', () => {
    fc.assert(
      fc.property(values, share, (x, p) => {
        const sorted = sortedFinite(x);
        fc.pre(sorted.length > 0);
        const q = quantile(sorted, p);
        // One rounding error of the interpolation.
        const slack = Math.max(Math.abs(sorted[0]!), Math.abs(sorted.at(-1)!)) * 1e-15;
        expect(q).toBeGreaterThanOrEqual(sorted[0]! - slack);
        expect(q).toBeLessThanOrEqual(sorted.at(-1)! + slack);
      }),
    );
  });
  it('counts runs and edges as a plain loop does', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -3, max: 3 })),
        fc.integer({ min: -4, max: 4 }),
        (list, value) => {
          const sorted = sortedFinite(Float64Array.from(list));
          const { values: different, counts } = runs(sorted);
          expect(Array.from(different)).toEqual([...new Set(list)].sort((a, b) => a - b));
          expect(Array.from(counts)).toEqual(
            Array.from(different, (d) => list.filter((x) => x === d).length),
          );
          expect(countAtMost(sorted, value)).toBe(list.filter((x) => x <= value).length);
        },
      ),
    );
  });
  it('shortens numbers for names', () => {
    expect([0.1 + 0.2, 1234567, 1e-9].map(shortNumber)).toEqual(['0.3', '1234570', '1e-9']);
  });
});
