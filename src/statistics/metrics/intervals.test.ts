import { describe, expect, it } from 'vitest';
import { createRandom } from '../../random.ts';
import { computeMetric, metricByName, metricsFor, scoredRows } from './index.ts';
import type { ScoredRows, TaskKind } from './index.ts';
import { placementsOf, rankPositives } from './ranking.ts';
import { stackAnswers } from './stacked.ts';

const random = createRandom('intervals of metrics');
const churn = { kind: 'binary', classes: ['no', 'yes'], positive: 'yes' } as const;

function binary(rows: number, threshold = 0.5): ScoredRows {
  const p = Float64Array.from({ length: rows }, () => Math.round(20 * random.next()) / 20);
  const target = p.map((value) => (random.next() < value ? 1 : 0));
  return scoredRows(
    churn,
    Float64Array.from([...p].flatMap((value) => [1 - value, value])),
    target,
    threshold,
  );
}

function numbers(errors: readonly number[]): ScoredRows {
  const target = Float64Array.from(errors, (_, row) => row % 5);
  return scoredRows(
    { kind: 'regression' },
    target.map((value, row) => value + errors[row]!),
    target,
  );
}

const kinds: readonly [TaskKind, ScoredRows][] = [
  [
    'binary',
    {
      ...binary(200),
      costs: [
        [0, 1],
        [5, 0],
      ],
    },
  ],
  ['regression', numbers(Array.from({ length: 200 }, () => random.normal()))],
];

describe.each(kinds)('%s', (kind, scored) => {
  it.each(metricsFor(kind).map((metric) => [metric.name, metric] as const))(
    '%s holds its value',
    (_, metric) => {
      const bounds = metric.interval?.(scored);
      const value = computeMetric(metric, scored);
      if (bounds === undefined) expect(['calibration_error', 'r2']).toContain(metric.name);
      else {
        expect(bounds.low).toBeLessThan(value);
        expect(bounds.high).toBeGreaterThan(value);
        expect(bounds.low).toBeGreaterThanOrEqual(metric.range[0]);
        expect(bounds.high).toBeLessThanOrEqual(metric.range[1]);
        expect(bounds.note).toBeUndefined();
      }
    },
  );

  it.each(
    metricsFor(kind).flatMap((metric) =>
      metric.byRow === undefined ? [] : [[metric.name, metric] as const],
    ),
  )('the mean loss of %s orders models as it does', (_, metric) => {
    const { losses, slope } = metric.byRow!;
    const other = { ...scored, scores: scored.scores.map((score) => 0.9 * score + 0.05) };
    const mean = (rows: ScoredRows): number => {
      const counted = losses(rows).filter((loss) => !Number.isNaN(loss));
      return counted.reduce((sum, loss) => sum + loss, 0) / counted.length;
    };
    const gain = (mean(scored) - mean(other)) * (slope?.(mean(scored), mean(other), scored) ?? 1);
    const difference = computeMetric(metric, other) - computeMetric(metric, scored);
    expect(gain).toBeCloseTo(metric.higherIsBetter ? difference : -difference, 9);
  });
});

describe('what an interval cannot be trusted with', () => {
  it('RMSE that a few rows make says so, from a skewness of .4 √rows on', () => {
    const rmse = metricByName('rmse')!;
    const heavy = Array.from({ length: 200 }, (_, row) => (row === 0 ? 40 : 1));
    expect(rmse.interval!(numbers(heavy))!.note).toBe('RMSE rests on few rows; trust MAE');
    expect(metricByName('mae')!.interval!(numbers(heavy))!.note).toBeUndefined();
  });

  it('PR AUC of nine positives has none', () => {
    const target = Float64Array.from({ length: 90 }, (_, row) => (row < 9 ? 1 : 0));
    const scores = Float64Array.from([...target].flatMap((_, row) => [row / 90, 1 - row / 90]));
    const { low, note } = metricByName('pr_auc')!.interval!(scoredRows(churn, scores, target))!;
    expect(low).toBeNaN();
    expect(note).toContain('9 positive rows');
  });
});

describe('placements', () => {
  it('are shares of the other class, ties counting one half, and their mean is the AUC', () => {
    const scored = binary(60);
    const { positives, negatives } = placementsOf(rankPositives(scored)!);
    const mean = (values: Float64Array): number =>
      values.reduce((sum, value) => sum + value, 0) / values.length;
    const auc = computeMetric(metricByName('roc_auc')!, scored);
    expect(mean(positives)).toBeCloseTo(auc, 12);
    expect(mean(negatives)).toBeCloseTo(auc, 12);
    expect(positives.length + negatives.length).toBe(60);
  });
});

describe('two models, one below the other', () => {
  it.each(metricsFor('binary').map((metric) => [metric.name, metric] as const))(
    '%s of each half is that of its model, whatever its threshold',
    (_, metric) => {
      const first = binary(80, 0.3);
      const second = { ...first, scores: binary(80).scores, threshold: 0.7 };
      if (metric.byRow !== undefined && metric.reads === undefined) return;
      const estimate = metric.prepare(stackAnswers(metric, first, second));
      const half = (from: number) =>
        Int32Array.from({ length: 160 }, (_, i) => (i >= from && i < from + 80 ? 1 : 0));
      expect(estimate(half(0))).toBeCloseTo(computeMetric(metric, first), 12);
      expect(estimate(half(80))).toBeCloseTo(computeMetric(metric, second), 12);
    },
  );
});
