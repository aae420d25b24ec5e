import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { share } from '../statistics/evenly.fixture.ts';
import { computeMetric, metricByName, scoredRows } from '../statistics/metrics/index.ts';
import { chooseThreshold } from './threshold.ts';
import type { Task } from '../modeling/model.ts';

const churn: Task = { kind: 'binary', classes: ['No', 'Yes'], positive: 'Yes' };
const turned: Task = { kind: 'binary', classes: ['Yes', 'No'], positive: 'Yes' };
const scoresOf = (p: readonly number[]) => Float64Array.from(p.flatMap((value) => [1 - value, value]));
const choose = (p: readonly number[], labels: readonly number[]) =>
  chooseThreshold(churn, { scores: scoresOf(p), target: Float64Array.from(labels) });
const f1At = (p: readonly number[], labels: readonly number[], threshold: number) =>
  computeMetric(metricByName('f1')!, scoredRows(churn, scoresOf(p), Float64Array.from(labels), threshold));

describe('chooseThreshold', () => {
  it('is half-way below the score that precision_recall_curve finds best', () => {
    // scikit-learn: F1 by threshold .1 .667, .2 .714, .35 .769, .4 .727, .6 .667, .7 .5, .8 .571, .9 .333
    const p = [0.1, 0.4, 0.35, 0.8, 0.4, 0.7, 0.35, 0.9, 0.2, 0.6];
    const labels = [0, 0, 1, 1, 1, 0, 0, 1, 0, 1];
    expect(choose(p, labels)).toBeCloseTo((0.35 + 0.2) / 2, 12);
    expect(f1At(p, labels, choose(p, labels))).toBeCloseTo(0.7692307692307693, 12);
  });

  it('reads the positive class from wherever it stands', () => {
    const p = [0.1, 0.2, 0.3, 0.9];
    const scores = Float64Array.from(p.flatMap((value) => [value, 1 - value]));
    expect(chooseThreshold(turned, { scores, target: Float64Array.of(1, 1, 0, 0) })).toBeCloseTo(0.25, 12);
  });

  it('takes the nearest to .5 of equally good ones, from either side', () => {
    // F1 = 2/3 above .8 (one hit of two) and above .2 (two hits, two false alarms).
    expect(f1At([0.8, 0.7, 0.6, 0.2], [1, 0, 0, 1], 0.75)).toBeCloseTo(2 / 3, 12);
    expect(f1At([0.8, 0.7, 0.6, 0.2], [1, 0, 0, 1], 0.1)).toBeCloseTo(2 / 3, 12);
    expect(choose([0.8, 0.7, 0.6, 0.2], [1, 0, 0, 1])).toBeCloseTo(0.75, 12);
    expect(choose([0.9, 0.7, 0.6, 0.5], [1, 0, 0, 1])).toBeCloseTo(0.25, 12);
    expect(choose([0.9, 0.2, 0.15, 0.1], [1, 0, 0, 1])).toBeCloseTo(0.55, 12);
  });

  it('never parts rows of one score', () => {
    expect(choose([0.6, 0.6, 0.6, 0.1], [1, 0, 1, 0])).toBeCloseTo(0.35, 12);
    expect(choose([0.2, 0.2], [1, 0])).toBeCloseTo(0.1, 12);
  });

  it('goes half-way to 0 where every row is best called positive', () => {
    expect(choose([0.4], [1])).toBeCloseTo(0.2, 12);
    expect(choose([0, 0], [1, 1])).toBe(0.5);
  });

  it('looks at no row without a label or without a score', () => {
    const p = [0.1, 0.2, 0.3, 0.9];
    const labels = [0, 0, 1, 1];
    expect(choose([...p, 0.25, 0.05], [...labels, Number.NaN, Number.NaN])).toBe(choose(p, labels));
    expect(choose([...p, Number.NaN], [...labels, 1])).toBe(choose(p, labels));
    expect(choose([0.7, 0.8], [Number.NaN, Number.NaN])).toBe(0.5);
  });

  it('is .5 without a positive, without rows and for other tasks', () => {
    expect(choose([0.9, 0.2], [0, 0])).toBe(0.5);
    expect(choose([], [])).toBe(0.5);
    const scores = Float64Array.of(0.9, 0.1, 0.2, 0.8);
    const target = Float64Array.of(0, 1);
    expect(chooseThreshold({ kind: 'regression' }, { scores, target })).toBe(0.5);
    expect(chooseThreshold({ kind: 'multiclass', classes: ['a', 'b'] }, { scores, target })).toBe(0.5);
  });

  it('no other threshold has a better F1', () => {
    const row = fc.tuple(share, fc.constantFrom(0, 1));
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 25 }), share, (rows, other) => {
        const [p, labels] = [rows.map(([score]) => score), rows.map(([, label]) => label)];
        const value = (threshold: number) => f1At(p, labels, threshold) || 0;
        fc.pre(other > 0);
        expect(value(choose(p, labels))).toBeGreaterThanOrEqual(value(other) - 1e-12);
      }),
    );
  });
});

describe('the threshold of a task with costs', () => {
  const costs = [
    [0, 1],
    [4, 0],
  ];
  const costly: Task = { ...churn, costs };
  const chosen = (p: readonly number[], labels: readonly number[]): number =>
    chooseThreshold(costly, { scores: scoresOf(p), target: Float64Array.from(labels) });
  /** Of each hundred rows with this score so many are positive. */
  const honest = (score: number, positives: number): { p: number[]; labels: number[] } => ({
    p: new Array<number>(100).fill(score),
    labels: Array.from({ length: 100 }, (_, row) => (row < positives ? 1 : 0)),
  });
  type Group = ReturnType<typeof honest>;
  const groups = (...list: readonly Group[]): [number[], number[]] => [
    list.flatMap(({ p }) => p),
    list.flatMap(({ labels }) => labels),
  ];

  it('is what honest probabilities call for', () => {
    expect(chosen(...groups(honest(0.1, 10), honest(0.3, 30), honest(0.6, 60)))).toBe(0.2);
    expect(chosen([0.9], [1])).toBe(0.2);
    expect(chosen([], [])).toBe(0.2);
    expect(chosen([0.9, Number.NaN], [Number.NaN, 1])).toBe(0.2);
  });

  it('stays where another one is cheaper by noise', () => {
    // Above .25 it would cost 8 of 100 rows less.
    expect(chosen(...groups(honest(0.21, 18), honest(0.6, 60)))).toBe(0.2);
  });

  it('moves where the probabilities are beyond noise too high, or too low', () => {
    expect(chosen(...groups(honest(0.4, 3), honest(0.6, 60)))).toBeCloseTo(0.5, 12);
    expect(chosen(...groups(honest(0.02, 5), honest(0.15, 60)))).toBeCloseTo(0.085, 12);
    expect(chosen(...groups(honest(0.4, 3), honest(0.6, 4)))).toBeCloseTo(0.8, 12);
  });

  it('counts what a right answer costs', () => {
    const letters: Task = {
      ...churn,
      costs: [
        [0, 2],
        [10, 2],
      ],
    };
    const [p, labels] = groups(honest(0.1, 10), honest(0.3, 30));
    expect(chooseThreshold(letters, { scores: scoresOf(p), target: Float64Array.from(labels) })).toBeCloseTo(
      0.2,
      12,
    );
  });

  it('of accuracy is .5 unless another one is right more often beyond noise', () => {
    const by = (metric: string, ...list: readonly Group[]): number => {
      const [p, labels] = groups(...list);
      return chooseThreshold(churn, { scores: scoresOf(p), target: Float64Array.from(labels) }, metric);
    };
    expect(by('accuracy', honest(0.45, 48), honest(0.8, 80))).toBe(0.5);
    expect(by('accuracy', honest(0.45, 90), honest(0.2, 20))).toBeCloseTo(0.325, 12);
    expect(by('log_loss', honest(0.45, 48), honest(0.8, 80))).toBeCloseTo(0.225, 12);
  });
});
