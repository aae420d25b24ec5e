import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { benjaminiHochberg } from './corrections.ts';
import { share } from './evenly.fixture.ts';
import {
  chiSquare,
  kolmogorovSmirnov,
  ksAsymptoticP,
  ksExactP,
  ksP,
  ksStatistic,
  normalDifferenceP,
} from './tests.ts';

const range = (n: number, from = 0): Float64Array => Float64Array.from({ length: n }, (_, i) => from + i);

// stats.ks_2samp(np.arange(m), np.arange(n) + shift, method='exact' | 'asymp'), scipy 1.17.1
describe('two-sample Kolmogorov–Smirnov', () => {
  it.each([
    [10, 10, 3, 0.3, 0.7869297884777761, 0.664],
    [200, 300, 20, 0.4, 1.2425598865119988e-17, 7.700034677352251e-18],
    [7, 5, 2, 0.2857142857142857, 0.9090909090909092, 0.9190152251376742],
    [30, 50, 4.5, 0.5, 9.06533276055432e-5, 6.450178067945801e-5],
  ])('%d against %d shifted by %d', (m, n, shift, d, exact, asymptotic) => {
    const got = ksStatistic(range(m), range(n, shift));
    expect(got).toBeCloseTo(d, 12);
    expect(ksExactP(got, m, n) / exact).toBeCloseTo(1, 9);
    expect(ksAsymptoticP(got, m, n) / asymptotic).toBeCloseTo(1, 9);
  });

  it('takes ties together and is symmetric', () => {
    const left = Float64Array.of(1, 1, 1, 2);
    const right = Float64Array.of(1, 2, 2, 2);
    expect(ksStatistic(left, right)).toBe(0.5);
    expect(ksStatistic(right, left)).toBe(0.5);
    expect(kolmogorovSmirnov(left, left)).toEqual({ statistic: 0, p: 1 });
  });

  it('has p = 1 for an empty sample and joins exact and asymptotic smoothly', () => {
    expect(ksP(0.5, 0, 10)).toBe(1);
    expect(ksP(0.5, 10, 0)).toBe(1);
    expect(ksP(0, 10, 10)).toBe(1);
    expect(ksP(0.1, 400, 500)).toBe(ksExactP(0.1, 400, 500));
    expect(ksP(0.1, 400, 501)).toBe(ksAsymptoticP(0.1, 400, 501));
    const exact = ksP(0.1, 400, 500);
    const asymptotic = ksP(0.1, 400, 501);
    expect(Math.abs(exact - asymptotic) / exact).toBeLessThan(0.1);
  });
});

describe('χ²', () => {
  it('agrees with stats.chi2_contingency', () => {
    const wide = chiSquare([10, 10, 20], [20, 20, 20]);
    expect([wide.statistic, wide.p, wide.dof]).toEqual([
      expect.closeTo(2.777778, 6),
      expect.closeTo(0.249352, 6),
      2,
    ]);
    const yates = chiSquare([10, 20], [20, 20], true);
    expect([yates.statistic, yates.p]).toEqual([expect.closeTo(1.3234375, 7), expect.closeTo(0.249976, 6)]);
    const plain = chiSquare([10, 20], [20, 20]);
    expect([plain.statistic, plain.p]).toEqual([expect.closeTo(1.944444, 6), expect.closeTo(0.163187, 6)]);
  });

  it('ignores empty columns and has nothing to say about one', () => {
    expect(chiSquare([10, 0, 20], [20, 0, 20])).toEqual(chiSquare([10, 20], [20, 20]));
    expect(chiSquare([10, 0], [5, 0])).toEqual({ statistic: 0, p: 1, dof: 0 });
    expect(chiSquare([0, 0], [5, 3]).p).toBe(1);
  });
});

describe('Benjamini–Hochberg', () => {
  // The 15 p-values of Benjamini & Hochberg 1995, section 4.1.
  const values = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528,
    0.759, 1,
  ];

  it('adjusts as published and rejects four at .05', () => {
    const adjusted = benjaminiHochberg(values);
    const expected = [0.0015, 0.003, 0.0095, 0.035625, 0.0603, 0.063857, 0.063857, 0.0645, 0.0765, 0.486];
    expected.forEach((value, i) => expect(adjusted[i]).toBeCloseTo(value, 6));
    expect(adjusted.filter((p) => p <= 0.05)).toHaveLength(4);
  });

  it('keeps order, stays within [p, 1] and passes NaN through', () => {
    expect(benjaminiHochberg([0.04, Number.NaN, 0.01])).toEqual([0.04, Number.NaN, 0.02]);
    fc.assert(
      fc.property(fc.array(share, { maxLength: 30 }), (list) => {
        const adjusted = benjaminiHochberg(list);
        return adjusted.every(
          (p, i) =>
            p >= list[i]! && p <= 1 && list.every((other, j) => other < list[i]! || adjusted[j]! >= p),
        );
      }),
    );
  });
});

describe('normal difference', () => {
  it('is one-sided', () => {
    expect(normalDifferenceP(1.96, 1)).toBeCloseTo(0.024997895, 8);
    expect(normalDifferenceP(-1.96, 1)).toBeCloseTo(0.975002105, 8);
    expect([normalDifferenceP(1, 0), normalDifferenceP(0, 0)]).toEqual([0, 1]);
  });
});
