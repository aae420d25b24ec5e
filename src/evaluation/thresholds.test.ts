import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { computeMetric, metricByName, scoredRows } from '../statistics/metrics/index.ts';
import { residualsOf } from './residuals.ts';
import { thresholdsOf } from './thresholds.ts';

const classes = { kind: 'binary', classes: ['No', 'Yes'], positive: 'Yes' } as const;
const rowsOf = (drawn: readonly (readonly [number, boolean])[], threshold = 0.5, costs?: number[][]) =>
  scoredRows(
    costs === undefined ? classes : { ...classes, costs },
    Float64Array.from(drawn.flatMap(([p]) => [1 - p, p])),
    Float64Array.from(drawn, ([, yes]) => Number(yes)),
    threshold,
  );
const drawn = fc.array(
  fc.tuple(
    fc.integer({ min: 0, max: 10 }).map((tenth) => tenth / 10),
    fc.boolean(),
  ),
  {
    minLength: 1,
    maxLength: 30,
  },
);

describe('thresholds', () => {
  it('have the precision, the recall and the cost that the metrics give at each of them', () => {
    const costs = [
      [0, 1],
      [5, 0.5],
    ];
    fc.assert(
      fc.property(drawn, (rows) => {
        const steps = thresholdsOf(rowsOf(rows, 0.5, costs));
        const yes = rows.filter(([, each]) => each).length;
        if (yes === 0 || yes === rows.length) {
          expect(steps).toEqual([]);
          return;
        }
        const given = [...new Set(rows.map(([p]) => p))].sort((left, right) => right - left);
        expect(steps.map(({ threshold }) => threshold)).toEqual(given);
        for (const { threshold, said, precision, recall, cost } of steps) {
          const scored = rowsOf(rows, threshold, costs);
          const value = (name: string): number => computeMetric(metricByName(name)!, scored);
          expect(precision).toBeCloseTo(value('precision'), 12);
          expect(recall).toBeCloseTo(value('recall'), 12);
          expect(cost).toBeCloseTo(value('cost'), 12);
          expect(said).toBeCloseTo(rows.filter(([p]) => p >= threshold).length / rows.length, 12);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('are at most 100, and have no cost where none is known', () => {
    const many = Array.from({ length: 500 }, (_, at) => [at / 500, at % 3 === 0] as const);
    const steps = thresholdsOf(rowsOf(many));
    expect(steps).toHaveLength(100);
    expect(steps[0]).not.toHaveProperty('cost');
    expect(steps.at(-1)).toMatchObject({ said: 1, recall: 1 });
  });
});

describe('residuals', () => {
  const scored = (scores: readonly number[], target: readonly number[]) =>
    scoredRows({ kind: 'regression' }, Float64Array.from(scores), Float64Array.from(target));

  it('are answers beside the truth in tenths, and a row each where rows are few', () => {
    const answers = Array.from({ length: 1000 }, (_, at) => (at * 7) % 1000);
    const { points, tenths } = residualsOf(
      scored(
        answers,
        answers.map((answer) => answer + (answer % 2 === 0 ? 3 : -3)),
      ),
    );
    expect(points).toHaveLength(200);
    expect(points[0]!.predicted).toBe(0);
    expect(points.at(-1)!.predicted).toBe(999);
    expect(tenths.map(({ rows }) => rows)).toEqual(new Array(10).fill(100));
    expect(tenths[0]).toMatchObject({ predicted: 49.5, actual: 49.5, low: -3, high: 3 });
    const one = residualsOf(scored([1], [3]));
    expect(one).toEqual({
      points: [{ predicted: 1, actual: 3 }],
      tenths: [{ predicted: 1, actual: 3, low: 2, high: 2, rows: 1 }],
    });
  });
});
