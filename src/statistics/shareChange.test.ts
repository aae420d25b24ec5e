import { describe, expect, it } from 'vitest';
import { largestShareChange, shareChanged } from './shareChange.ts';

describe('a share', () => {
  it('has changed from ten points on, rounding forgiven', () => {
    expect(shareChanged(0.3, 1e6, 0.4, 1e6)).toBe(true);
    expect(shareChanged(0.4, 1e6, 0.3, 1e6)).toBe(true);
    expect(shareChanged(0.3, 1e6, 0.3999999, 1e6)).toBe(false);
    expect(shareChanged(0.3, 1e6, 0.3, 1e6)).toBe(false);
  });

  it('has changed on few rows where that is four standard errors: 2 √(1/m + 1/n)', () => {
    // 2 √(1/100 + 1/100) = .2828
    expect([shareChanged(0, 100, 0.283, 100), shareChanged(0, 100, 0.282, 100)]).toEqual([true, false]);
    // 2 √(1/100 + 1/400) = .2236
    expect([shareChanged(0.1, 100, 0.324, 400), shareChanged(0.1, 100, 0.323, 400)]).toEqual([true, false]);
    expect([shareChanged(0.1, 400, 0.324, 100), shareChanged(0.1, 400, 0.323, 100)]).toEqual([true, false]);
  });

  it('of no rows has not', () => {
    expect([shareChanged(0, 0, 1, 1e6), shareChanged(0, 1e6, 1, 0), shareChanged(0, 0, 1, 0)]).toEqual([
      false,
      false,
      false,
    ]);
  });
});

describe('of several words the largest change', () => {
  it('is told, at least ten points, and 0 where there is none', () => {
    expect(largestShareChange([600, 300, 100], [300, 300, 400])).toBeCloseTo(0.3, 12);
    expect(largestShareChange([300_000, 700_000], [400_000, 600_000])).toBeCloseTo(0.1, 12);
    expect(largestShareChange([300_000, 700_000], [399_999, 600_001])).toBe(0);
    expect(largestShareChange([500_000, 300_000, 200_000], [300_000, 300_000, 400_000])).toBeCloseTo(0.2, 12);
    expect(largestShareChange([10, 20], [0, 0])).toBe(0);
    expect(largestShareChange([], [])).toBe(0);
  });
});
