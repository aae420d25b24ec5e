import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { correlation, ranksOf } from './rankCorrelation.ts';

describe('ranks', () => {
  it('are from 1 on, of equals their mean, and missing stays missing', () => {
    expect([...ranksOf(Float64Array.of(10, NaN, -3, 10, 7, -0, 0))]).toEqual([5.5, NaN, 1, 5.5, 4, 2.5, 2.5]);
    expect(ranksOf(new Float64Array(0))).toHaveLength(0);
  });
});

describe('correlation', () => {
  it('agrees with a published example of Spearman', () => {
    // IQ and hours of television of ten people (Wikipedia): −.17575758.
    const iq = Float64Array.of(106, 100, 86, 101, 99, 103, 97, 113, 112, 110);
    const hours = Float64Array.of(7, 27, 2, 50, 28, 29, 20, 12, 6, 17);
    expect(correlation(ranksOf(iq), ranksOf(hours))).toBeCloseTo(-0.17575758, 8);
  });

  it('is of the rows where both are there, and none where one never changes', () => {
    expect(correlation(Float64Array.of(1, 2, NaN, 4), Float64Array.of(2, 4, 9, 8))).toBeCloseTo(1, 12);
    expect(correlation(Float64Array.of(1, 1), Float64Array.of(2, 4))).toBeNaN();
    expect(correlation(Float64Array.of(NaN), Float64Array.of(2))).toBeNaN();
  });

  it('of ranks is the same after whatever rises, and turns with what falls', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: -9, max: 9 })), {
          minLength: 2,
        }),
        (pairs) => {
          const x = Float64Array.from(pairs, ([left]) => left);
          const y = Float64Array.from(pairs, ([, right]) => right);
          const own = correlation(ranksOf(x), ranksOf(y));
          fc.pre(!Number.isNaN(own));
          expect(correlation(ranksOf(x.map((cell) => Math.exp(cell))), ranksOf(y))).toBeCloseTo(own, 9);
          expect(correlation(ranksOf(x.map((cell) => -(cell ** 3))), ranksOf(y))).toBeCloseTo(-own, 9);
          expect(Math.abs(own)).toBeLessThanOrEqual(1);
        },
      ),
    );
  });
});
