import { describe, expect, it } from 'vitest';
import { createRandom } from '../../random.ts';
import { gbdtDefaults } from '../families/gbdt/parameters.fixture.ts';
import { familyDefaults } from '../families/parameters.fixture.ts';
import type { FamilyOptions, Task } from '../model.ts';
import { targetVariants } from './variants.ts';

const regression: Task = { kind: 'regression' };
const options: FamilyOptions = {
  class_weights: 'none',
  calibration: 'none',
  target: 'auto',
  metric: 'rmse',
  backend: 'auto',
  ...familyDefaults,
};
const random = createRandom('labels');
const draw = (one: () => number, rows = 400): Float64Array => Float64Array.from({ length: rows }, one);
const normal = draw(() => 100 + random.normal());
const prices = draw(() => Math.exp(random.normal()));
const losses = draw(() => random.normal() ** 3);
const counts = draw(() => Math.floor(Math.exp(1.5 * random.normal())));
const claims = draw(() => (random.next() < 0.7 ? 0 : Math.exp(random.normal())));
const named = (labels: Float64Array, family: string, change: Partial<FamilyOptions> = {}): string[] =>
  targetVariants(family, regression, labels, { ...options, ...change }).map(({ name }) => name);

describe('ways to learn labels', () => {
  it('are those that the labels make likely, the plainest first', () => {
    expect(named(normal, 'gbdt')).toEqual(['']);
    expect(named(prices, 'gbdt')).toEqual(['', 'log']);
    expect(named(losses, 'gbdt')).toEqual(['', 'quantile']);
    expect(named(counts, 'gbdt')).toEqual(['', 'poisson', 'log']);
    expect(named(claims, 'gbdt')).toEqual(['', 'tweedie', 'log']);
    expect(named(counts, 'linear')).toEqual(['', 'log']);
  });

  it('are one where the pipeline says which', () => {
    expect(named(prices, 'gbdt', { target: 'none' })).toEqual(['']);
    expect(named(counts, 'gbdt', { target: 'none' })).toEqual(['', 'poisson']);
    expect(named(normal, 'gbdt', { target: 'log' })).toEqual(['log']);
    const absolute = { gbdt: { ...gbdtDefaults, objective: 'absolute' as const } };
    expect(named(counts, 'gbdt', absolute)).toEqual(['']);
    expect(
      targetVariants('gbdt', regression, counts, { ...options, ...absolute })[0].options.gbdt.objective,
    ).toBe('absolute');
    expect(named(counts, 'linear', absolute)).toEqual(['', 'log']);
  });

  it('are one for classes, and where labels are few', () => {
    const binary: Task = { kind: 'binary', classes: ['a', 'b'], positive: 'b' };
    expect(targetVariants('gbdt', binary, Float64Array.of(0, 1), options)).toEqual([
      { name: '', options: { ...options, target: 'none' } },
    ]);
    expect(named(prices.slice(0, 49), 'gbdt')).toEqual(['']);
    expect(named(prices.slice(0, 50), 'gbdt')).toEqual(['', 'log']);
    const skewed = (different: number): Float64Array =>
      draw(() => Math.floor(different * random.next() ** 6));
    expect(named(skewed(10), 'gbdt')).toHaveLength(3);
    expect(named(skewed(9), 'gbdt')).toEqual(['']);
  });

  it('leave nothing open: what a fit is given says how it learns', () => {
    for (const { options: resolved } of targetVariants('gbdt', regression, counts, options)) {
      expect(resolved.target).not.toBe('auto');
      expect(resolved.gbdt.objective).not.toBe('auto');
    }
  });
});
