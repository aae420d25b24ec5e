import { describe, expect, it } from 'vitest';
import { judge } from './gates.ts';
import type { Comparison, Evaluation, Interval } from './evaluation.ts';

const interval = (low: number, high: number): Interval => ({ value: (low + high) / 2, low, high });

function evaluation(logLoss: number, improvement?: Interval): Evaluation {
  return {
    task: { kind: 'binary', classes: ['No', 'Yes'], positive: 'Yes' },
    rows: 612,
    metric: 'log_loss',
    metrics: { log_loss: logLoss, accuracy: 0.8 },
    intervals: {},
    slices: [],
    baselines: [
      { name: 'majority', description: "always answering 'No'", metrics: { log_loss: 0.58, accuracy: 0.73 } },
      {
        name: 'one-rule: contract',
        description: 'looking at contract alone',
        metrics: { log_loss: 0.49, accuracy: 0.73 },
        ...(improvement === undefined ? {} : { improvement }),
      },
    ],
  };
}

const baseline = { kind: 'baseline', metric: 'log_loss', margin: 0.02 } as const;
const champion = { kind: 'champion', metric: 'log_loss', margin: 0 } as const;

function against(improvement: Interval): Comparison {
  return { metric: 'log_loss', rows: 400, champion: 0.5, challenger: 0.5 - improvement.value, improvement };
}

describe('baseline gate', () => {
  it('passes a model that beats the best baseline by the margin', () => {
    const verdict = judge([baseline], evaluation(0.41, interval(0.05, 0.11)));
    expect(verdict.passed).toBe(true);
    expect(verdict.gates).toEqual([
      {
        name: 'baseline:log_loss',
        state: 'passed',
        value: 0.41,
        threshold: expect.closeTo(0.47, 12),
        because:
          'log loss 0.41 against 0.49 by looking at contract alone (one-rule: contract) (better by 0.05 to 0.11)',
      },
    ]);
    expect(verdict.sentence).toBe(
      'Worth having: log loss 0.41 on 612 rows that it never saw, against 0.49 by looking at contract alone.',
    );
  });

  it.each([
    [0.6, interval(-0.2, -0.1), /^Not better than looking at contract alone: log loss 0.6 against 0.49/],
    [
      0.48,
      interval(0.001, 0.02),
      /^Better than looking at contract alone, but by less than the 0.02 asked for/,
    ],
  ])('fails log loss %d with a reason', (value, improvement, sentence) => {
    const verdict = judge([baseline], evaluation(value, improvement));
    expect(verdict.passed).toBe(false);
    expect(verdict.gates[0]!.state).toBe('failed');
    expect(verdict.sentence).toMatch(sentence);
  });

  it('without a margin takes any improvement, but only beyond noise', () => {
    const any = { ...baseline, margin: 0 };
    expect(judge([any], evaluation(0.48, interval(0.001, 0.02))).passed).toBe(true);
    const verdict = judge([any], evaluation(0.46, interval(-0.01, 0.07)));
    expect(verdict.passed).toBe(false);
    expect(verdict.sentence).toMatch(/^Not reliably better than .* within noise on 612 rows\.$/);
  });

  it('needs no interval where none is there, and is not passed by a draw', () => {
    expect(judge([baseline], evaluation(0.41)).passed).toBe(true);
    expect(judge([{ ...baseline, margin: 0 }], evaluation(0.49)).passed).toBe(false);
  });

  it('knows which way a metric points', () => {
    const gate = { kind: 'baseline', metric: 'accuracy', margin: 0.05 } as const;
    expect(judge([gate], evaluation(0.41)).gates[0]).toMatchObject({ state: 'passed', threshold: 0.78 });
    expect(judge([{ ...gate, margin: 0.08 }], evaluation(0.41)).passed).toBe(false);
  });

  it('names the majority answer when that is the best baseline', () => {
    const only = evaluation(0.6);
    const verdict = judge([baseline], { ...only, baselines: only.baselines.slice(0, 1) });
    expect(verdict.sentence).toMatch(/^Not better than always answering 'No': /);
  });

  it('is skipped without a baseline', () => {
    expect(judge([baseline], { ...evaluation(0.41), baselines: [] })).toMatchObject({
      passed: true,
      gates: [{ state: 'skipped', value: null }],
    });
  });
});

describe('absolute gate', () => {
  it("compares in the metric's direction, the threshold itself passing", () => {
    const state = (metric: string, threshold: number): string =>
      judge([{ kind: 'absolute', metric, threshold }], evaluation(0.41)).gates[0]!.state;
    expect([state('log_loss', 0.41), state('log_loss', 0.4)]).toEqual(['passed', 'failed']);
    expect([state('accuracy', 0.8), state('accuracy', 0.81)]).toEqual(['passed', 'failed']);
  });

  it('fails an undefined metric and refuses an unknown one', () => {
    const verdict = judge([{ kind: 'absolute', metric: 'roc_auc', threshold: 0.5 }], evaluation(0.41));
    expect(verdict.sentence).toBe('Cannot be judged: ROC AUC is undefined on these 612 rows.');
    expect(() => judge([{ kind: 'absolute', metric: 'rmse', threshold: 1 }], evaluation(0.4))).toThrow(
      /rmse/,
    );
  });
});

describe('champion gate', () => {
  it('is skipped while there is none', () => {
    expect(judge([champion], evaluation(0.41)).gates[0]).toMatchObject({ state: 'skipped' });
  });

  it('passes beyond noise and above the margin only', () => {
    const passed = (improvement: Interval, margin = 0): boolean =>
      judge([{ ...champion, margin }], evaluation(0.41), against(improvement)).passed;
    expect(passed(interval(0.01, 0.09))).toBe(true);
    expect(passed(interval(-0.01, 0.09))).toBe(false);
    expect(passed(interval(0.01, 0.09), 0.06)).toBe(false);
    expect(passed(interval(-0.01, 0.01), -0.02)).toBe(true);
    expect(passed(interval(-0.03, 0.01), -0.02)).toBe(false);
  });

  it('says what was compared', () => {
    const verdict = judge([champion], evaluation(0.41), against(interval(-0.01, 0.03)));
    expect(verdict.sentence).toBe(
      'Not better beyond noise than the model that serves now: log loss 0.49 against 0.5 on the same 400 rows.',
    );
  });
});

it('reports every gate and speaks of the first that failed', () => {
  const gates = [champion, { kind: 'absolute', metric: 'accuracy', threshold: 0.9 }, baseline] as const;
  const verdict = judge(gates, evaluation(0.41));
  expect(verdict.gates.map((gate) => gate.state)).toEqual(['skipped', 'failed', 'passed']);
  expect(verdict.sentence).toBe('Not good enough: accuracy 0.8 on 612 rows, at least 0.9 is asked for.');
  expect(judge([], evaluation(0.41)).passed).toBe(true);
});
