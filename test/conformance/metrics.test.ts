import { describe, expect, it } from 'vitest';
import {
  calibrationCurve,
  computeMetric,
  confusionEstimator,
  defaultMetric,
  metricByName,
  metrics,
  metricsFor,
  scoredRows,
} from '../../src/statistics/metrics/index.ts';
import type { Metric, ScoredRows, TaskKind } from '../../src/statistics/metrics/index.ts';

/** The C library's generator: the same numbers in Python and here. */
function uniform(n: number, seed: number): Float64Array {
  let state = BigInt(seed);
  return Float64Array.from({ length: n }, () => {
    state = (1103515245n * state + 12345n) % 2147483648n;
    return Number(state) / 2147483648;
  });
}

const rows = 200;
const argmax = (list: number[]): number => list.indexOf(Math.max(...list));

function binaryRows(): ScoredRows {
  const p = uniform(rows, 1).map((value) => Math.round(value * 100) / 100);
  const target = uniform(rows, 2).map((value, i) => (value < 0.2 + 0.6 * p[i]! ? 1 : 0));
  const scores = Float64Array.from({ length: 2 * rows }, (_, i) =>
    i % 2 === 1 ? p[i >> 1]! : 1 - p[i >> 1]!,
  );
  const costs = [
    [0, 1],
    [1, 0],
  ];
  return scoredRows({ kind: 'binary', classes: ['no', 'yes'], positive: 'yes', costs }, scores, target, 0.4);
}

function multiclassRows(): ScoredRows {
  const raw = uniform(3 * rows, 3).map((value) => value + 0.05);
  const scores = raw.map((value, i) => {
    const row = Math.floor(i / 3) * 3;
    return value / (raw[row]! + raw[row + 1]! + raw[row + 2]!);
  });
  const any = uniform(rows, 4);
  const keep = uniform(rows, 5);
  const target = any.map((value, i) =>
    keep[i]! < 0.5 ? argmax([...scores.subarray(3 * i, 3 * i + 3)]) : Math.floor(value * 3),
  );
  const costs = [0, 1, 2].map((actual) => [0, 1, 2].map((predicted) => (actual === predicted ? 0 : 1)));
  return scoredRows({ kind: 'multiclass', classes: ['a', 'b', 'c'], costs }, scores, target);
}

function regressionRows(): ScoredRows {
  const target = uniform(rows, 6).map((value) => value * 10 + 100);
  const noise = uniform(rows, 7);
  return scoredRows(
    { kind: 'regression' },
    target.map((value, i) => value + noise[i]! * 4 - 2),
    target,
  );
}

const examples: Record<TaskKind, ScoredRows> = {
  binary: binaryRows(),
  multiclass: multiclassRows(),
  regression: regressionRows(),
};

// scikit-learn 1.9.1 on the same numbers: roc_auc_score, average_precision_score, log_loss, accuracy_score, f1_score,
// precision_score, recall_score, brier_score_loss, root_mean_squared_error, mean_absolute_error, r2_score,
// mean_absolute_percentage_error; multi-class: f1_score(average=…), roc_auc_score(multi_class='ovr', average='macro'),
// and ((P − one-hot)²).sum(1).mean() for Brier.
const expected: Record<TaskKind, Record<string, number>> = {
  binary: {
    roc_auc: 0.6886782941828815,
    pr_auc: 0.7013786752500915,
    log_loss: 0.7054248552620516,
    accuracy: 0.665,
    f1: 0.7124463519313304,
    precision: 0.6693548387096774,
    recall: 0.7614678899082569,
    brier: 0.236137,
    cost: 0.335,
  },
  multiclass: {
    log_loss: 0.9901536364142572,
    accuracy: 0.665,
    macro_f1: 0.6636111911678565,
    weighted_f1: 0.6636363474060338,
    roc_auc: 0.7350980632472169,
    brier: 0.577371879179882,
    cost: 0.335,
  },
  regression: {
    rmse: 1.1313073294522873,
    mae: 0.9722538680396974,
    r2: 0.8447030822841965,
    mape: 0.009287030983691573,
  },
};

const kinds: readonly TaskKind[] = ['binary', 'multiclass', 'regression'];

describe.each(kinds)('%s metrics agree with scikit-learn', (kind) => {
  it.each(Object.entries(expected[kind]))('%s', (name, value) => {
    expect(computeMetric(metricByName(name)!, examples[kind])).toBeCloseTo(value, 10);
  });
});

function perfect(kind: TaskKind): ScoredRows {
  const example = examples[kind];
  const { target, outputs } = example;
  if (kind === 'regression') return { ...example, scores: target };
  const scores = new Float64Array(target.length * outputs);
  target.forEach((code, i) => (scores[i * outputs + code] = 1));
  return { ...example, scores };
}

function permuted(scored: ScoredRows): ScoredRows {
  const order = Array.from({ length: rows }, (_, i) => (i * 77 + 13) % rows);
  return {
    ...scored,
    target: Float64Array.from(order, (i) => scored.target[i]!),
    scores: Float64Array.from(
      order.flatMap((i) => [...scored.scores.subarray(i * scored.outputs, (i + 1) * scored.outputs)]),
    ),
  };
}

describe.each(metrics.map((metric): [string, Metric] => [metric.name, metric]))(
  'metric %s',
  (name, metric) => {
    it('has a snake_case name, a label, a task, and is found by name and task', () => {
      expect(name).toMatch(/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/);
      expect(metric.label.length).toBeGreaterThan(1);
      expect(metricByName(name)).toBe(metric);
      for (const kind of metric.tasks) expect(metricsFor(kind)).toContain(metric);
    });

    describe.each([...metric.tasks])('on %s', (kind) => {
      const scored = examples[kind];
      const value = computeMetric(metric, scored);

      it('stays in its range, and a perfect model is best', () => {
        const best = computeMetric(metric, perfect(kind));
        expect(value).toBeGreaterThanOrEqual(metric.range[0]);
        expect(value).toBeLessThanOrEqual(metric.range[1]);
        expect(best).toBeCloseTo(metric.higherIsBetter ? 1 : 0, 9);
        expect(metric.higherIsBetter ? value < best : value > best).toBe(true);
      });

      it('does not depend on the order of the rows', () => {
        expect(computeMetric(metric, permuted(scored))).toBeCloseTo(value, 10);
      });

      it('counts a row twice as if it stood there twice', () => {
        const doubled = metric.prepare(scored)(new Int32Array(rows).fill(2));
        expect(doubled).toBeCloseTo(value, 10);
      });

      it('is NaN, not an error, without rows', () => {
        expect(
          computeMetric(metric, { ...scored, scores: new Float64Array(0), target: new Float64Array(0) }),
        ).toBeNaN();
      });
    });
  },
);

describe('where a metric is undefined', () => {
  const oneClass = { ...examples.binary, target: new Float64Array(rows) };

  it.each(['roc_auc', 'pr_auc', 'recall'])('%s of one class is NaN', (name) => {
    expect(computeMetric(metricByName(name)!, oneClass)).toBeNaN();
  });

  it('precision without a predicted positive is NaN, F1 is 0', () => {
    const none = { ...examples.binary, threshold: 2 };
    expect(computeMetric(metricByName('precision')!, none)).toBeNaN();
    expect(computeMetric(metricByName('f1')!, none)).toBe(0);
  });

  it('R² of a constant target is NaN; MAPE leaves zeros out', () => {
    const constant = { ...examples.regression, target: new Float64Array(rows).fill(3) };
    expect(computeMetric(metricByName('r2')!, constant)).toBeNaN();
    const zeros = scoredRows({ kind: 'regression' }, Float64Array.of(5, 3, 1), Float64Array.of(0, 2, 4));
    expect(computeMetric(metricByName('mape')!, zeros)).toBeCloseTo((0.5 + 0.75) / 2, 12);
    expect(computeMetric(metricByName('mape')!, { ...zeros, target: new Float64Array(3) })).toBeNaN();
  });

  it('the mean cost is NaN where no costs are stated', () => {
    const { costs: _, ...unstated } = examples.multiclass;
    expect(computeMetric(metricByName('cost')!, unstated)).toBeNaN();
  });

  it('a certain mistake costs a finite log loss', () => {
    const sure = scoredRows(
      { kind: 'binary', classes: ['no', 'yes'], positive: 'yes' },
      Float64Array.of(1, 0),
      Float64Array.of(1),
    );
    expect(computeMetric(metricByName('log_loss')!, sure)).toBeCloseTo(15 * Math.LN10, 9);
  });

  it('calibration error is what was promised minus what came', () => {
    // Ten rows said 30 %, five came true: off by .2; ten said 80 %, eight came true: off by 0.
    const p = Array.from({ length: 20 }, (_, i) => (i < 10 ? 0.3 : 0.8));
    const target = Float64Array.from(p, (_, i) => (i < 5 || (i >= 10 && i < 18) ? 1 : 0));
    const scores = Float64Array.from(p.flatMap((value) => [1 - value, value]));
    const scored = scoredRows({ kind: 'binary', classes: ['no', 'yes'], positive: 'yes' }, scores, target);
    expect(computeMetric(metricByName('calibration_error')!, scored)).toBeCloseTo(0.1, 12);
  });
});

describe('the list of metrics', () => {
  it('is by task, in the order in which they are shown, and has one for a pipeline that names none', () => {
    const named = (kind: TaskKind): string[] => metricsFor(kind).map(({ name }) => name);
    const ofClasses = ['accuracy', 'brier', 'calibration_error'];
    expect(named('binary')).toEqual([
      'roc_auc',
      'pr_auc',
      'log_loss',
      'accuracy',
      'f1',
      'brier',
      'calibration_error',
      'precision',
      'recall',
      'cost',
    ]);
    expect(named('multiclass')).toEqual([
      'roc_auc',
      'log_loss',
      'accuracy',
      'macro_f1',
      'weighted_f1',
      'brier',
      'calibration_error',
      'cost',
    ]);
    expect(named('regression')).toEqual(['rmse', 'mae', 'r2', 'mape']);
    for (const name of ofClasses) expect(metricByName(name)!.tasks).toEqual(['binary', 'multiclass']);
    expect(kinds.map((kind) => defaultMetric(kind).name)).toEqual(['log_loss', 'log_loss', 'rmse']);
    expect(metricByName('nothing')).toBeUndefined();
  });

  it('says in which direction each is better, and what it can be', () => {
    const better = metrics.filter(({ higherIsBetter }) => higherIsBetter).map(({ name }) => name);
    expect(better.sort()).toEqual(
      ['accuracy', 'f1', 'macro_f1', 'pr_auc', 'precision', 'r2', 'recall', 'roc_auc', 'weighted_f1'].sort(),
    );
    const ranges = Object.fromEntries(metrics.map(({ name, range }) => [name, range]));
    expect(ranges).toMatchObject({
      roc_auc: [0, 1],
      brier: [0, 2],
      log_loss: [0, expect.closeTo(34.538776394910684, 9)],
      rmse: [0, Infinity],
      mae: [0, Infinity],
      mape: [0, Infinity],
      r2: [-Infinity, 1],
    });
  });
});

describe('what metrics are made of', () => {
  const task = { kind: 'binary', classes: ['no', 'yes'], positive: 'yes' } as const;
  const binary = (p: readonly number[], target: readonly number[], threshold?: number): ScoredRows =>
    scoredRows(
      task,
      Float64Array.from(p.flatMap((value) => [1 - value, value])),
      Float64Array.from(target),
      threshold,
    );

  it('a class is predicted from the threshold on, by default from one half', () => {
    const value = (name: string, threshold?: number): number =>
      computeMetric(metricByName(name)!, binary([0.5, 0.49, 0.3, 0.9], [1, 1, 0, 1], threshold));
    expect([value('recall'), value('recall', 0.49), value('recall', 0.491)]).toEqual([2 / 3, 1, 2 / 3]);
    expect([value('precision'), value('precision', 0.3)]).toEqual([1, 0.75]);
    expect(value('accuracy')).toBe(0.75);
    expect([
      ...confusionEstimator(binary([0.5, 0.49, 0.3, 0.9], [1, 1, 0, 0]))(Int32Array.of(1, 2, 3, 4)),
    ]).toEqual([3, 4, 2, 1]);
  });

  it('the first class may be the positive one', () => {
    const first = scoredRows(
      { ...task, positive: 'no' },
      Float64Array.of(0.9, 0.1, 0.2, 0.8, 0.6, 0.4),
      Float64Array.of(0, 1, 1),
    );
    const value = (name: string): number => computeMetric(metricByName(name)!, first);
    expect([value('roc_auc'), value('precision'), value('recall'), value('accuracy')]).toEqual([
      1,
      0.5,
      1,
      2 / 3,
    ]);
    expect(value('brier')).toBeCloseTo((0.01 + 0.04 + 0.36) / 3, 12);
  });

  it('of equal probabilities the first class is predicted', () => {
    const three = scoredRows(
      { kind: 'multiclass', classes: ['a', 'b', 'c'] },
      Float64Array.of(0.4, 0.4, 0.2, 0.2, 0.4, 0.4),
      Float64Array.of(0, 1),
    );
    expect(computeMetric(metricByName('accuracy')!, three)).toBe(1);
    // A class that neither occurs nor is predicted has no F1.
    expect(computeMetric(metricByName('macro_f1')!, three)).toBe(1);
    expect(computeMetric(metricByName('roc_auc')!, three)).toBeCloseTo((1 + 0.5) / 2, 12);
  });

  it('a reliability diagram has ten bins of as many rows, equal confidences in one', () => {
    const p = Array.from({ length: 40 }, (_, at) => (at + 1) / 100);
    const curve = calibrationCurve(
      binary(
        p,
        p.map((_, at) => (at % 4 === 0 ? 1 : 0)),
      ),
    );
    const bins = curve(new Int32Array(40).fill(1));
    expect(bins).toHaveLength(10);
    bins.forEach(({ predicted, observed, rows: of }, at) => {
      expect([predicted, observed, of]).toEqual([expect.closeTo((4 * at + 2.5) / 100, 12), 0.25, 4]);
    });
    // Rows that a resample has not drawn are in no bin, and drawn twice they count twice.
    const drawn = curve(Int32Array.from({ length: 40 }, (_, at) => (at < 20 ? 0 : 2)));
    expect(drawn.reduce((sum, { rows: of }) => sum + of, 0)).toBe(40);
    expect(drawn.length).toBe(10);
    expect(drawn[0]!.predicted).toBeCloseTo(0.215, 12);
    const tied = calibrationCurve(binary(Array(30).fill(0.3), Array(30).fill(1)));
    expect(tied(new Int32Array(30).fill(1))).toEqual([
      { predicted: expect.closeTo(0.3, 12), observed: 1, rows: 30 },
    ]);
    const half = calibrationCurve(
      binary([...Array(15).fill(0.3), ...Array(15).fill(0.6)], Array(30).fill(0)),
    );
    expect(half(new Int32Array(30).fill(1)).map(({ rows: of }) => of)).toEqual([15, 15]);
    expect(calibrationCurve(binary([], []))(new Int32Array(0))).toEqual([]);
  });
});
