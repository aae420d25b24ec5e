import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { costThreshold, leastCost } from './costs.ts';
import { computeMetric, metricByName, plainThreshold, scoredRows } from './metrics/index.ts';
import { predictedClasses } from './metrics/metric.ts';

const cost = fc.double({ min: 0.01, max: 100, noNaN: true });

describe('the class of least expected cost', () => {
  it('is the most probable one where every mistake costs the same', () => {
    const same = [0, 1, 2].map((actual) => [0, 1, 2].map((predicted) => (actual === predicted ? 0 : 7)));
    expect(leastCost(same, [0.2, 0.5, 0.3])).toBe(1);
    expect(leastCost(same, [0.4, 0.4, 0.2])).toBe(0);
    expect(leastCost(same, [9, 9, 0.1, 0.2, 0.7], 2)).toBe(2);
  });

  it('is a rare one where to miss it is dear', () => {
    const costs = [
      [0, 1, 1],
      [1, 0, 1],
      [50, 1, 0],
    ];
    expect(leastCost(costs, [0.9, 0.07, 0.03])).toBe(1);
    expect(leastCost(costs, [0.99, 0.005, 0.005])).toBe(0);
  });

  it('of two classes is told by the threshold, on both sides of it', () => {
    fc.assert(
      fc.property(
        cost,
        cost,
        fc.constantFrom(0, 1),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (alarm, miss, positive, p) => {
          const costs =
            positive === 1
              ? [
                  [0, alarm],
                  [miss, 0],
                ]
              : [
                  [0, miss],
                  [alarm, 0],
                ];
          const threshold = costThreshold(costs, positive);
          fc.pre(Math.abs(p - threshold) > 1e-9);
          const scores = positive === 1 ? [1 - p, p] : [p, 1 - p];
          expect(leastCost(costs, scores)).toBe(p > threshold ? positive : 1 - positive);
        },
      ),
    );
  });

  it('counts what a right answer costs', () => {
    // To answer yes costs 2 whatever is true (a letter is sent); a miss costs 10.
    expect(
      costThreshold(
        [
          [0, 2],
          [10, 2],
        ],
        1,
      ),
    ).toBeCloseTo(0.2, 12);
  });
});

describe('metrics of a task with costs', () => {
  const costs = [
    [0, 1],
    [4, 0],
  ];
  const task = { kind: 'binary', classes: ['no', 'yes'], positive: 'yes', costs } as const;

  it('take the threshold of the costs where none was chosen', () => {
    expect(plainThreshold(task)).toBe(0.2);
    expect(plainThreshold({ kind: 'binary', classes: ['no', 'yes'], positive: 'yes' })).toBe(0.5);
    expect(plainThreshold({ kind: 'regression' })).toBe(0.5);
    const rows = scoredRows(task, Float64Array.of(0.7, 0.3, 0.85, 0.15), Float64Array.of(0, 1));
    expect([...predictedClasses(rows)]).toEqual([1, 0]);
    expect(computeMetric(metricByName('cost')!, rows)).toBe(2.5);
  });

  it('answer the cheapest of several classes', () => {
    const several = [
      [0, 1, 1],
      [1, 0, 1],
      [9, 9, 0],
    ];
    const rows = scoredRows(
      { kind: 'multiclass', classes: ['a', 'b', 'c'], costs: several },
      Float64Array.of(0.6, 0.2, 0.2, 0.9, 0.09, 0.01),
      Float64Array.of(0, 0),
    );
    expect([...predictedClasses(rows)]).toEqual([2, 0]);
    expect(computeMetric(metricByName('cost')!, rows)).toBe(0.5);
  });
});
