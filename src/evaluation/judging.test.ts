import { describe, expect, it } from 'vitest';
import { createRandom } from '../random.ts';
import { evaluate } from './evaluate.ts';
import type { EvaluateOptions } from './evaluate.ts';
import { computeMetrics, requireMetric } from './metric.ts';
import type { Task } from '../modeling/model.ts';

const churn: Task = { kind: 'binary', classes: ['No', 'Yes'], positive: 'Yes' };
const scoresOf = (p: readonly number[]) => Float64Array.from(p.flatMap((value) => [1 - value, value]));

// 40 rows, half of them positive. The model is right at .2 and always says Yes at .05; the baseline says .6 of everybody.
const truth = Array.from({ length: 40 }, (_, i) => i % 2);
const p = truth.map((label, i) => (label === 1 ? 0.3 : 0.1) + i / 1000);
const everybody = {
  name: 'majority',
  description: "always answering 'Yes'",
  scores: scoresOf(truth.map(() => 0.6)),
};
const run = (change: Partial<EvaluateOptions> = {}) =>
  evaluate({
    task: churn,
    scored: { scores: scoresOf(p), target: Float64Array.from(truth) },
    metric: 'accuracy',
    threshold: 0.2,
    bootstrap: 200,
    random: createRandom(1),
    ...change,
  });

describe('a model beside its baselines', () => {
  it('each is judged at its own threshold, on the same rows', () => {
    const of = (threshold: number, baseline: number) =>
      run({ threshold, baselines: [{ ...everybody, threshold: baseline }] });
    const right = of(0.2, 0.5);
    expect(right.metrics['accuracy']).toBe(1);
    expect(right.baselines[0]).toMatchObject({
      name: 'majority',
      description: "always answering 'Yes'",
      metrics: { accuracy: 0.5, recall: 1 },
      improvement: { value: 0.5 },
    });
    expect(of(0.2, 0.7).baselines[0]?.metrics).toMatchObject({ accuracy: 0.5, recall: 0 });
    const yes = of(0.05, 0.5);
    expect(yes.metrics['accuracy']).toBe(0.5);
    expect(yes.baselines[0]?.improvement).toEqual({ value: 0, low: 0, high: 0, p: 1, better: false });
  });

  it('improvement is positive where the model is better, also in a loss', () => {
    const [baseline] = run({ metric: 'brier', baselines: [{ ...everybody, threshold: 0.5 }] }).baselines;
    // Brier score of .6 for everybody is .26 (mean of .16 and .36); the model's is that of its own answers.
    const own = p.reduce((sum, value, i) => sum + (value - truth[i]!) ** 2 / 40, 0);
    expect(baseline?.metrics['brier']).toBeCloseTo(0.26, 12);
    expect(baseline?.improvement?.value).toBeCloseTo(0.26 - own, 12);
  });

  it('says nothing of an improvement that is undefined', () => {
    const one = { scores: scoresOf(p), target: new Float64Array(40) };
    const [baseline] = run({
      metric: 'roc_auc',
      scored: one,
      baselines: [{ ...everybody, threshold: 0.5 }],
    }).baselines;
    expect(baseline).not.toHaveProperty('improvement');
    expect(baseline?.metrics).not.toHaveProperty('roc_auc');
  });
});

describe('intervals', () => {
  it('are what they are, whatever else is looked at', () => {
    const alone = run().intervals;
    const column = { kind: 'category', codes: Int32Array.from(truth), dictionary: ['a', 'b'] } as const;
    const among = run({
      baselines: [{ ...everybody, threshold: 0.5 }],
      table: { rows: 40, columns: new Map([['x', column]]) },
      slices: ['x'],
      minSliceRows: 5,
    });
    expect(among.slices).toHaveLength(2);
    expect(among.intervals).toEqual(alone);
    expect(run({ random: createRandom(2) }).intervals).not.toEqual(alone);
    expect(run({ bootstrap: 100 }).intervals).not.toEqual(alone);
  });

  it('hold the value, at the threshold of the model', () => {
    const { metrics, intervals } = run({ threshold: 0.31 });
    for (const [name, { value, low, high }] of Object.entries(intervals)) {
      expect(value).toBe(metrics[name]);
      expect(low).toBeLessThanOrEqual(high);
    }
    expect(intervals['recall']!.high).toBeLessThan(1);
    // Without resamples only closed forms are left.
    expect(run({ bootstrap: 0 }).intervals).not.toHaveProperty('calibration_error');
    expect(run({ bootstrap: 0 }).intervals).toHaveProperty('log_loss');
  });

  it('leave out what one class leaves undefined', () => {
    const one = { scores: scoresOf(p), target: new Float64Array(40) };
    expect(Object.keys(run({ scored: one }).intervals).sort()).toEqual(
      ['accuracy', 'brier', 'calibration_error', 'f1', 'log_loss', 'precision'].sort(),
    );
  });
});

describe('what an evaluation holds', () => {
  it('slices of 50 rows and more, unless asked otherwise, and none without a table', () => {
    const rows = 120;
    const codes = Int32Array.from({ length: rows }, (_, i) => (i < 49 ? 0 : i < 99 ? 1 : 2));
    const column = { kind: 'category', codes, dictionary: ['a', 'b', 'c'] } as const;
    const target = Float64Array.from({ length: rows }, (_, i) => i % 2);
    const options = {
      scored: { scores: scoresOf([...target].map((label) => 0.25 + label / 2)), target },
      table: { rows, columns: new Map([['x', column]]) },
      slices: ['x'],
    };
    expect(run(options).slices.map(({ slice }) => slice)).toEqual(['x = b']);
    expect(run({ ...options, minSliceRows: 21 }).slices).toHaveLength(3);
    const { slices: _, ...without } = options;
    expect(run(without).slices).toEqual([]);
    expect(run({ slices: ['x'] }).slices).toEqual([]);
    // At .8 no row is called positive: a slice is judged as its model is.
    expect(run({ ...options, threshold: 0.8 }).slices[0]?.metrics).toMatchObject({
      accuracy: 0.5,
      recall: 0,
    });
  });

  it('curves as far as the task has them', () => {
    expect(run()).toMatchObject({
      rows: 40,
      metric: 'accuracy',
      threshold: 0.2,
      confusion: [
        [20, 0],
        [0, 20],
      ],
    });
    const three: Task = { kind: 'multiclass', classes: ['a', 'b', 'c'] };
    const scored = {
      scores: Float64Array.of(0.8, 0.1, 0.1, 0.1, 0.8, 0.1, 0.2, 0.2, 0.6),
      target: Float64Array.of(0, 1, 1),
    };
    const several = run({ task: three, scored });
    expect(several.confusion).toEqual([
      [1, 0, 0],
      [0, 1, 1],
      [0, 0, 0],
    ]);
    // Two rows are sure of .8, one of .6.
    expect(several.reliability?.map(({ rows }) => rows)).toEqual([1, 2]);
    expect(several).not.toHaveProperty('roc');
    expect(several).not.toHaveProperty('threshold');
    const number = run({
      task: { kind: 'regression' },
      metric: 'mae',
      scored: { scores: Float64Array.of(1, 2), target: Float64Array.of(1, 4) },
    });
    for (const absent of ['confusion', 'reliability', 'roc', 'threshold'])
      expect(number).not.toHaveProperty(absent);
  });
});

describe('metrics by name', () => {
  it('every one that judges the task and is defined on the rows', () => {
    const scored = { scores: scoresOf([0.1, 0.9]), target: Float64Array.of(0, 0) };
    expect(computeMetrics(churn, scored, 0.95)).toEqual({
      log_loss: expect.any(Number),
      accuracy: 1,
      brier: expect.closeTo(0.41, 12),
      calibration_error: expect.any(Number),
    });
    expect(computeMetrics(churn, scored)).toMatchObject({ accuracy: 0.5, precision: 0 });
    expect(computeMetrics(churn, { scores: new Float64Array(0), target: new Float64Array(0) })).toEqual({});
  });

  it('refuses what does not exist and what does not judge the task, in words', () => {
    const refused = (name: string, kind: Task['kind']) => {
      try {
        requireMetric(name, kind);
      } catch (error) {
        return error;
      }
      return undefined;
    };
    expect(refused('rmse', 'regression')).toBeUndefined();
    expect(refused('auc', 'binary')).toMatchObject({
      code: 'metric-unknown',
      exitCode: 2,
      message: 'Metric "auc" does not exist.',
      hint: 'Use one of: roc_auc, pr_auc, log_loss, accuracy, f1, brier, calibration_error, precision, recall, cost.',
    });
    expect(refused('f1', 'multiclass')).toMatchObject({
      message: 'Metric "f1" does not judge a task with several classes.',
    });
    expect(refused('f1', 'regression')).toMatchObject({
      message: 'Metric "f1" does not judge a task with numbers.',
      hint: 'Use one of: rmse, mae, r2, mape.',
    });
    expect(refused('mae', 'binary')).toMatchObject({
      message: 'Metric "mae" does not judge a task with two classes.',
    });
  });
});
