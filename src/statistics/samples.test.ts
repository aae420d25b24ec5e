import { describe, expect, it } from 'vitest';
import { binOf, countSorted, equalWidthCuts } from './histogram.ts';
import { moments } from './moments.ts';
import { orderStatistics, quantile, quantileCuts, sortedPresent } from './quantiles.ts';

describe('quantiles', () => {
  it('agree with np.quantile', () => {
    const values = [1, 2, 4, 8, 16];
    expect([0, 0.1, 0.5, 0.9, 1].map((p) => quantile(values, p))).toEqual([1, 1.4, 4, 12.8, 16]);
    expect(quantile([], 0.5)).toBeNaN();
  });

  it('sort what is present', () => {
    expect([...sortedPresent([3, Number.NaN, -1, 2])]).toEqual([-1, 2, 3]);
  });

  it('keep the middle of equal runs', () => {
    const values = Float64Array.from({ length: 1000 }, (_, i) => i);
    expect([...orderStatistics(values, 4)]).toEqual([125, 375, 625, 875]);
    expect(orderStatistics(values, 1000)).toBe(values);
  });

  it('merge cuts of a heavy value', () => {
    const values = sortedPresent([
      ...Array.from({ length: 90 }, () => 0),
      ...Array.from({ length: 10 }, (_, i) => i + 1),
    ]);
    const cuts = quantileCuts(values, 20);
    expect(cuts).toHaveLength(2);
    expect(cuts[1]!).toBeGreaterThan(cuts[0]!);
  });
});

describe('histogram', () => {
  it('counts half-open bins, the same by binary search of either', () => {
    const values = Float64Array.of(-1, 0, 1, 1, 2, 3);
    const cuts = [0, 1, 3];
    expect([...countSorted(values, cuts)]).toEqual([1, 1, 3, 1]);
    const counts = [0, 0, 0, 0];
    for (const value of values) counts[binOf(value, cuts)]! += 1;
    expect(counts).toEqual([1, 1, 3, 1]);
  });

  it('cuts evenly', () => {
    expect(equalWidthCuts(0, 4, 4)).toEqual([1, 2, 3]);
    expect(equalWidthCuts(4, 4, 4)).toEqual([]);
  });
});

describe('moments', () => {
  it('leave NaN out and keep digits far from 0', () => {
    expect(moments([1e9 + 1, Number.NaN, 1e9 + 2, 1e9 + 3])).toEqual({
      count: 3,
      mean: 1e9 + 2,
      std: expect.closeTo(Math.sqrt(2 / 3), 9),
    });
    expect(moments([]).mean).toBeNaN();
  });
});
