import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { studentQuantile, studentTail } from '../student.ts';
import { aucInterval } from './auc.ts';
import { meanInterval } from './hall.ts';
import { logitInterval } from './logit.ts';
import { prAucInterval } from './prAuc.ts';
import { f1Interval, shareDifferenceInterval, shareInterval } from './share.ts';

const placed = (value: number, positives: number, negatives: number) =>
  aucInterval({
    positives: new Float64Array(positives).fill(value),
    negatives: new Float64Array(negatives).fill(value),
  });

describe('mean', () => {
  it('of a skewed sample is as Hall has it, to six digits', () => {
    const { mean, low, high, skewness } = meanInterval([0.1, 0.2, 0.2, 0.3, 0.4, 0.5, 0.7, 1.1, 1.9, 4.6]);
    expect([mean, low, high]).toEqual([
      expect.closeTo(1, 12),
      expect.closeTo(0.315512, 6),
      expect.closeTo(4.685588, 6),
    ]);
    expect(skewness).toBeGreaterThan(2);
  });

  it('of a sample without skewness is that of Student', () => {
    const { low, high } = meanInterval([1, 2, 3, 4, 5]);
    // 2.776445 × √(2.5 / 5)
    expect([low, high]).toEqual([expect.closeTo(1.036757, 6), expect.closeTo(4.963243, 6)]);
  });

  it('of equal values is that value, and of fewer than two there is none', () => {
    expect(meanInterval([3, 3, 3])).toMatchObject({ mean: 3, low: 3, high: 3, skewness: 0 });
    expect(meanInterval([3])).toMatchObject({ mean: 3, low: Number.NaN, high: Number.NaN });
    expect(meanInterval([])).toMatchObject({ mean: Number.NaN, low: Number.NaN });
    expect(meanInterval([1, Number.NaN, 2])).toMatchObject({ count: 2, mean: 1.5 });
  });

  it('moves and stretches with its sample, and turns with its sign', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: 3, maxLength: 30 }),
        fc.double({ min: 0.1, max: 10, noNaN: true }),
        fc.double({ min: -50, max: 50, noNaN: true }),
        (values, by, to) => {
          const own = meanInterval(values);
          fc.pre(own.high - own.low > 1e-3);
          const moved = meanInterval(values.map((value) => by * value + to));
          expect(moved.low).toBeCloseTo(by * own.low + to, 5);
          const turned = meanInterval(values.map((value) => -value));
          expect(turned.low).toBeCloseTo(-own.high, 5);
          expect(own.low).toBeLessThan(own.high);
        },
      ),
    );
  });
});

describe('shares', () => {
  it('are as Wilson has them', () => {
    const { low, high } = shareInterval(10, 30);
    expect([low, high]).toEqual([expect.closeTo(0.192305, 6), expect.closeTo(0.512199, 6)]);
    expect(shareInterval(0, 30).low).toBe(0);
    expect(shareInterval(30, 30).high).toBe(1);
    expect(shareInterval(0, 0).low).toBeNaN();
  });

  it('F1 follows the share of hits among hits and misses', () => {
    const { low, high } = f1Interval(10, 20);
    expect([low, high]).toEqual([expect.closeTo(0.322577, 6), expect.closeTo(0.677423, 6)]);
    expect(f1Interval(0, 0).low).toBeNaN();
  });

  it('a difference of shares is as Newcombe has it (1998, 56/70 and 48/80)', () => {
    const { low, high } = shareDifferenceInterval({ hits: 56, count: 70 }, { hits: 48, count: 80 });
    expect([low, high]).toEqual([expect.closeTo(0.0524, 4), expect.closeTo(0.3339, 4)]);
  });
});

describe('areas', () => {
  it('AUC of few rows is as Hanley and McNeil have it, on log odds', () => {
    const { low, high } = placed(0.8, 5, 47);
    expect([low, high]).toEqual([expect.closeTo(0.470856, 6), expect.closeTo(0.947315, 6)]);
  });

  it('a perfect AUC is not certain (Newcombe, method 5), and neither is one of 0', () => {
    expect(placed(1, 5, 47)).toEqual({ low: expect.closeTo(0.788755, 6), high: 1 });
    expect(placed(0, 5, 47)).toEqual({ low: 0, high: expect.closeTo(1 - 0.788755, 6) });
  });

  it('from 50 rows of each class on it is as DeLong has it', () => {
    const spread = (count: number) => Float64Array.from({ length: count }, (_, i) => (i % 2 === 0 ? 0.6 : 1));
    const few = aucInterval({ positives: spread(49), negatives: spread(80) });
    const many = aucInterval({ positives: spread(50), negatives: spread(80) });
    const error = Math.sqrt(0.04 / 49 + 0.04 / 79);
    const { low, high } = logitInterval(0.8, error, 1.985);
    expect(many.low).toBeCloseTo(low, 3);
    expect(many.high).toBeCloseTo(high, 3);
    expect(few.high - few.low).not.toBeCloseTo(many.high - many.low, 3);
  });

  it('scores that say nothing are still not certain, and one class has none', () => {
    const { low, high } = placed(0.5, 60, 60);
    expect(low).toBeLessThan(0.45);
    expect(high).toBeGreaterThan(0.55);
    expect(placed(0.5, 0, 10).low).toBeNaN();
  });

  it('PR AUC has an interval from 10 positives on, and says why not', () => {
    expect(prAucInterval(0.5, 9)).toMatchObject({
      low: Number.NaN,
      note: expect.stringContaining('9 positive rows'),
    });
    const { low, high, note } = prAucInterval(0.5, 10);
    expect(note).toBeUndefined();
    expect(low + high).toBeCloseTo(1, 12);
    expect(prAucInterval(1, 20)).toMatchObject({ high: 1 });
    expect(prAucInterval(1, 20).low).toBeLessThan(0.9);
    expect(prAucInterval(Number.NaN, 0).note).toBeUndefined();
  });
});

describe("quantile of Student's t", () => {
  it.each([
    [1, 12.706204736],
    [9, 2.262157163],
    [199, 1.971956544],
    [1e6, 1.959966],
  ])('of %d degrees of freedom is %d', (dof, t) => {
    expect(studentQuantile(0.025, dof)).toBeCloseTo(t, 5);
    expect(studentTail(studentQuantile(0.025, dof), dof)).toBeCloseTo(0.025, 10);
  });
});
