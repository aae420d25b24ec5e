import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareOneShare, compareShares, shareChanged, shareMatters } from './shareChange.ts';

describe('a share', () => {
  it('matters from a change of five points on, rounding forgiven', () => {
    expect([shareMatters(0.35 - 0.3), shareMatters(0.3 - 0.35), shareMatters(0.049999)]).toEqual([
      true,
      true,
      false,
    ]);
    expect([shareMatters(0.1, 0.1), shareMatters(0.0999, 0.1)]).toEqual([true, false]);
  });

  it('has changed where that matters and chance does not make it', () => {
    expect(shareChanged({ p: 0.001, change: 0.05 })).toBe(true);
    expect(shareChanged({ p: 0.00101, change: 0.05 })).toBe(false);
    expect(shareChanged({ p: 0.001, change: 0.0499 })).toBe(false);
  });
});

describe('of several words', () => {
  it('the smallest p counts as often as there are words, and the largest change is told', () => {
    // 2 · 2·hypergeom.sf(44, 700, 95, 200)
    const two = compareShares([50, 450], [45, 155]);
    expect(two.p / (2 * 4.3094575e-5)).toBeCloseTo(1, 6);
    expect(two.change).toBeCloseTo(0.125, 12);
    expect(compareShares([50, 450, 0], [45, 155, 0])).toEqual(two);
    expect(compareShares([600, 300, 100], [300, 300, 400]).change).toBeCloseTo(0.3, 12);
    expect(compareShares([300_000, 700_000], [399_999, 600_001]).change).toBeCloseTo(0.099999, 12);
  });

  it('nothing is said of an empty side', () => {
    const nothing = { p: 1, change: 0 };
    expect(compareShares([10, 20], [0, 0])).toEqual(nothing);
    expect(compareShares([0, 0], [10, 20])).toEqual(nothing);
    expect(compareShares([], [])).toEqual(nothing);
    expect([compareOneShare(0, 0, 1, 2, 2), compareOneShare(1, 2, 0, 0, 2)]).toEqual([nothing, nothing]);
  });

  it('a single one is judged as among them', () => {
    expect(compareOneShare(50, 500, 45, 200, 2)).toEqual(compareShares([50, 450], [45, 155]));
    expect(compareOneShare(5, 10, 5, 10, 2).p).toBe(1);
  });

  it('p is a probability, and the same from either side', () => {
    const counts = fc.array(fc.tuple(fc.nat(200), fc.nat(200)), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(counts, (pairs) => {
        const [before, after] = [pairs.map(([count]) => count), pairs.map(([, count]) => count)];
        const [there, back] = [compareShares(before, after), compareShares(after, before)];
        expect(there.p).toBeGreaterThanOrEqual(0);
        expect(there.p).toBeLessThanOrEqual(1);
        expect(back.p).toBeCloseTo(there.p, 9);
        expect(back.change).toBeCloseTo(there.change, 12);
      }),
    );
  });
});
