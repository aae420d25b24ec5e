import { describe, expect, it } from 'vitest';
import { createRandom } from '../random.ts';
import { compareModels, improvementOf } from './compare.ts';
import { scoredFor } from './metric.ts';
import { metricByName } from '../statistics/metrics/index.ts';
import type { Task } from '../modeling/model.ts';
import type { Scored } from './evaluation.ts';

const churn: Task = { kind: 'binary', classes: ['No', 'Yes'], positive: 'Yes' };

const scoredOf = (p: readonly number[], target: readonly number[]): Scored => ({
  scores: Float64Array.from(p.flatMap((value) => [1 - value, value])),
  target: Float64Array.from(target),
});

// The same rows, answered by two models. Right answers at thresholds .3 and .7: champion 6 and 4, challenger 4 and 7 of 8.
const truth = [0, 0, 0, 0, 1, 1, 1, 1];
const champion = scoredOf([0.1, 0.2, 0.4, 0.6, 0.35, 0.5, 0.5, 0.45], truth);
const challenger = scoredOf([0.4, 0.5, 0.6, 0.65, 0.8, 0.9, 0.75, 0.2], truth);

describe('compareModels', () => {
  it('judges each model by its own threshold', () => {
    const comparison = compareModels('accuracy', champion, challenger, churn, createRandom(1), {
      championThreshold: 0.3,
      challengerThreshold: 0.7,
    });
    expect(comparison).toMatchObject({ metric: 'accuracy', rows: 8, champion: 6 / 8, challenger: 7 / 8 });
    expect(comparison.improvement.value).toBeCloseTo(1 / 8, 12);
    const swapped = compareModels('accuracy', champion, challenger, churn, createRandom(1), {
      championThreshold: 0.7,
      challengerThreshold: 0.3,
    });
    expect(swapped).toMatchObject({ champion: 4 / 8, challenger: 3 / 8 });
    expect(swapped.improvement.value).toBeCloseTo(-1 / 8, 12);
  });

  it('takes .5 where a model has no threshold of its own', () => {
    const at = (options: object) =>
      compareModels('accuracy', champion, challenger, churn, createRandom(1), options);
    expect(at({})).toMatchObject({ champion: 5 / 8, challenger: 4 / 8 });
    expect(at({ championThreshold: 0.3 })).toMatchObject({ champion: 6 / 8, challenger: 4 / 8 });
    expect(at({ challengerThreshold: 0.7 })).toMatchObject({ champion: 5 / 8, challenger: 7 / 8 });
  });

  it('is better by a positive number whichever way the metric points, with bounds on the same side', () => {
    const right = scoredOf([0.1, 0.1, 0.1, 0.1, 0.9, 0.9, 0.9, 0.9], truth);
    const dull = scoredOf(
      truth.map((label) => (label === 1 ? 0.6 : 0.4)),
      truth,
    );
    for (const metric of ['log_loss', 'brier']) {
      const better = compareModels(metric, dull, right, churn, createRandom(1));
      expect(better.challenger).toBeLessThan(better.champion);
      expect(better.improvement.low).toBeGreaterThan(0);
      expect(better.improvement.value).toBeCloseTo(better.champion - better.challenger, 12);
      expect(compareModels(metric, right, dull, churn, createRandom(1)).improvement.high).toBeLessThan(0);
    }
    const wrong = scoredOf(
      truth.map((label) => (label === 1 ? 0.4 : 0.6)),
      truth,
    );
    const better = compareModels('accuracy', wrong, right, churn, createRandom(1));
    expect(better.improvement).toMatchObject({ value: 1, low: 1, high: 1, better: true });
    expect(better.improvement.p).toBeLessThan(0.02);
  });

  it('draws a thousand resamples where none are asked for, as many as are asked for, and the same by one seed', () => {
    const run = (seed: number, replicates?: number) =>
      compareModels(
        'roc_auc',
        champion,
        challenger,
        churn,
        createRandom(seed),
        replicates === undefined ? {} : { replicates },
      ).improvement;
    expect(run(1)).toEqual(run(1, 1000));
    expect(run(1, 100)).not.toEqual(run(1));
    expect(run(2)).not.toEqual(run(1));
    expect(run(1).low).toBeLessThan(run(1).value);
    expect(run(1).high).toBeGreaterThan(run(1).value);
  });

  it('refuses other rows: of another number, or with another label', () => {
    const run = (other: Scored) => () => compareModels('accuracy', champion, other, churn, createRandom(1));
    expect(run(scoredOf([0.1, 0.2], [0, 0]))).toThrow(RangeError);
    expect(run({ ...challenger, target: challenger.target.with(7, 0) })).toThrow('same rows');
    expect(run({ ...challenger, target: challenger.target.with(0, Number.NaN) })).toThrow(RangeError);
    expect(run(challenger)).not.toThrow();
    const open = (scored: Scored): Scored => ({ ...scored, target: scored.target.with(0, Number.NaN) });
    expect(() =>
      compareModels('accuracy', open(champion), open(challenger), churn, createRandom(1)),
    ).not.toThrow();
  });

  it('refuses a metric that does not judge the task', () => {
    expect(() => compareModels('rmse', champion, challenger, churn, createRandom(1))).toThrow(
      expect.objectContaining({ code: 'metric-unknown' }),
    );
  });
});

describe('better beyond noise', () => {
  const regression: Task = { kind: 'regression' };
  const random = createRandom('beyond noise');
  const target = Float64Array.from({ length: 200 }, () => random.normal());
  const away = (by: (row: number) => number) =>
    scoredFor(regression, { scores: target.map((value, row) => value + by(row)), target });

  it.each(['rmse', 'mae', 'r2'])(
    'in %s: a small gain in every row is, and the other way it is a loss',
    (name) => {
      const [far, near] = [
        away((row) => 1 + (row % 7) / 10),
        away((row) => 0.9 + (row % 5) / 20 + (row % 7) / 10 - 0.1),
      ];
      const metric = metricByName(name)!;
      const gain = improvementOf(metric, far, near, 100, createRandom(1));
      expect(gain).toMatchObject({ better: true });
      expect(gain.low).toBeGreaterThan(0);
      expect(gain.low).toBeLessThan(gain.value);
      expect(gain.high).toBeGreaterThan(gain.value);
      expect(gain.p).toBe(1 / 1000);
      const loss = improvementOf(metric, near, far, 100, createRandom(1));
      expect(loss.value).toBeCloseTo(-gain.value, 12);
      expect([loss.low, loss.high]).toEqual([expect.closeTo(-gain.high, 9), expect.closeTo(-gain.low, 9)]);
      expect(loss).toMatchObject({ better: false, p: 1 });
    },
  );

  it('a small gain in most rows that a rare large harm could undo is not: the interval of the mean is wide', () => {
    const plain = away(() => 1);
    const harm = away((row) => (row < 4 ? 2.6 : 0.9));
    const { value, low, better } = improvementOf(metricByName('mae')!, plain, harm, 100, createRandom(1));
    expect(value).toBeGreaterThan(0);
    expect(low).toBeLessThanOrEqual(0.05);
    expect(better).toBe(low > 0);
  });

  it.each(['roc_auc', 'pr_auc', 'f1', 'calibration_error'])(
    'in %s the exchange decides, by its seed',
    (name) => {
      const draw = createRandom('classes');
      const labels = Float64Array.from({ length: 300 }, (_, row) => row % 2);
      const probability = (noise: number): Scored =>
        scoredOf(
          Array.from(labels, (label) => {
            const logit = (label === 1 ? 1 : -1) + noise * draw.normal();
            return 1 / (1 + Math.exp(-logit));
          }),
          Array.from(labels),
        );
      const [bad, good] = [scoredFor(churn, probability(4)), scoredFor(churn, probability(0.5))];
      const metric = metricByName(name)!;
      const gain = improvementOf(metric, bad, good, 100, createRandom(1));
      expect(gain.better).toBe(gain.p! <= 0.025);
      expect(gain).toEqual(improvementOf(metric, bad, good, 100, createRandom(1)));
      const even = improvementOf(metric, good, good, 100, createRandom(1));
      expect(even).toMatchObject({ value: 0, p: 1, better: false });
      if (name !== 'calibration_error') expect(gain.better).toBe(true);
    },
  );

  it('an order does not care for the scale that a model speaks in', () => {
    const draw = createRandom('scale');
    const labels = Array.from({ length: 200 }, (_, row) => row % 2);
    const own = labels.map((label) => (label + 2 * draw.next()) / 3);
    const [same, squeezed] = [
      scoredOf(own, labels),
      scoredOf(
        own.map((value) => 0.9 + value / 100),
        labels,
      ),
    ];
    const gain = improvementOf(
      metricByName('roc_auc')!,
      scoredFor(churn, same),
      scoredFor(churn, squeezed),
      100,
      createRandom(1),
    );
    expect(gain).toMatchObject({ value: 0, p: 1 });
  });
});

describe('improvementOf', () => {
  it('pairs the rows: what both models lose on a row cancels', () => {
    const regression: Task = { kind: 'regression' };
    const random = createRandom(3);
    const target = Float64Array.from({ length: 200 }, () => 10 * random.normal());
    const off = Float64Array.from({ length: 200 }, () => random.normal());
    const rows = (by: number) =>
      scoredFor(regression, {
        scores: target.map((value, i) => value + off[i]! + Math.sign(off[i]!) * by),
        target,
      });
    const improvement = improvementOf(metricByName('mae')!, rows(0.5), rows(0.2), 200, createRandom(4));
    expect(improvement.value).toBeCloseTo(0.3, 12);
    expect(improvement.high - improvement.low).toBeLessThan(1e-9);
  });
});
