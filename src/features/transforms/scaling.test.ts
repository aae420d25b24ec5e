import { describe, expect, it } from 'vitest';
import type { NumberColumn } from '../../data/columns.ts';
import type { Params, StepSpec } from '../spec.ts';
import { apply, fit } from '../index.ts';

const column = (...values: number[]): NumberColumn => ({ kind: 'number', values: Float64Array.from(values) });

/** What one chain, fitted on `train`, makes of `test`. */
function run(steps: readonly StepSpec[], train: readonly number[], test: readonly number[]): number[] {
  const spec = { auto: false, drop: [], features: [{ column: 'x', steps }] };
  const fitted = fit(spec, { rows: train.length, columns: new Map([['x', column(...train)]]) }, []);
  return Array.from(apply(fitted, { rows: test.length, columns: new Map([['x', column(...test)]]) }).dense);
}

const one = (transform: string, params: Params = {}): StepSpec[] => [{ transform, params }];
const near = (actual: readonly number[], expected: readonly number[]): void => {
  expect(actual).toHaveLength(expected.length);
  actual.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 5));
};

// Expected values of scikit-learn 1.9.1: StandardScaler().fit(x).transform(t) and so on.
const x = [1, 2, 4, 8, 100];
const t = [0, 3, 1000, -5];

describe('standard', () => {
  it('agrees with StandardScaler (population standard deviation)', () => {
    near(
      run(one('standard'), x, t),
      [-0.5962472244699946, -0.5184758473652127, 25.327545143790637, -0.7258661863112977],
    );
  });
  it('gives exactly 0 for a column that was constant, whatever comes later', () => {
    expect(run(one('standard'), [0.1, 0.1, 0.1], [0.1, 5, NaN, Infinity])).toEqual([0, 0, 0, 0]);
  });
  it('is not fitted on missing and infinite values', () => {
    expect(run(one('standard'), [1, 3, NaN, Infinity, -Infinity], [1, 2, 3, NaN])).toEqual([-1, 0, 1, 0]);
  });
  it('survives values whose squares overflow', () => {
    expect(run(one('standard'), [1e300, -1e300], [1e300, -1e300])).toEqual([1, -1]);
  });
  it('lets infinite values out as ±1e16', () => {
    expect(run(one('standard'), [1, 3], [Infinity, -Infinity])).toEqual([
      Math.fround(1e16),
      Math.fround(-1e16),
    ]);
  });
});

describe('robust', () => {
  it('agrees with RobustScaler', () => {
    near(run(one('robust'), x, t), [-2 / 3, -1 / 6, 166, -1.5]);
  });
  it('takes half the range where the quartiles coincide, and 0 for a constant', () => {
    expect(run(one('robust'), [5, 5, 5, 5, 9, 5, 5, 5, 5], [9, 5, 1])).toEqual([2, 0, -2]);
    expect(run(one('robust'), [5, 5], [7, 5])).toEqual([0, 0]);
  });
});

describe('min_max', () => {
  it('agrees with MinMaxScaler(clip=True) and without clip', () => {
    near(run(one('min_max'), x, t), [0, 0.0202020202020202, 1, 0]);
    near(
      run(one('min_max', { clip: false }), x, t),
      [-0.010101010101010102, 0.0202020202020202, 10.090909, -0.06060606],
    );
  });
  it('clips infinite values, and refuses low ≥ high', () => {
    expect(run(one('min_max', { low: -1, high: 1 }), [0, 10], [Infinity, -Infinity, 5, NaN])).toEqual([
      1, -1, 0, 0,
    ]);
    expect(() => run(one('min_max', { low: 1, high: 1 }), x, t)).toThrow('low 1 is not below high 1');
  });
});

describe('quantile', () => {
  const y = [1, 2, 2, 2, 3, 7, 9, 10];
  const u = [0, 1, 2, 2.5, 5, 8, 10, 99];
  it('agrees with QuantileTransformer, uniform', () => {
    near(run(one('quantile'), y, u), [0, 0, 0.2857142857, 0.5, 0.6428571429, 0.7857142857, 1, 1]);
    near(run(one('quantile', { quantiles: 5 }), y, u), [0, 0, 0.25, 0.5, 0.625, 0.8, 1, 1]);
  });
  it('agrees with QuantileTransformer, normal with clipped tails', () => {
    near(
      run(one('quantile', { output: 'normal' }), y, u),
      [
        -5.199337582605575, -5.199337582605575, -0.5659488218329, 0, 0.3661063568005695, 0.7916386077433749,
        5.19933758270342, 5.19933758270342,
      ],
    );
  });
  it('puts a constant and a column without values in the middle', () => {
    expect(run(one('quantile'), [3, 3], [3])).toEqual([0.5]);
    expect(run(one('quantile'), [NaN], [3, NaN])).toEqual([0.5, 0]);
  });
});

describe('log1p', () => {
  it('keeps the sign and is finite for infinity', () => {
    const e = Math.E - 1;
    near(run(one('log1p'), x, [0, e, -e, Infinity, -Infinity, NaN]), [0, 1, -1, 709.782713, -709.782713, 0]);
  });
});

describe('clip', () => {
  it('limits to given bounds, to the training range and to quantiles', () => {
    expect(run(one('clip', { min: 0, max: 2 }), x, [-1, 1, Infinity])).toEqual([0, 1, 2]);
    expect(run(one('clip'), x, [-1, 3, 500])).toEqual([1, 3, 100]);
    expect(run(one('clip', { lower_quantile: 0.25, upper_quantile: 0.75 }), x, [-1, 3, 500])).toEqual([
      2, 3, 8,
    ]);
    expect(run(one('clip', { margin: 0.25 }), [0, 8], [-9, 4, 99])).toEqual([-2, 4, 10]);
  });
  it('refuses bounds that are the wrong way round', () => {
    expect(() => run(one('clip', { min: 1000 }), x, t)).toThrow(
      'lower bound 1000 is above its upper bound 100',
    );
  });
});

describe('smooth_clip', () => {
  it('is x/√(1+(x/3)²), bounded by ±3', () => {
    near(run(one('smooth_clip'), x, [0, 3, -4, Infinity, -1e300]), [0, 3 / Math.SQRT2, -2.4, 3, -3]);
  });
});

describe('impute', () => {
  const holes = [NaN, 1, 1, 2, 10, NaN];
  it.each([
    ['median', 1.5],
    ['mean', 3.5],
    ['most_frequent', 1],
  ])('fills with the %s', (strategy, expected) => {
    expect(run(one('impute', { strategy }), holes, [NaN, 7])).toEqual([expected, 7]);
  });
  it('fills with a constant, with 0 where nothing was ever seen, and lets later steps see it', () => {
    expect(run(one('impute', { strategy: 'constant', value: -1 }), holes, [NaN])).toEqual([-1]);
    expect(run(one('impute'), [NaN, NaN], [NaN, 4])).toEqual([0, 4]);
    expect(run([...one('impute'), ...one('missing_indicator')], holes, [NaN])).toEqual([0]);
    expect(run([...one('impute'), ...one('standard')], [0, 4, NaN], [NaN, 2])).toEqual([0, 0]);
  });
  it('refuses a constant of the wrong type', () => {
    expect(() => run(one('impute', { strategy: 'constant', value: 'none' }), holes, [1])).toThrow(
      'needs a number',
    );
  });
});

describe('missing_indicator', () => {
  it('is 1 for missing only', () => {
    expect(run(one('missing_indicator'), [1], [NaN, 0, Infinity])).toEqual([1, 0, 0]);
  });
});
