import { describe, expect, it } from 'vitest';
import { apart, compareNumbers } from './compareNumbers.ts';
import { profileColumn } from './profileReference.ts';

const upTo = (count: number, make: (i: number) => number) =>
  Float64Array.from({ length: count }, (_, i) => make(i));
const reference = (values: Float64Array) => profileColumn('x', { kind: 'number', values }, values.length);

describe('bins of a chart', () => {
  it('have names that tell them apart, however close they lie', () => {
    expect(apart([1, 2.5, 1000])).toEqual(['1', '2.5', '1,000']);
    expect(apart([1000.1, 1000.2, 1000.3])).toEqual(['1000.1', '1000.2', '1000.3']);
    expect(apart([5, 5])).toEqual(['5', '5']);
    const close = upTo(1000, (i) => 100_000 + i / 1000);
    const labels = compareNumbers(reference(close), close, 0.1).bins.map(({ label }) => label);
    expect(new Set(labels).size).toBe(10);
  });

  it('go from below the first cut to above the last, missing cells at the end', () => {
    const values = upTo(101, (i) => i);
    const half = upTo(202, (i) => (i < 101 ? i : NaN));
    const { bins, change } = compareNumbers(reference(values), half, 0.1);
    expect(bins.map(({ label }) => label)).toEqual([
      '< 10.8',
      '10.8 – 20.6',
      '20.6 – 30.4',
      '30.4 – 40.2',
      '40.2 – 50',
      '50 – 59.8',
      '59.8 – 69.6',
      '69.6 – 79.4',
      '79.4 – 89.2',
      '≥ 89.2',
      'missing',
    ]);
    expect(bins.at(-1)).toEqual({ label: 'missing', reference: 0, current: 0.5 });
    expect(bins.reduce((sum, bin) => sum + bin.reference, 0)).toBeCloseTo(1, 12);
    expect(bins.reduce((sum, bin) => sum + bin.current, 0)).toBeCloseTo(1, 12);
    expect(change).toBe('missing 0 % → 50 %');
  });

  it('of a constant are one', () => {
    const constant = compareNumbers(
      reference(upTo(50, () => 7)),
      upTo(50, () => 7),
      0.1,
    );
    expect(constant.bins).toEqual([{ label: 'all values', reference: 1, current: 1 }]);
    expect(constant).toMatchObject({
      p: 1,
      effect: 0,
      test: 'ks',
      distance: 'wasserstein',
      change: 'mean 7 → 7',
    });
  });
});
