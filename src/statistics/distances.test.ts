import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  jensenShannon,
  populationStability,
  totalVariation,
  wasserstein,
  weightedWasserstein,
} from './distances.ts';
import { sortedPresent } from './quantiles.ts';

describe('distances', () => {
  it('Wasserstein agrees with stats.wasserstein_distance', () => {
    expect(wasserstein(Float64Array.of(0, 1, 3), Float64Array.of(5, 6, 8))).toBe(5);
    expect(
      weightedWasserstein([3.4, 3.9, 7.5, 7.8], [4.5, 1.4], [1.4, 0.9, 3.1, 7.2], [3.2, 3.5]),
    ).toBeCloseTo(4.078133143804785, 12);
  });

  it('Jensen–Shannon agrees with spatial.distance.jensenshannon', () => {
    expect(jensenShannon([1, 0], [0.5, 0.5])).toBeCloseTo(0.464501404022459, 12);
    expect(jensenShannon([1, 0], [0.5, 0.5], 2)).toBeCloseTo(0.5579230452841438, 12);
    expect(jensenShannon([1, 0], [0, 7])).toBeCloseTo(Math.sqrt(Math.LN2), 12);
  });

  it('PSI as published, finite where a bin empties', () => {
    expect(populationStability([0.1, 0.2, 0.3, 0.4], [0.2, 0.2, 0.3, 0.3])).toBeCloseTo(0.0980829253, 9);
    // (1 − .0001)·ln(1/.0001) twice
    expect(populationStability([1, 0], [0, 1])).toBeCloseTo(2 * 0.9999 * Math.log(1e4), 9);
  });

  it('total variation is the share of rows that moved', () => {
    expect(totalVariation([1, 2, 3, 4], [2, 2, 3, 3])).toBeCloseTo(0.1, 12);
  });

  it('has no answer for an empty sample', () => {
    for (const distance of [jensenShannon, populationStability, totalVariation])
      expect(distance([0, 0], [1, 2])).toBeNaN();
    expect(wasserstein(new Float64Array(0), Float64Array.of(1))).toBeNaN();
  });

  const sample = fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 1, maxLength: 20 });
  it('Wasserstein is a shift, symmetric, and equals the weighted form', () => {
    fc.assert(
      fc.property(sample, sample, fc.integer({ min: -9, max: 9 }), (a, b, shift) => {
        const left = sortedPresent(a);
        const right = sortedPresent(b);
        expect(
          wasserstein(
            left,
            left.map((value) => value + shift),
          ),
        ).toBeCloseTo(Math.abs(shift), 9);
        expect(wasserstein(left, right)).toBeCloseTo(wasserstein(right, left), 9);
        const ones = (list: number[]): number[] => list.map(() => 1);
        expect(weightedWasserstein(a, b, ones(a), ones(b))).toBeCloseTo(wasserstein(left, right), 9);
      }),
    );
  });
});
