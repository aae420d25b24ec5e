import { describe, expect, it } from 'vitest';
import { evaluate } from '../evaluation/index.ts';
import { createRandom } from '../random.ts';
import { judgePerformance } from './performance.ts';
import type { Task } from '../modeling/model.ts';
import type { AnsweredRows } from './performance.ts';
import type { Reference } from './reference.ts';
import type { PerformanceReport } from './report.ts';

const task: Task = { kind: 'binary', classes: ['No', 'Yes'], positive: 'Yes' };
const policy = { max_worsening: 0.1, min_labels: 100, confidence: 0.99 };

/** Calibrated answers; `noise` = the share of labels that are a coin's. */
function answered(rows: number, seed: string, noise = 0): AnsweredRows {
  const random = createRandom(seed);
  const scores = new Float64Array(2 * rows);
  const target = new Float64Array(rows);
  for (let i = 0; i < rows; i += 1) {
    const p = random.next();
    scores.set([1 - p, p], 2 * i);
    target[i] = random.next() < (random.next() < noise ? 0.5 : p) ? 1 : 0;
  }
  return { task, scores, target };
}

function referenceOf(rows: AnsweredRows, metric = 'log_loss'): Reference['performance'] {
  const evaluation = evaluate({
    task: rows.task,
    scored: rows,
    metric,
    bootstrap: 300,
    random: createRandom(1),
  });
  return { metric, rows: evaluation.rows, metrics: evaluation.intervals };
}

const reference = referenceOf(answered(600, 'reference'));
const judge = (rows: AnsweredRows): PerformanceReport =>
  judgePerformance(rows, reference, policy, createRandom(1));

describe('judgePerformance', () => {
  it('finds a model that got worse and says what that costs', () => {
    const report = judge(answered(800, 'bad', 0.8));
    expect(report).toMatchObject({
      state: 'worse',
      labelled: 800,
      rows: 800,
    });
    expect(report.low!).toBeLessThan(report.current!);
    expect(report.high!).toBeGreaterThan(report.current!);
    const { accuracy } = report.metrics;
    const more = Math.round(1000 * (accuracy!.reference! - accuracy!.current));
    expect(report.cost).toBe(`of 1,000 rows, ${more} more are misjudged than at training`);
    expect(more).toBeGreaterThan(50);
  });

  it('stays calm on fresh rows of the same kind, taking the noise of both sides', () => {
    let alarms = 0;
    for (let run = 0; run < 100; run += 1) {
      const before = referenceOf(answered(300, `before ${run}`));
      if (
        judgePerformance(answered(150, `after ${run}`), before, policy, createRandom(run)).state === 'worse'
      )
        alarms += 1;
    }
    // 1 % of 100 runs; five or more has probability .003. Without the reference's own noise there would be about ten.
    expect(alarms).toBeLessThan(5);
  });

  it('does not alarm on a certain change that does not matter', () => {
    const rows = answered(3000, 'slightly', 0.12);
    const lenient = judgePerformance(rows, reference, { ...policy, max_worsening: 5 }, createRandom(1));
    expect(lenient.state).toBe('ok');
    expect(lenient.cost).toBeNull();
  });

  it('waits for enough labels, and shows what is known', () => {
    const rows = answered(400, 'few', 1);
    const target = rows.target.map((label, i) => (i < 99 ? label : Number.NaN));
    const report = judge({ ...rows, target });
    expect(report).toMatchObject({ state: 'not enough labels', labelled: 99, rows: 400, low: null });
    expect(report.current).toBeGreaterThan(0);
    expect(judge({ ...rows, target: target.fill(Number.NaN) })).toMatchObject({
      current: null,
      labelled: 0,
      metrics: {},
    });
  });

  it('has nothing to say where the metric is undefined or the reference does not have it', () => {
    const auc = referenceOf(answered(600, 'reference'), 'roc_auc');
    const rows = answered(200, 'one class');
    const report = judgePerformance({ ...rows, target: new Float64Array(200) }, auc, policy, createRandom(1));
    expect(report).toMatchObject({ state: 'ok', current: null });
    const empty = judgePerformance(rows, { ...reference, metrics: {} }, policy, createRandom(1));
    expect(empty).toMatchObject({ state: 'ok', reference: null });
  });

  it('knows a falling AUC as worse, and errors of numbers in their own unit', () => {
    const auc = referenceOf(answered(600, 'reference'), 'roc_auc');
    expect(judgePerformance(answered(800, 'bad', 0.8), auc, policy, createRandom(1)).state).toBe('worse');
    const random = createRandom('numbers');
    const numbers = (rows: number, error: number): AnsweredRows => {
      const target = Float64Array.from({ length: rows }, () => 10 * random.normal());
      const scores = target.map((value) => value + error * random.normal());
      return { task: { kind: 'regression' }, scores, target };
    };
    const report = judgePerformance(
      numbers(300, 2),
      referenceOf(numbers(300, 1), 'rmse'),
      policy,
      createRandom(1),
    );
    expect(report.state).toBe('worse');
    expect(report.cost).toMatch(/^a prediction is off by 1\.\d+ on average, 0?\.?\d+ more than at training$/);
  });
});

describe('the limits of a worsening', () => {
  /** A model that is off by exactly `error` in each of `rows` rows: its RMSE has no noise. */
  const off = (error: number, rows = 200): AnsweredRows => ({
    task: { kind: 'regression' },
    scores: new Float64Array(rows).fill(error),
    target: new Float64Array(rows),
  });
  const before = (value: number, spread = 0): Reference['performance'] => ({
    metric: 'rmse',
    rows: 500,
    metrics: { rmse: { value, low: value - spread, high: value + spread } },
  });
  const stateOf = (rows: AnsweredRows, was: Reference['performance']): PerformanceReport['state'] =>
    judgePerformance(rows, was, policy, createRandom(1)).state;

  it.each([
    [1, 1.0999, 'ok'],
    [1, 1.1001, 'worse'],
    // Relative, not absolute: a tenth of ten is one, and of a fifth it is a fiftieth.
    [10, 10.9, 'ok'],
    [10, 11.1, 'worse'],
    [0.2, 0.2199, 'ok'],
    [0.2, 0.2201, 'worse'],
    [1, 0.5, 'ok'],
  ] as const)('an RMSE of %d that becomes %d is %s', (was, now, state) => {
    expect(stateOf(off(now), before(was))).toBe(state);
  });

  it('take the noise of the reference and that of the rows', () => {
    // The standard error is the half-width over 1.96: .3 is 2.326 of them at a half-width of .2528.
    expect(stateOf(off(1.3), before(1, 0.252))).toBe('worse');
    expect(stateOf(off(1.3), before(1, 0.254))).toBe('ok');
    const few = off(0, 100);
    // Four of a hundred rows hold all of the error: an RMSE of 1.3 that may as well be .9.
    for (let row = 0; row < 4; row += 1) few.scores[row] = 6.5;
    const report = judgePerformance(few, before(1), policy, createRandom(1));
    expect(report.current).toBeCloseTo(1.3, 9);
    expect(report.state).toBe('ok');
  });

  it('need as many labels as the policy says', () => {
    expect(stateOf(off(2, 99), before(1))).toBe('not enough labels');
    expect(stateOf(off(2, 100), before(1))).toBe('worse');
  });
});
