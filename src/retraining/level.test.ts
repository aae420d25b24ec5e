import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Level, Unpromoted } from './level.ts';
import { acceptBecause, bestLevel, decideNorm, isWorse } from './level.ts';

/** A level whose standard error is `se`. */
const level = (value: number, se = 0.01): Level => ({
  value,
  low: value - 1.959963985 * se,
  high: value + 1.959963985 * se,
});

describe('bestLevel', () => {
  it('is the lowest loss or the highest score of those that have a figure', () => {
    const levels = [level(0.5), level(0.4), level(Number.NaN), level(0.6)];
    expect(bestLevel('log_loss', levels)?.value).toBe(0.4);
    expect(bestLevel('roc_auc', levels)?.value).toBe(0.6);
    expect(bestLevel('log_loss', [])).toBeUndefined();
  });
});

describe('the norm', () => {
  it('moves within two standard errors of the difference, and not beyond', () => {
    // √(.01² + .01²) · 2 = .02828
    expect(isWorse('log_loss', level(0.4), level(0.428))).toBe(false);
    expect(isWorse('log_loss', level(0.4), level(0.429))).toBe(true);
    expect(isWorse('roc_auc', level(0.8), level(0.772))).toBe(false);
    expect(isWorse('roc_auc', level(0.8), level(0.771))).toBe(true);
    expect(decideNorm('log_loss', level(0.4), level(0.3)).moves).toBe(true);
    expect(decideNorm('log_loss', undefined, level(0.9)).moves).toBe(true);
    expect(decideNorm('log_loss', level(0.4), level(0.6))).toEqual({
      moves: false,
      because:
        'log loss 0.6 is worse than the 0.4 that was served before by more than two standard errors: monitoring goes on to judge by 0.4.',
    });
  });

  it('never creeps: where each step is judged by the best so far, no norm is more than two errors from it', () => {
    const errors = fc.double({ min: 0.001, max: 0.05, noNaN: true });
    const steps = fc.array(fc.tuple(fc.double({ min: 0.2, max: 2, noNaN: true }), errors), { minLength: 1 });
    fc.assert(
      fc.property(steps, (promoted) => {
        const norms: Level[] = [];
        for (const [value, se] of promoted) {
          const next = level(value, se);
          if (decideNorm('log_loss', bestLevel('log_loss', norms), next).moves) norms.push(next);
        }
        const best = Math.min(...norms.map(({ value }) => value));
        for (const { value } of norms.slice(norms.findIndex((each) => each.value === best)))
          expect(value - best).toBeLessThanOrEqual(2 * Math.hypot(0.05, 0.05) + 1e-9);
      }),
    );
  });
});

describe('acceptBecause', () => {
  const compared: Unpromoted['comparison'] = {
    metric: 'log_loss',
    rows: 500,
    champion: 0.5,
    challenger: 0.49,
    improvement: { value: 0.01, low: -0.02, high: 0.0399 },
  };
  const unpromoted: Unpromoted = {
    comparison: compared,
    reference: 0.4,
    maxWorsening: 0.1,
    alarms: { drift: true, performance: false },
    failingForMs: 0,
  };

  it('accepts where 500 rows say that no gain that matters is to be had', () => {
    expect(acceptBecause(unpromoted)).toContain('on 500 recent rows the best candidate gains at most 0.0399');
  });

  it('accepts a worse level only after a week of attempts: a new world is learnt from its own rows', () => {
    const worse = { ...unpromoted, alarms: { drift: true, performance: true } };
    const week = 7 * 86_400_000;
    expect(acceptBecause({ ...worse, failingForMs: week - 1 })).toBeNull();
    expect(acceptBecause({ ...worse, failingForMs: week })).not.toBeNull();
  });

  it('accepts nothing where a gain could matter, rows are few, nothing alarms or there is no reference', () => {
    const high = { ...compared, improvement: { ...compared.improvement, high: 0.041 } };
    for (const change of [
      { comparison: high },
      { comparison: { ...compared, rows: 499 } },
      { alarms: { drift: false, performance: false } },
      { reference: null },
      { maxWorsening: 0 },
    ])
      expect(acceptBecause({ ...unpromoted, ...change })).toBeNull();
  });
});
