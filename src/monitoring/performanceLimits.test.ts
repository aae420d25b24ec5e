import { describe, expect, it } from 'vitest';
import { createRandom } from '../random.ts';
import { judgePerformance } from './performance.ts';

const policy = { max_worsening: 0.1, min_labels: 100, confidence: 0.99 };
/** A model that is off by exactly so much in each of its test rows, and by so much in each labelled row. */
const judged = (was: number, now: number, rows = 200, change: Partial<typeof policy> = {}) =>
  judgePerformance(
    {
      task: { kind: 'regression' },
      scores: new Float64Array(rows).fill(now),
      target: new Float64Array(rows),
    },
    {
      performance: { metric: 'rmse', rows: 500, metrics: { rmse: { value: was, low: was, high: was } } },
      scored: {
        outputs: 1,
        scores: new Array<number>(500).fill(was),
        target: new Array<number>(500).fill(0),
      },
    },
    { ...policy, ...change },
    createRandom(1),
  );

describe('worse', () => {
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
    expect(judged(was, now).state).toBe(state);
  });

  it('is by more than the share that is asked for, with as many labels as are asked for', () => {
    expect(judged(1, 1.4, 200, { max_worsening: 0.5 }).state).toBe('ok');
    expect(judged(1, 1.6, 200, { max_worsening: 0.5 }).state).toBe('worse');
    expect(judged(1, 2, 99).state).toBe('not enough labels');
    expect(judged(1, 2, 100).state).toBe('worse');
  });
});
