import { describe, expect, it } from 'vitest';
import { createRandom } from '../random.ts';
import { normalQuantile } from '../statistics/normalQuantile.ts';
import { judgePerformance } from './performance.ts';
import type { Reference } from './reference.ts';

// Answers whose mean absolute error is 2 with a standard error of .05, times a scale, against a reference made by hand.
const policy = { max_worsening: 0.1, min_labels: 100, confidence: 0.99 };

function judged(
  before: { readonly value: number; readonly error?: number },
  change: {
    readonly scale?: number;
    readonly rows?: number;
    readonly known?: number;
    readonly policy?: Partial<typeof policy>;
  } = {},
) {
  const { scale = 1, rows = 400, known = rows } = change;
  const half = normalQuantile(0.975) * (before.error ?? 0);
  const mae = { value: before.value, low: before.value - half, high: before.value + half };
  const reference: Reference['performance'] = { metric: 'mae', rows: 1000, metrics: { mae } };
  const answers = {
    task: { kind: 'regression' } as const,
    scores: Float64Array.from({ length: rows }, (_, i) => scale * (i % 2 === 0 ? 1 : 3)),
    target: Float64Array.from({ length: rows }, (_, i) => (i < known ? 0 : Number.NaN)),
  };
  return judgePerformance(answers, reference, { ...policy, ...change.policy }, createRandom(1));
}
const state = (...of: Parameters<typeof judged>) => judged(...of).state;

describe('worse', () => {
  it('is beyond the noise of both estimates, the one of training too', () => {
    // .2 worse: 4 standard errors of the recent rows alone, 2.8 and 2.1 with .05 and .08 of the reference, 1.3 with .15.
    expect(state({ value: 1.8 })).toBe('worse');
    expect(state({ value: 1.8, error: 0.05 })).toBe('worse');
    expect(state({ value: 1.8, error: 0.08 })).toBe('ok');
    expect(state({ value: 1.8, error: 0.15 })).toBe('ok');
  });

  it('is as certain as asked for, on one side', () => {
    const little = { max_worsening: 0.01 };
    // 2 standard errors: p = .023; 2.7: p = .0035.
    expect(state({ value: 1.9 }, { policy: little })).toBe('ok');
    expect(state({ value: 1.9 }, { policy: { ...little, confidence: 0.95 } })).toBe('worse');
    expect(state({ value: 1.865 }, { policy: little })).toBe('worse');
    expect(state({ value: 1.865 }, { policy: { ...little, confidence: 0.999 } })).toBe('ok');
  });

  it('is by more than a share of what it was, in whatever unit', () => {
    for (const scale of [0.001, 1, 1000]) {
      expect(state({ value: 1.9 * scale }, { scale, rows: 1600 })).toBe('ok');
      expect(state({ value: 1.81 * scale }, { scale, rows: 1600 })).toBe('worse');
      expect(state({ value: 1.83 * scale }, { scale, rows: 1600 })).toBe('ok');
    }
    expect(state({ value: 1 }, { policy: { max_worsening: 1 } })).toBe('ok');
    expect(state({ value: 1 }, { policy: { max_worsening: 0.99 } })).toBe('worse');
  });

  it('is not better', () => {
    expect(state({ value: 3 })).toBe('ok');
    expect(judged({ value: 3 })).toMatchObject({ reference: 3, current: 2, cost: null });
  });

  it('is told with what it costs', () => {
    expect(judged({ value: 1.5 }).cost).toBe(
      'a prediction is off by 2 on average, 0.5 more than at training',
    );
  });
});

describe('labels', () => {
  it('are enough from the number on that is asked for', () => {
    expect(judged({ value: 1 }, { known: 100 })).toMatchObject({ state: 'worse', labelled: 100, rows: 400 });
    expect(judged({ value: 1 }, { known: 99 })).toMatchObject({
      state: 'not enough labels',
      labelled: 99,
      rows: 400,
      reference: 1,
      current: expect.closeTo(197 / 99, 12),
      low: null,
      high: null,
      cost: null,
    });
    expect(judged({ value: 1 }, { known: 0 })).toMatchObject({
      state: 'not enough labels',
      current: null,
      metrics: {},
    });
  });
});
