import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evenly, share } from './evenly.fixture.ts';
import { binOf, countSorted, equalWidthCuts } from './histogram.ts';
import { finiteRange, moments, sampleStd } from './moments.ts';
import {
  between,
  orderStatistics,
  quantile,
  quantileCuts,
  runs,
  sortedFinite,
  sortedPresent,
} from './quantiles.ts';

const array = (...values: number[]): Float64Array => Float64Array.from(values);
const upTo = (count: number): Float64Array => Float64Array.from({ length: count }, (_, i) => i);
const anyValues = fc
  .array(fc.oneof(fc.double(), evenly(-5, 5)), { maxLength: 30 })
  .map((list) => Float64Array.from(list));
const largest = Number.MAX_VALUE;

describe('quantiles', () => {
  it('agree with np.quantile', () => {
    const values = [1, 2, 4, 8, 16];
    expect([0, 0.1, 0.5, 0.9, 1].map((p) => quantile(values, p))).toEqual([1, 1.4, 4, 12.8, 16]);
    // numpy.quantile([1, 2, 4, 8, 100], [.1, .25, .5, .9])
    const expected = [1.4, 2, 4, 63.2];
    [0.1, 0.25, 0.5, 0.9].forEach((p, i) =>
      expect(quantile(array(1, 2, 4, 8, 100), p)).toBeCloseTo(expected[i]!, 12),
    );
  });

  it('of nothing are nothing, of one value that value, beyond the ends the ends', () => {
    expect(quantile([], 0.5)).toBeNaN();
    expect([0, 0.3, 1].map((p) => quantile([7], p))).toEqual([7, 7, 7]);
    expect([-1, 2].map((p) => quantile([1, 2, 3], p))).toEqual([1, 3]);
  });

  it('stay between the values, also where their distance overflows, and are exact at a value', () => {
    fc.assert(
      fc.property(anyValues, share, (values, p) => {
        const sorted = sortedFinite(values);
        fc.pre(sorted.length > 0);
        const q = quantile(sorted, p);
        // One rounding error of the interpolation.
        const slack = Math.max(Math.abs(sorted[0]!), Math.abs(sorted.at(-1)!)) * 1e-15;
        expect(q).toBeGreaterThanOrEqual(sorted[0]! - slack);
        expect(q).toBeLessThanOrEqual(sorted.at(-1)! + slack);
      }),
    );
    expect(quantile(array(-largest, largest), 0.5)).toBe(0);
    expect(quantile(array(1, 2, Infinity), 0.5)).toBe(2);
    expect(between(-largest, largest, 0.75) / largest).toBeCloseTo(0.5, 12);
    expect([0, 0.5, 1].map((part) => between(3, 5, part))).toEqual([3, 4, 5]);
  });

  it('sort what is present, and what is finite', () => {
    const values = [3, Number.NaN, -1, Infinity, 2, -Infinity, -0];
    expect([...sortedPresent(values)]).toEqual([-Infinity, -1, 0, 2, 3, Infinity]);
    expect([...sortedFinite(values)]).toEqual([-1, 0, 2, 3]);
    expect(Object.is(sortedFinite([-0])[0], 0)).toBe(true);
  });

  it('keep the middle of equal runs', () => {
    const values = upTo(1000);
    expect([...orderStatistics(values, 4)]).toEqual([125, 375, 625, 875]);
    expect([...orderStatistics(upTo(5), 2)]).toEqual([1, 3]);
    expect(orderStatistics(values, 1000)).toBe(values);
    expect(orderStatistics(values, 999)).toHaveLength(999);
  });

  it('cut into parts of equal mass', () => {
    expect(quantileCuts(upTo(101), 4)).toEqual([25, 50, 75]);
    expect(quantileCuts(array(), 4)).toEqual([]);
    expect(quantileCuts(array(5, 5, 5), 4)).toEqual([]);
    expect(quantileCuts(upTo(101), 1)).toEqual([]);
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

  it('runs are the different values and how often each stands there', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -3, max: 3 })), (list) => {
        const { values, counts } = runs(sortedFinite(list));
        expect([...values]).toEqual([...new Set(list)].sort((a, b) => a - b));
        expect([...counts]).toEqual([...values].map((value) => list.filter((x) => x === value).length));
      }),
    );
  });
});

describe('histogram', () => {
  it('counts half-open bins, the same by binary search of either', () => {
    const values = array(-1, 0, 1, 1, 2, 3);
    const cuts = [0, 1, 3];
    expect([...countSorted(values, cuts)]).toEqual([1, 1, 3, 1]);
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -6, max: 6 })),
        fc.uniqueArray(fc.integer({ min: -5, max: 5 }), { maxLength: 5 }),
        (list, edges) => {
          const ascending = sortedFinite(list);
          const of = edges.sort((a, b) => a - b);
          const counts = new Float64Array(of.length + 1);
          for (const value of list) counts[binOf(value, of)]! += 1;
          expect(countSorted(ascending, of)).toEqual(counts);
          for (const value of list) expect(binOf(value, of)).toBe(of.filter((cut) => cut <= value).length);
        },
      ),
    );
    expect(binOf(Number.NaN, cuts)).toBe(0);
  });

  it('cuts evenly between two different, finite ends', () => {
    expect(equalWidthCuts(0, 4, 4)).toEqual([1, 2, 3]);
    expect(equalWidthCuts(-1, 1, 2)).toEqual([0]);
    expect(equalWidthCuts(4, 4, 4)).toEqual([]);
    expect(equalWidthCuts(5, 4, 4)).toEqual([]);
    expect(equalWidthCuts(-largest, largest, 4).map((cut) => cut / largest)).toEqual([
      expect.closeTo(-0.5, 12),
      0,
      expect.closeTo(0.5, 12),
    ]);
    expect(equalWidthCuts(-Infinity, 0, 4)).toEqual([]);
    expect(equalWidthCuts(0, Infinity, 4)).toEqual([]);
  });
});

describe('moments', () => {
  it('are numpy.mean and numpy.std of the finite values', () => {
    // numpy.mean, numpy.std of [1, 2, 4, 8, 100]
    expect(moments([1, 2, Number.NaN, 4, 8, Infinity, 100, -Infinity])).toEqual({
      count: 5,
      mean: expect.closeTo(23, 10),
      std: expect.closeTo(38.57460304397182, 10),
    });
  });

  it('keep digits far from 0 and do not overflow', () => {
    expect(moments([1e9 + 1, 1e9 + 2, 1e9 + 3])).toEqual({
      count: 3,
      mean: expect.closeTo(1e9 + 2, 6),
      std: expect.closeTo(Math.sqrt(2 / 3), 6),
    });
    expect(moments([-largest, largest])).toEqual({ count: 2, mean: 0, std: largest });
  });

  it('of a constant are exact, of nothing are nothing', () => {
    expect(moments([0.1, 0.1, 0.1])).toEqual({ count: 3, mean: 0.1, std: 0 });
    expect(moments([NaN])).toEqual({ count: 0, mean: NaN, std: NaN });
  });

  it('range and sample deviation', () => {
    expect(finiteRange([3, NaN, -2, Infinity])).toEqual({ count: 2, low: -2, high: 3 });
    expect(finiteRange([NaN])).toEqual({ count: 0, low: NaN, high: NaN });
    // numpy.std([1, 2, 4, 8, 100], ddof=1)
    expect(sampleStd(moments([1, 2, 4, 8, 100]))).toBeCloseTo(43.12771730569565, 10);
    expect(sampleStd(moments([5]))).toBe(0);
    expect(sampleStd(moments([-largest, largest]))).toBe(largest);
    expect(sampleStd(moments([]))).toBeNaN();
  });
});
