import { describe, expect, it } from 'vitest';
import { bestComponent, missingComponent, shares } from './components.ts';
import type { Component } from './components.ts';

const component = (p: number, effect: number, change: string): Component => ({
  test: 't',
  distance: 'd',
  p,
  effect,
  change,
});

describe('bestComponent', () => {
  const own = (p: number, effect: number) => component(p, effect, 'own');
  const missing = (p: number, effect: number) => component(p, effect, 'missing');

  it('two looks at a column count twice, one counts once', () => {
    expect(bestComponent(own(0.01, 1), undefined, 0.1)).toEqual(own(0.01, 1));
    expect(bestComponent(own(0.01, 1), missing(0.5, 0), 0.1)).toEqual(own(0.02, 1));
    expect(bestComponent(own(0.8, 1), missing(0.9, 0), 0.1).p).toBe(1);
  });

  it.each([
    ['the smaller p where both matter', 0.02, 0.1, 0.01, 0.1, 'missing'],
    ['the smaller p where both matter', 0.01, 0.1, 0.02, 0.1, 'own'],
    ['its own at equal p', 0.01, 0.1, 0.01, 0.1, 'own'],
    ['what matters, though its p is larger', 0.02, 0.1, 0.01, 0.0999, 'own'],
    ['what matters, though its p is larger', 0.01, 0.0999, 0.02, 0.1, 'missing'],
    ['the smaller p where neither matters', 0.02, 0.09, 0.01, 0.01, 'missing'],
    ['the smaller p where neither matters', 0.01, 0.01, 0.02, 0.09, 'own'],
  ])('speaks by %s (%d, %d; missing %d, %d)', (_why, p, effect, missingP, missingEffect, change) => {
    expect(bestComponent(own(p, effect), missing(missingP, missingEffect), 0.1).change).toBe(change);
  });
});

describe('missingComponent', () => {
  const column = (rows: number, missing: number) => ({ name: 'x', kind: 'number', rows, missing }) as const;

  it('is there where cells are missing on either side', () => {
    expect(missingComponent(column(100, 0), 0, 50)).toBeUndefined();
    expect(missingComponent(column(100, 1), 0, 50)).toBeDefined();
    expect(missingComponent(column(100, 0), 1, 50)).toBeDefined();
  });

  it('compares missing with present cells, in the shares of each side', () => {
    // stats.chi2_contingency([[10, 90], [100, 100]], correction=False)[1]
    const found = missingComponent(column(100, 10), 100, 200)!;
    expect(found).toMatchObject({ test: 'chi2', distance: 'share_change', change: 'missing 10 % → 50 %' });
    expect(found.p / 1.2236630435728253e-11).toBeCloseTo(1, 6);
    // 40 points, more than jensenshannon([10, 90], [100, 100]) − √((1/100 + 1/200)/8)
    expect(found.effect).toBeCloseTo(0.4, 9);
    // Where there were none, a few are seen by their distance: jensenshannon([0, 10000], [700, 9300])
    const few = missingComponent(column(10_000, 0), 700, 10_000)!;
    expect(few.distance).toBe('jensen_shannon');
    expect(few.effect).toBeCloseTo(0.1577815121522176 - Math.sqrt(0.0002 / 8), 9);
  });
});

describe('shares', () => {
  it('of each side by itself, missing only where some are', () => {
    expect(shares(['a', 'b', 'missing'], [1, 3, 0], [1, 1, 0])).toEqual([
      { label: 'a', reference: 0.25, current: 0.5 },
      { label: 'b', reference: 0.75, current: 0.5 },
    ]);
    expect(shares(['a', 'missing'], [4, 0], [1, 1])[1]).toEqual({
      label: 'missing',
      reference: 0,
      current: 0.5,
    });
    expect(shares(['a', 'missing'], [1, 1], [4, 0])).toHaveLength(2);
    expect(shares(['a', 'b'], [0, 0], [0, 2])).toEqual([
      { label: 'a', reference: 0, current: 0 },
      { label: 'b', reference: 0, current: 1 },
    ]);
  });
});
