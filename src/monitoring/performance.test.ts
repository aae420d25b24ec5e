import { describe, expect, it } from 'vitest';
import { evaluate } from '../evaluation/index.ts';
import { createRandom } from '../random.ts';
import { computeMetric, metricByName, scoredRows } from '../statistics/metrics/index.ts';
import { estimatePerformance } from './estimate.ts';
import { judgePerformance } from './performance.ts';
import type { AnsweredRows, PerformanceReference } from './performance.ts';
import type { PerformanceReport } from './report.ts';
import { keepScored, scoredOf } from './scoredReference.ts';
import type { Task } from '../modeling/model.ts';

const task: Task = { kind: 'binary', classes: ['No', 'Yes'], positive: 'Yes' };
const policy = { max_worsening: 0.1, min_labels: 100, confidence: 0.99 };
const day = 86_400_000;

/** Calibrated answers; `noise` = the share of labels that are a coin's, `flipped` from which row on they are the opposite. */
function answered(rows: number, seed: string, { noise = 0, flipped = rows, rare = 1 } = {}): AnsweredRows {
  const random = createRandom(seed);
  const scores = new Float64Array(2 * rows);
  const target = new Float64Array(rows);
  for (let i = 0; i < rows; i += 1) {
    const p = random.next() ** (1 / rare);
    scores.set([1 - p, p], 2 * i);
    const yes = random.next() < (random.next() < noise ? 0.5 : p);
    target[i] = (i >= flipped ? !yes : yes) ? 1 : 0;
  }
  return { task, scores, target };
}

function referenceOf(rows: AnsweredRows, metric = 'log_loss'): PerformanceReference {
  const { intervals } = evaluate({
    task: rows.task,
    scored: rows,
    metric,
    bootstrap: 100,
    random: createRandom(1),
  });
  return {
    performance: { metric, rows: rows.target.length, metrics: intervals },
    scored: keepScored(rows.scores, rows.target),
  };
}

const reference = referenceOf(answered(600, 'reference'));
const judge = (rows: AnsweredRows, against = reference): PerformanceReport =>
  judgePerformance(rows, against, policy, createRandom(1));
/** The same, looked at every minute. */
const timed = (rows: AnsweredRows): AnsweredRows => ({
  ...rows,
  at: Float64Array.from(rows.target, (_, i) => (i * day) / 500),
  labelsInLast24h: 500,
});

describe('judging answers by their labels', () => {
  it('finds a model that got worse and says what that costs, by how often chance deals such a gap', () => {
    const report = judge(answered(800, 'bad', { noise: 0.8 }));
    expect(report).toMatchObject({ state: 'worse', labelled: 800, rows: 800, looks: 1, selection: null });
    expect(report.low!).toBeLessThan(report.current!);
    expect(report.high!).toBeGreaterThan(report.current!);
    const { accuracy } = report.metrics;
    const more = Math.round(1000 * (accuracy!.reference! - accuracy!.current));
    expect(report.cost).toBe(`of 1,000 rows, ${more} more are misjudged than before`);
    expect(report.judged).toHaveLength(1);
    expect(report.judged![0]).toMatchObject({ metric: 'log_loss', labels: 800, against: 600 });
    expect(report.message).toMatch(
      /^If the model were as good as before, chance alone would still show a difference as large in [\d.]+ % of cases; counting every window and look here, in [\d.]+ %\. Up to [\d.]+ % is taken as real\.$/,
    );
  });

  it('sees a concept that flips behind old labels, by 500 of them, looked at every minute', () => {
    const report = judge(timed(answered(4500, 'flip', { flipped: 4000 })));
    expect(report.looks).toBeGreaterThan(50);
    expect(report.message).toMatch(
      / of cases; counting every window and look here, in [\d.]+ %\. Up to [\d.]+ % is/,
    );
    expect(report.message).not.toMatch(/k times|looks a day/);
    expect(report.state).toBe('worse');
    expect(report.judged!.at(-1)!.labels).toBeLessThanOrEqual(4500);
    const few = judge(timed(answered(500, 'flip at once', { flipped: 0 })));
    expect(few.state).toBe('worse');
  });

  it('stays calm on fresh rows of the same kind', () => {
    let alarms = 0;
    for (let run = 0; run < 60; run += 1)
      if (judge(answered(150, `after ${run}`), referenceOf(answered(300, `before ${run}`))).state === 'worse')
        alarms += 1;
    // 1 % of 60 runs; five or more has probability 4e-4.
    expect(alarms).toBeLessThan(5);
  });

  it('does not alarm on a certain change that does not matter, nor on a better model', () => {
    const rows = answered(1500, 'slightly', { noise: 0.15 });
    const lenient = judgePerformance(rows, reference, { ...policy, max_worsening: 5 }, createRandom(1));
    expect(lenient.state).toBe('ok');
    expect(lenient.cost).toBeNull();
    expect(judge(answered(300, 'good'), referenceOf(answered(600, 'was bad', { noise: 0.9 }))).state).toBe(
      'ok',
    );
  });

  it('says how many labels came, of when, and what to set', () => {
    const rows = timed(answered(400, 'few'));
    const few = judge({ ...rows, target: rows.target.map((label, i) => (i < 99 ? label : Number.NaN)) });
    expect(few).toMatchObject({ state: 'not enough labels', labelled: 99, rows: 400, low: null, from: 0 });
    expect(few.message).toBe(
      '99 labels came (of 400 predictions of that time, of predictions from 1970-01-01 00:00 UTC to 1970-01-01 04:42 UTC); 100 are needed: send more by POST /feedback or --labels, wait for those that come late (monitor.window_hours bounds how long ago a label came), or lower monitor.performance.min_labels.',
    );
    expect(few.current).toBeGreaterThan(0);
    const none = judge({ ...rows, target: rows.target.map(() => Number.NaN) });
    expect(none).toMatchObject({ current: null, labelled: 0, metrics: {} });
    expect(none.message).toMatch(/^No label came; 100 are needed/);
    expect(judge(answered(100, 'enough')).state).not.toBe('not enough labels');
  });

  it('watches ROC AUC beside log loss where positives are rare, and declines it below five of them', () => {
    const before = referenceOf(answered(900, 'rare', { rare: 0.06 }));
    const now = judge(answered(800, 'rare now', { rare: 0.06 }), before);
    expect(new Set(now.judged!.map(({ metric }) => metric))).toEqual(new Set(['log_loss', 'roc_auc']));
    const report = judge(answered(120, 'few positives', { rare: 0.01 }), before);
    expect(report.message).toContain('ROC AUC: fewer than 5 rows of a class here or at training');
    const auc = judge(answered(120, 'few positives', { rare: 0.01 }), {
      ...before,
      performance: { ...before.performance, metric: 'roc_auc' },
    });
    expect(auc.state).toBe('not enough labels');
  });

  it('knows errors of numbers in their own unit', () => {
    const random = createRandom('numbers');
    const numbers = (rows: number, error: number): AnsweredRows => {
      const target = Float64Array.from({ length: rows }, () => 10 * random.normal());
      return {
        task: { kind: 'regression' },
        target,
        scores: target.map((each) => each + error * random.normal()),
      };
    };
    const before = referenceOf(numbers(300, 1), 'rmse');
    const report = judge(numbers(300, 2), before);
    expect(report.state).toBe('worse');
    expect(report.cost).toMatch(/^a prediction is off by 1\.\d+ on average, 0?\.?\d+ more than before$/);
    expect(judge(numbers(300, 1), before).state).toBe('ok');
  });

  it('of a bundle without scored rows are judged by normal errors, and that is told', () => {
    const old = { ...reference, scored: null };
    const report = judge(answered(800, 'bad', { noise: 0.8 }), old);
    expect(report.state).toBe('worse');
    expect(report.message).toContain('The bundle keeps no scored rows');
    expect(judge(answered(300, 'same'), old).state).toBe('ok');
    const unknown = { performance: { ...reference.performance, metrics: {} }, scored: null };
    expect(judge(answered(300, 'same'), unknown)).toMatchObject({
      state: 'not enough labels',
      reference: null,
    });
  });
});

describe('labels that are not those of any row', () => {
  const rows = answered(3000, 'selected');
  const only = (keep: (row: number) => boolean, from = rows): AnsweredRows => ({
    ...from,
    target: from.target.map((label, row) => (keep(row) ? label : Number.NaN)),
  });
  const p = (row: number): number => rows.scores[2 * row + 1]!;

  it('are said to be chosen by the answer, and are compared with test rows of such answers', () => {
    const report = judge(only((row) => p(row) > 0.8));
    expect(report.selection?.kind).toBe('by prediction');
    expect(report.message).toMatch(
      /^Labels come for rows of high probability of Yes rather than for the others \(in \d+ % of pairs the labelled row is the higher one\)\. Compared with the \d+ test rows that are like them: other rows are not judged\./,
    );
    // Log loss of sure answers is lower by nature: like with like it is as it was.
    expect(report.state).toBe('ok');
    expect(report.reference!).toBeLessThan(reference.performance.metrics['log_loss']!.value - 0.1);
    const worse = answered(3000, 'selected', { noise: 0.7 });
    expect(judge(only((row) => p(row) > 0.8, worse)).state).toBe('worse');
  });

  it('are said to be of one class where the model expects others', () => {
    const report = judge(only((row) => rows.target[row] === 1));
    expect(report.selection?.kind).toBe('one class');
    expect(report.message).toMatch(/^All 1,\d+ labels are Yes, where the model expects \d+ of them to be/);
    expect(report.state).toBe('ok');
  });

  it('are no selection where they come at random, or late', () => {
    const random = createRandom('random labels');
    expect(judge(only(() => random.next() < 0.3)).selection).toBeNull();
    // The answers rise in time, and the last rows have no labels yet.
    const rising = Array.from(rows.target.keys()).sort((left, right) => p(left) - p(right));
    const sorted: AnsweredRows = timed({
      task,
      scores: Float64Array.from(rising.flatMap((row) => [1 - p(row), p(row)])),
      target: Float64Array.from(rising, (row, place) =>
        random.next() < 1 - place / 3000 ? rows.target[row]! : Number.NaN,
      ),
    });
    expect(judge(sorted).selection).toBeNull();
  });

  it('of a rare class are none by chance', () => {
    const rare = answered(150, 'all no', { rare: 0.005 });
    const target = rare.target.map(() => 0);
    expect(judge({ ...rare, target }).selection).toBeNull();
  });
});

describe('an estimate without labels', () => {
  it('of classes is what calibrated probabilities expect of every metric', () => {
    const rows = answered(20_000, 'estimate');
    const scored = scoredRows(task, rows.scores, rows.target, 0.5);
    for (const name of ['log_loss', 'roc_auc', 'accuracy', 'brier', 'f1', 'pr_auc']) {
      const truth = computeMetric(metricByName(name)!, scored);
      expect(estimatePerformance(task, name, scored, null)!.value).toBeCloseTo(truth, 1.6);
      // Less what it is wrong by on the reference's own rows, which are few.
      const found = estimatePerformance(task, name, scored, scoredOf(task, reference.scored!));
      expect(found!.value).toBeCloseTo(truth, 1.2);
      expect(found!.rows).toBe(20_000);
      expect(found!.trust).toBe(
        'What the new inputs cost if the world still answers as it did; blind where it no longer does.',
      );
    }
    expect(estimatePerformance(task, 'log_loss', scored, null)).toMatchObject({ reference: null });
    expect(estimatePerformance(task, 'none', scored, null)).toBeNull();
  });

  it('of numbers is an error model by the size of the answer', () => {
    const random = createRandom('errors');
    // The error is a tenth of the answer.
    const numbers = (rows: number, from: number) => {
      const scores = Float64Array.from({ length: rows }, () => from + 10 * random.next());
      const target = scores.map((answer) => answer * (1 + 0.1 * random.normal()));
      return scoredRows({ kind: 'regression' }, scores, target);
    };
    const before = numbers(2000, 0);
    const now = { ...numbers(500, 0), scores: Float64Array.from({ length: 500 }, () => 9) };
    const { value, reference: was } = estimatePerformance({ kind: 'regression' }, 'rmse', now, before)!;
    expect(value).toBeCloseTo(0.9, 0.5);
    expect(was!).toBeCloseTo(0.577, 1);
    expect(estimatePerformance({ kind: 'regression' }, 'r2', now, before)).toBeNull();
    expect(estimatePerformance({ kind: 'regression' }, 'rmse', now, null)).toBeNull();
    const few = scoredRows({ kind: 'regression' }, Float64Array.of(1), Float64Array.of(1));
    expect(estimatePerformance({ kind: 'regression' }, 'rmse', now, few)).toBeNull();
  });
});

describe('kept scored rows', () => {
  it('are at most 2,000, without rows that have no label or no answer', () => {
    const { scores, target } = answered(5000, 'many');
    const kept = keepScored(scores, target);
    expect([kept.outputs, kept.target.length, kept.scores.length]).toEqual([2, 2000, 4000]);
    target[0] = Number.NaN;
    scores[2] = Number.NaN;
    expect(keepScored(scores.subarray(0, 6), target.subarray(0, 3))).toEqual({
      outputs: 2,
      scores: [Number(scores[4]!.toPrecision(7)), Number(scores[5]!.toPrecision(7))],
      target: [target[2]],
    });
    expect(keepScored(new Float64Array(0), new Float64Array(0))).toEqual({
      outputs: 1,
      scores: [],
      target: [],
    });
  });
});
