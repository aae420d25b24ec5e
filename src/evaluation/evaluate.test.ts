import { describe, expect, it } from 'vitest';
import { createRandom } from '../random.ts';
import { compareModels } from './compare.ts';
import { evaluate } from './evaluate.ts';
import { chooseThreshold } from './threshold.ts';
import type { Table } from '../data/columns.ts';
import type { Task } from '../modeling/model.ts';
import type { Scored } from './evaluation.ts';

const churn: Task = { kind: 'binary', classes: ['No', 'Yes'], positive: 'Yes' };
const species: Task = { kind: 'multiclass', classes: ['a', 'b', 'c'] };

/** Labels that follow the probabilities: a calibrated model. `skill` 0 answers the same for everybody. */
function binary(rows: number, seed: number, skill = 1): Scored {
  const random = createRandom(seed);
  const scores = new Float64Array(2 * rows);
  const target = new Float64Array(rows);
  for (let i = 0; i < rows; i += 1) {
    const truth = random.next();
    const p = 0.5 + skill * (truth - 0.5);
    scores.set([1 - p, p], 2 * i);
    target[i] = random.next() < truth ? 1 : 0;
  }
  return { scores, target };
}

const options = { bootstrap: 200, random: createRandom(1) };

describe('evaluate', () => {
  it('gives every metric of a binary task with an interval around it, and the curves', () => {
    const evaluation = evaluate({
      task: churn,
      scored: binary(600, 1),
      metric: 'log_loss',
      threshold: 0.4,
      ...options,
    });
    const names = [
      'accuracy',
      'brier',
      'calibration_error',
      'f1',
      'log_loss',
      'pr_auc',
      'precision',
      'recall',
      'roc_auc',
    ];
    expect(Object.keys(evaluation.metrics).sort()).toEqual(names);
    for (const name of names.filter((known) => known !== 'calibration_error')) {
      const { low, high } = evaluation.intervals[name]!;
      expect(low).toBeLessThan(evaluation.metrics[name]!);
      expect(high).toBeGreaterThan(evaluation.metrics[name]!);
    }
    expect(evaluation.threshold).toBe(0.4);
    expect(evaluation.confusion!.flat().reduce((sum, count) => sum + count, 0)).toBe(600);
    const [[, falseAlarms], [missed, hits]] = evaluation.confusion as [[number, number], [number, number]];
    expect(hits / (hits + missed)).toBeCloseTo(evaluation.metrics['recall']!, 12);
    expect(hits / (hits + falseAlarms)).toBeCloseTo(evaluation.metrics['precision']!, 12);
    expect(evaluation.roc!.length).toBeLessThanOrEqual(100);
    expect(evaluation.roc![0]).toEqual({ falsePositiveRate: 0, truePositiveRate: 0 });
    expect(evaluation.roc!.at(-1)).toEqual({ falsePositiveRate: 1, truePositiveRate: 1 });
    expect(evaluation.reliability!.reduce((sum, bin) => sum + bin.rows, 0)).toBe(600);
  });

  it('the area under the full ROC curve is ROC AUC', () => {
    const scored = binary(60, 3);
    const evaluation = evaluate({ task: churn, scored, metric: 'log_loss', ...options });
    const area = evaluation.roc!.reduce((sum, point, k) => {
      const before = evaluation.roc![Math.max(0, k - 1)]!;
      const height = (point.truePositiveRate + before.truePositiveRate) / 2;
      return sum + (point.falsePositiveRate - before.falsePositiveRate) * height;
    }, 0);
    expect(area).toBeCloseTo(evaluation.metrics['roc_auc']!, 12);
  });

  it('gives the metrics of several classes and of numbers', () => {
    const random = createRandom(2);
    const scores = Float64Array.from({ length: 300 }, () => random.next());
    const target = Float64Array.from({ length: 100 }, (_, i) => i % 3);
    const several = evaluate({ task: species, scored: { scores, target }, metric: 'log_loss', ...options });
    expect(Object.keys(several.metrics).sort()).toEqual(
      ['accuracy', 'brier', 'calibration_error', 'log_loss', 'macro_f1', 'roc_auc', 'weighted_f1'].sort(),
    );
    expect(several.confusion).toHaveLength(3);
    const numbers = { scores: scores.subarray(0, 100), target };
    const regression = evaluate({
      task: { kind: 'regression' },
      scored: numbers,
      metric: 'rmse',
      ...options,
    });
    expect(Object.keys(regression.metrics).sort()).toEqual(['mae', 'mape', 'r2', 'rmse']);
    expect(regression.confusion).toBeUndefined();
  });

  it('leaves out what one class leaves undefined, and survives no rows', () => {
    const one = { ...binary(50, 1), target: new Float64Array(50) };
    const evaluation = evaluate({ task: churn, scored: one, metric: 'log_loss', ...options });
    expect(evaluation.metrics).not.toHaveProperty('roc_auc');
    expect(evaluation.roc).toEqual([]);
    const none = { scores: new Float64Array(0), target: new Float64Array(0) };
    expect(evaluate({ task: churn, scored: none, metric: 'log_loss', ...options }).metrics).toEqual({});
  });

  it('refuses a metric that does not judge the task, naming those that do', () => {
    expect(() => evaluate({ task: churn, scored: binary(9, 1), metric: 'rmse', ...options })).toThrow(
      expect.objectContaining({ code: 'metric-unknown', hint: expect.stringContaining('roc_auc') }),
    );
  });
});

describe('slices', () => {
  const rows = 2000;
  const bad = (i: number): boolean => i % 4 === 0;

  function sliced(harm: boolean, seed: number): ReturnType<typeof evaluate> {
    const scored = binary(rows, seed);
    const random = createRandom(seed + 1);
    const target = scored.target.map((label, i) => (harm && bad(i) ? Math.floor(random.next() * 2) : label));
    const table: Table = {
      rows,
      columns: new Map([
        [
          'line',
          {
            kind: 'category',
            codes: Int32Array.from({ length: rows }, (_, i) => (bad(i) ? 1 : i % 50 === 1 ? -1 : 0)),
            dictionary: ['dsl', 'fiber'],
          },
        ],
        ['age', { kind: 'number', values: Float64Array.from({ length: rows }, () => random.next()) }],
        [
          'rare',
          {
            kind: 'category',
            codes: Int32Array.from({ length: rows }, (_, i) => (i < 20 ? 1 : 0)),
            dictionary: ['x', 'y'],
          },
        ],
      ]),
    };
    const slices = ['line', 'age', 'rare', 'absent'];
    return evaluate({
      task: churn,
      scored: { scores: scored.scores, target },
      metric: 'log_loss',
      table,
      slices,
      minSliceRows: 30,
      bootstrap: 0,
      random: createRandom(1),
    });
  }

  it('finds the part where the model is worse, and only that', () => {
    const worse = sliced(true, 1).slices.filter((slice) => slice.worse);
    expect(worse.map((slice) => slice.slice)).toEqual(['line = fiber']);
    expect(worse[0]!.rows).toBe(500);
  });

  it('names slices, cuts numbers in quartiles, keeps missing apart and leaves small ones out', () => {
    const { slices } = sliced(false, 1);
    const names = slices.map((slice) => slice.slice);
    expect(names.slice(0, 3)).toEqual(['line = dsl', 'line = fiber', 'line missing']);
    expect(names.filter((name) => name.startsWith('age in ['))).toHaveLength(4);
    expect(names).not.toContain('rare = y');
    expect(slices.filter((slice) => slice.slice.startsWith('age')).map((slice) => slice.rows)).toEqual([
      500, 500, 500, 500,
    ]);
  });

  it('cries wolf in few of many runs without a difference', () => {
    let alarms = 0;
    for (let seed = 100; seed < 140; seed += 1)
      if (sliced(false, seed).slices.some((slice) => slice.worse)) alarms += 1;
    // 5 % of 40 runs are 2; six or more has probability .014.
    expect(alarms).toBeLessThan(6);
  });
});

describe('threshold', () => {
  it('maximises F1 half-way between two scores', () => {
    const p = [0.1, 0.2, 0.3, 0.35, 0.8];
    const scores = Float64Array.from(p.flatMap((value) => [1 - value, value]));
    // At .3 and above: TP 3, FP 0, FN 0.
    expect(chooseThreshold(churn, { scores, target: Float64Array.of(0, 0, 1, 1, 1) })).toBeCloseTo(0.25, 12);
  });

  it('is .5 without a positive, without rows and for other tasks', () => {
    expect(chooseThreshold(churn, { scores: Float64Array.of(0.5, 0.5), target: Float64Array.of(0) })).toBe(
      0.5,
    );
    expect(chooseThreshold(churn, { scores: new Float64Array(0), target: new Float64Array(0) })).toBe(0.5);
    expect(chooseThreshold({ kind: 'regression' }, binary(3, 1))).toBe(0.5);
  });

  it('is at least as good in F1 as every other threshold', () => {
    const scored = binary(200, 9);
    const best = chooseThreshold(churn, scored);
    const f1 = (threshold: number): number =>
      evaluate({ task: churn, scored, metric: 'f1', threshold, bootstrap: 0, random: createRandom(1) })
        .metrics['f1'] ?? 0;
    for (let k = 0; k <= 20; k += 1) expect(f1(best)).toBeGreaterThanOrEqual(f1(k / 20) - 1e-12);
  });
});

describe('compareModels', () => {
  const good = binary(800, 4);
  const dull: Scored = { scores: good.scores.map((p) => 0.5 + 0.2 * (p - 0.5)), target: good.target };

  it.each(['log_loss', 'roc_auc', 'accuracy'])(
    'improvement in %s is positive when the challenger is better',
    (metric) => {
      const noisy = metric === 'log_loss' ? dull : { scores: binary(800, 77).scores, target: good.target };
      const comparison = compareModels(metric, noisy, good, churn, createRandom(1));
      expect(comparison.improvement.low).toBeGreaterThan(0);
      expect(comparison.improvement.value).toBeCloseTo(
        Math.abs(comparison.challenger - comparison.champion),
        12,
      );
      const reverse = compareModels(metric, good, noisy, churn, createRandom(1));
      expect(reverse.improvement.high).toBeLessThan(0);
    },
  );

  it('is exactly 0 for a model against itself, and refuses other rows', () => {
    expect(compareModels('log_loss', good, good, churn, createRandom(1)).improvement).toEqual({
      value: 0,
      low: 0,
      high: 0,
      p: 1,
      better: false,
    });
    expect(() => compareModels('log_loss', good, binary(800, 5), churn, createRandom(1))).toThrow(RangeError);
  });
});
