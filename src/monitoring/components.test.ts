import { describe, expect, it } from 'vitest';
import { bestComponent, missingComponent, shares } from './components.ts';
import type { Component } from './components.ts';

const component = (p: number, effect: number, change: string): Component => ({
  test: 't',
  distance: 'd',
  p,
  effect,
  matters: effect >= 0.1,
  change,
});

describe('bestComponent', () => {
  const own = (p: number, effect: number) => component(p, effect, 'own');
  const missing = (p: number, effect: number) => component(p, effect, 'missing');

  it('two looks at a column count twice, one counts once', () => {
    expect(bestComponent(own(0.01, 1), undefined)).toEqual(own(0.01, 1));
    expect(bestComponent(own(0.01, 1), missing(0.5, 0))).toEqual(own(0.02, 1));
    expect(bestComponent(own(0.8, 1), missing(0.9, 0)).p).toBe(1);
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
    expect(bestComponent(own(p, effect), missing(missingP, missingEffect)).change).toBe(change);
  });
});

describe('missingComponent', () => {
  const column = (rows: number, missing: number) => ({ name: 'x', kind: 'number', rows, missing }) as const;

  it('is there where cells are missing on either side', () => {
    expect(missingComponent(column(100, 0), 0, 50, 0.1)).toBeUndefined();
    expect(missingComponent(column(100, 1), 0, 50, 0.1)).toBeDefined();
    expect(missingComponent(column(100, 0), 1, 50, 0.1)).toBeDefined();
  });

  it('compares missing with present cells, in the shares of each side', () => {
    // 2 (present, missing) · 2·hypergeom(300, 110, 200).sf(99)
    const found = missingComponent(column(100, 10), 100, 200, 0.1)!;
    expect(found).toMatchObject({
      test: 'hypergeometric',
      distance: 'share_change',
      change: 'missing 10 % → 50 %',
    });
    expect(found.p / 3.5276405318664473e-12).toBeCloseTo(1, 6);
    // 40 points, more than jensenshannon([10, 90], [100, 100]) − √((1/100 + 1/200)/8)
    expect(found.effect).toBeCloseTo(0.4, 9);
    // Where there were none, a few are seen by their distance: jensenshannon([0, 10000], [700, 9300])
    const few = missingComponent(column(10_000, 0), 700, 10_000, 0.1)!;
    expect(few.distance).toBe('jensen_shannon');
    expect(few.effect).toBeCloseTo(0.1577815121522176 - Math.sqrt(0.0002 / 8), 9);
  });
});

describe('a share matters', () => {
  const column = (missing: number) => ({ name: 'x', kind: 'number', rows: 10_000, missing }) as const;
  const matters = (before: number, now: number, minEffect = 0.1) =>
    missingComponent(column(before), now, 10_000, minEffect)!.matters;

  it('from a change of five points on, in proportion to the smallest effect', () => {
    expect([matters(2000, 2500), matters(2000, 2499), matters(2000, 1500)]).toEqual([true, false, true]);
    expect([matters(2000, 3000, 0.2), matters(2000, 2999, 0.2)]).toEqual([true, false]);
  });

  it('from one row of a hundred on where there was none before', () => {
    expect([matters(0, 100), matters(0, 99), matters(1, 100)]).toEqual([true, false, false]);
    expect([matters(0, 200, 0.2), matters(0, 199, 0.2)]).toEqual([true, false]);
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
