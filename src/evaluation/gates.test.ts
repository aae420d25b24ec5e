import { describe, expect, it } from 'vitest';
import { metricByName } from '../statistics/metrics/index.ts';
import { bestBaseline, isUndecided, judge, lostToRule } from './gates.ts';
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

describe('a challenger', () => {
  const any = { ...baseline, margin: 0 };

  it('is not refused for what few rows cannot tell: it has to beat the model that serves', () => {
    const open = evaluation(0.46, interval(-0.01, 0.07));
    expect(judge([any], open).gates[0]).toMatchObject({ state: 'failed' });
    expect(judge([any], open, against(interval(0.01, 0.03)))).toMatchObject({
      passed: true,
      gates: [{ state: 'skipped' }],
    });
    const worse = evaluation(0.6, interval(-0.2, -0.1));
    expect(judge([any], worse, against(interval(0.01, 0.03))).gates[0]).toMatchObject({ state: 'failed' });
  });
});

describe('a model that is one rule', () => {
  const any = { ...baseline, margin: 0 };
  const [always, oneRule] = evaluation(0.49).baselines;

  it('is what is left where a model is not better than looking at one column', () => {
    expect(lostToRule([any], evaluation(0.46, interval(-0.01, 0.07)))).toBe(true);
    expect(lostToRule([any], evaluation(0.6, interval(-0.2, -0.1)))).toBe(true);
    expect(lostToRule([any], evaluation(0.46, interval(0.01, 0.07)))).toBe(false);
    // The majority is what is hard to beat.
    const other = { ...always!, metrics: { log_loss: 0.45 }, improvement: interval(-0.01, 0.01) };
    expect(lostToRule([any], { ...evaluation(0.46), baselines: [other, oneRule!] })).toBe(false);
    expect(lostToRule([], evaluation(0.6, interval(-0.2, -0.1)))).toBe(false);
  });

  it('is lost to on all rows, where these were asked', () => {
    const tested = (name: string, p: number) => ({
      name,
      description: name,
      improvement: 0.01,
      p,
      rowsToSettle: 90,
    });
    const asked = (rule: number, majority: number): Evaluation => ({
      ...evaluation(0.46, interval(-0.01, 0.07)),
      crossFitted: {
        rows: 500,
        folds: 5,
        dealings: 5,
        loss: 'log loss',
        against: [tested('majority', majority), tested('one-rule', rule)],
      },
    });
    expect(lostToRule([any], asked(0.1, 0.001))).toBe(true);
    expect(lostToRule([any], asked(0.02, 0.001))).toBe(false);
    expect(lostToRule([any], asked(0.1, 0.2))).toBe(false);
  });

  it('is judged against always the same answer, and the verdict says what ships', () => {
    const rule: Evaluation = {
      ...evaluation(0.49),
      rule: 'contract',
      baselines: [{ ...always!, improvement: interval(0.05, 0.12) }],
    };
    const verdict = judge([any], rule);
    expect(verdict.passed).toBe(true);
    expect(verdict.sentence).toBe(
      "Worth having: log loss 0.49 on 612 rows that it never saw, against 0.58 by always answering 'No'. The model is one rule: it looks at contract alone.",
    );
  });
});

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
    expect(verdict.sentence).toMatch(
      /^Not reliably better than .* within noise on 612 rows\. About 1,612 more test rows like these would settle it\.$/,
    );
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

  it('takes the margin itself, and not a hair less', () => {
    const gate = { kind: 'baseline', metric: 'accuracy', margin: 0.25 } as const;
    const ahead = (accuracy: number): boolean => {
      const base = evaluation(0.41);
      const metrics = { log_loss: 0.41, accuracy };
      const half = base.baselines.map((each) => ({ ...each, metrics: { log_loss: 0.5, accuracy: 0.5 } }));
      return judge([gate], { ...base, metrics, baselines: half }).passed;
    };
    expect(ahead(0.75)).toBe(true);
    expect(ahead(0.7499)).toBe(false);
  });

  it('with a margin is not held to noise; without one the lower bound has to be above 0', () => {
    const any = { ...baseline, margin: 0 };
    expect(judge([baseline], evaluation(0.41, interval(-0.05, 0.2))).passed).toBe(true);
    expect(judge([any], evaluation(0.41, interval(0, 0.2))).passed).toBe(false);
    expect(judge([any], evaluation(0.41, interval(1e-9, 0.2))).passed).toBe(true);
  });

  it("does not read an interval of one metric for another's", () => {
    const gate = { kind: 'baseline', metric: 'accuracy', margin: 0 } as const;
    const base = evaluation(0.41, interval(-0.1, 0.1));
    const [majority, rule] = base.baselines;
    const best = { ...rule!, metrics: { log_loss: 0.49, accuracy: 0.75 } };
    const verdict = judge([gate], { ...base, baselines: [majority!, best] });
    expect(verdict.gates[0]).toMatchObject({
      state: 'passed',
      because: 'accuracy 0.8 against 0.75 by looking at contract alone (one-rule: contract)',
    });
  });

  it('says how far it is from the margin in both directions of a metric', () => {
    const gate = { kind: 'baseline', metric: 'accuracy', margin: 0.08 } as const;
    expect(judge([gate], evaluation(0.41))).toMatchObject({
      gates: [{ state: 'failed', value: 0.8, threshold: expect.closeTo(0.81, 12) }],
      sentence:
        "Better than always answering 'No', but by less than the 0.08 asked for: accuracy 0.8 against 0.73.",
    });
    expect(judge([baseline], evaluation(0.49)).sentence).toBe(
      'Not better than looking at contract alone: log loss 0.49 against 0.49; as it is, AI does not pay here.',
    );
  });

  it('says of a challenger that it is not better, and not that AI does not pay: another model serves', () => {
    const champion = {
      ...{ metric: 'log_loss', rows: 100, champion: 0.6, challenger: 0.49 },
      improvement: { value: 0.11, low: 0.05, high: 0.17, level: 0.95 },
    };
    expect(judge([baseline], evaluation(0.49), champion).sentence).toBe(
      'Not better than looking at contract alone: log loss 0.49 against 0.49.',
    );
  });

  it('leaves baselines out that have no such metric', () => {
    const known = evaluation(0.41).baselines;
    const [majority, rule] = known;
    const without = { ...rule!, metrics: { accuracy: 0.9 } };
    const logLoss = metricByName('log_loss')!;
    expect(bestBaseline(known, logLoss)).toBe(rule);
    expect(bestBaseline([...known].reverse(), logLoss)).toBe(rule);
    expect(bestBaseline([without, majority!], logLoss)).toBe(majority);
    expect(bestBaseline([without], logLoss)).toBeUndefined();
    expect(bestBaseline(known, metricByName('accuracy')!)).toBe(majority);
    expect(judge([baseline], { ...evaluation(0.41), baselines: [without] }).gates[0]).toEqual({
      name: 'baseline:log_loss',
      state: 'skipped',
      value: null,
      threshold: null,
      because: 'no baseline has a log loss on these rows',
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

  it.each([
    [interval(0, 0.1), 0, false],
    [interval(1e-9, 0.1), 0, true],
    [{ value: 0.06, low: 0.01, high: 0.11 }, 0.06, true],
    [{ value: 0.0599, low: 0.01, high: 0.11 }, 0.06, false],
    [interval(-0.02, 0.01), -0.02, true],
    [interval(-0.0201, 0.01), -0.02, false],
    [{ value: -0.03, low: -0.01, high: 0.1 }, -0.02, true],
  ])('%j with margin %d → %s', (improvement, margin, passed) => {
    expect(judge([{ ...champion, margin }], evaluation(0.41), against(improvement)).passed).toBe(passed);
  });

  it('asks for what the champion has, less or more the margin, as the metric points', () => {
    const compared = against(interval(0.05, 0.11));
    expect(judge([{ ...champion, margin: 0.02 }], evaluation(0.41), compared).gates[0]).toEqual({
      name: 'champion:log_loss',
      state: 'passed',
      value: 0.42,
      threshold: 0.48,
      because: 'log loss 0.42 against 0.5 on the same 400 rows (better by 0.05 to 0.11)',
    });
    const gate = { kind: 'champion', metric: 'accuracy', margin: 0.02 } as const;
    const accuracy = { ...compared, metric: 'accuracy', challenger: 0.58 };
    expect(judge([gate], evaluation(0.41), accuracy).gates[0]).toMatchObject({
      value: 0.58,
      threshold: 0.52,
    });
  });

  it('cannot be judged by a comparison in another metric', () => {
    const compared = { ...against(interval(0.05, 0.11)), metric: 'accuracy' };
    expect(judge([champion], evaluation(0.41), compared)).toMatchObject({
      passed: false,
      gates: [{ state: 'failed', value: null }],
      sentence: 'Cannot be judged: the champion was compared in accuracy, not in log_loss.',
    });
  });

  it('with a margin below 0 says worse', () => {
    const verdict = judge(
      [{ ...champion, margin: -0.01 }],
      evaluation(0.41),
      against(interval(-0.07, -0.03)),
    );
    expect(verdict.sentence).toBe(
      'Worse than the model that serves now: log loss 0.55 against 0.5 on the same 400 rows.',
    );
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

describe('what a verdict praises', () => {
  it('worth having where it leads the best baseline beyond noise, else only that it passed', () => {
    expect(judge([], evaluation(0.41)).sentence).toBe(
      'Worth having: log loss 0.41 on 612 rows that it never saw, against 0.49 by looking at contract alone.',
    );
    const passed =
      'Passed every gate, and is not better: log loss 0.49 on 612 rows that it never saw, against 0.49 by looking at contract alone.';
    expect(judge([], evaluation(0.49)).sentence).toBe(passed);
    expect(judge([], evaluation(0.48, interval(-0.01, 0.03))).sentence).toBe(
      'Passed every gate: log loss 0.48 on 612 rows that it never saw, against 0.49 by looking at contract alone; that difference is within noise.',
    );
  });
  it('says no more than it knows', () => {
    expect(judge([], { ...evaluation(0.41), baselines: [] }).sentence).toBe(
      'Passed every gate: log loss 0.41 on 612 rows that it never saw.',
    );
    expect(judge([], { ...evaluation(0.41), metrics: {} }).sentence).toBe('Passed every gate.');
  });
});

describe('a gate that the test part leaves open', () => {
  const open = { kind: 'baseline', metric: 'log_loss', margin: 0 } as const;
  it.each([
    ['whose interval holds 0', [open], interval(-0.01, 0.05), true],
    ['whose interval begins at 0', [open], interval(0, 0.05), true],
    ['whose interval ends at 0', [open], interval(-0.05, 0), true],
    ['that is surely better', [open], interval(0.001, 0.05), false],
    ['that is surely worse', [open], interval(-0.05, -0.001), false],
    ['without an interval', [open], undefined, false],
    ['with a margin', [{ ...open, margin: 0.01 }], interval(-0.01, 0.05), false],
    ['of another metric', [{ ...open, metric: 'accuracy' }], interval(-0.01, 0.05), false],
    ['of no baseline', [champion], interval(-0.01, 0.05), false],
  ])('is one %s', (_what, gates, improvement, undecided) => {
    expect(isUndecided(gates, evaluation(0.48, improvement))).toBe(undecided);
  });

  it('is none of a metric that is no mean over rows', () => {
    const auc = { ...evaluation(0.48, interval(-0.01, 0.05)), metric: 'accuracy' };
    expect(isUndecided([{ ...open, metric: 'accuracy' }], auc)).toBe(false);
  });

  const crossFitted = (p: number, improvement: number, rowsToSettle: number | null = 240) => {
    const majority = {
      name: 'majority',
      description: "always answering 'No'",
      improvement: 0.2,
      p: 1e-9,
      rowsToSettle: 0,
    };
    const rule = {
      name: 'one-rule',
      description: 'looking at one column alone',
      improvement,
      p,
      rowsToSettle,
    };
    const fit = { rows: 800, folds: 5, dealings: 5, loss: 'log loss' as const, against: [majority, rule] };
    return judge([open], { ...evaluation(0.48, interval(-0.01, 0.05)), crossFitted: fit });
  };

  it('passes at p .025 on all rows, against the hardest baseline', () => {
    expect(crossFitted(0.025, 0.02)).toMatchObject({
      passed: true,
      sentence:
        'Worth having: each of 800 labelled rows judged by models that did not learn from it, log loss 0.02 better a row than looking at one column alone (612 rows of the test part alone cannot tell).',
      gates: [
        {
          state: 'passed',
          because:
            'log loss 0.48 against 0.49 by looking at contract alone is within noise on the test part alone; each of 800 labelled rows judged by models that did not learn from it: log loss 0.02 better a row than looking at one column alone, p 0.025',
        },
      ],
    });
  });

  it.each([
    [
      0.0251,
      0.02,
      240,
      / within noise \(p 0\.0251\)\. About 240 more labelled rows like these would settle it\.$/,
    ],
    [0.2, 0.001, null, / within noise \(p 0\.2\)\.$/],
    [0.7, -0.01, null, /the log loss is not better; as it is, AI does not pay here\.$/],
  ])('fails at p %d with a gain of %d', (p, improvement, more, sentence) => {
    const verdict = crossFitted(p, improvement, more);
    expect(verdict.passed).toBe(false);
    expect(verdict.sentence).toMatch(sentence);
  });

  it('asks for its margin all the same', () => {
    const asked = {
      ...evaluation(0.48, interval(-0.01, 0.05)),
      crossFitted: { rows: 800, folds: 5, dealings: 1, loss: 'log loss' as const, against: [] },
    };
    expect(judge([baseline], asked).passed).toBe(false);
  });
});
