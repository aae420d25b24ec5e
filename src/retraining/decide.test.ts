import { describe, expect, it } from 'vitest';
import { decide, decidePromotion, tooFewToCompare } from './decide.ts';

const policy = { cooldown_hours: 24, min_labelled_rows: 200 };
const hour = 3_600_000;
const situation = {
  now: 100 * hour,
  fired: ['drift: x'],
  lastAttemptAt: null,
  labelledRows: 500,
  force: false,
};

describe('decide', () => {
  it('trains on a trigger with enough labels, and names the first', () => {
    expect(decide(policy, situation)).toEqual({ retrain: true, because: '1 trigger fired: drift: x' });
    expect(decide(policy, { ...situation, fired: ['drift: x', 'schedule: y'] })).toEqual({
      retrain: true,
      because: '2 triggers fired: drift: x',
    });
  });
  it('does nothing without a trigger', () => {
    expect(decide(policy, { ...situation, fired: [] })).toEqual({
      retrain: false,
      reason: 'no-trigger',
      because: 'No trigger fired: nothing to do.',
    });
  });
  it('waits out the cooldown, to the millisecond, and says how long it still is', () => {
    expect(decide(policy, { ...situation, lastAttemptAt: 90.5 * hour })).toEqual({
      retrain: false,
      reason: 'cooldown',
      because:
        'A trigger fired, but the last challenger was trained 9.5 h ago and the cooldown is 24 h: wait another 14.5 h (or use --force).',
    });
    expect(decide(policy, { ...situation, lastAttemptAt: 76 * hour + 1 })).toMatchObject({
      retrain: false,
      reason: 'cooldown',
    });
    expect(decide(policy, { ...situation, lastAttemptAt: 76 * hour })).toMatchObject({ retrain: true });
  });
  it('needs as many labels as asked for, even when forced', () => {
    for (const force of [true, false]) {
      expect(decide(policy, { ...situation, force, labelledRows: 199 })).toEqual({
        retrain: false,
        reason: 'not-enough-data',
        because: '199 labelled recent rows, 200 are needed to train and judge a challenger.',
      });
      expect(decide(policy, { ...situation, force, labelledRows: 200 }).retrain).toBe(true);
    }
  });
  it('force overrides trigger and cooldown, and says so', () => {
    const forced = { ...situation, fired: [], lastAttemptAt: 99 * hour, force: true };
    expect(decide(policy, forced)).toEqual({ retrain: true, because: 'Asked for with --force.' });
    expect(decide(policy, { ...forced, fired: ['drift: x'] }).because).toBe('Asked for with --force.');
  });
  it('asks for a trigger first, then for the cooldown, then for labels', () => {
    const nothing = { ...situation, fired: [], lastAttemptAt: 99 * hour, labelledRows: 0 };
    expect(decide(policy, nothing)).toMatchObject({ reason: 'no-trigger' });
    expect(decide(policy, { ...nothing, fired: ['drift: x'] })).toMatchObject({ reason: 'cooldown' });
  });
});

describe('tooFewToCompare', () => {
  const policy100 = { min_compare_rows: 100 };

  it('wants as many rows that judge as the pipeline says', () => {
    expect(tooFewToCompare(policy100, 100, 0)).toBeNull();
    expect(tooFewToCompare(policy100, 100, 5)).toBeNull();
    expect(tooFewToCompare(policy100, 99, 0)).toBe(
      '99 labelled recent rows can judge, 100 are needed to tell a better model from luck (retrain.min_compare_rows).',
    );
    expect(tooFewToCompare({ min_compare_rows: 20 }, 99, 0)).toBeNull();
  });
  it('tells the rows that were left out because the champion knows them', () => {
    expect(tooFewToCompare(policy100, 0, 1)).toBe(
      '0 labelled recent rows can judge, 100 are needed to tell a better model from luck (retrain.min_compare_rows); 1 more were left out, because the champion was fitted on them.',
    );
  });
});

describe('decidePromotion', () => {
  const comparison = { metric: 'log_loss', rows: 700, champion: 0.7, challenger: 0.5 };
  it.each([
    [{ value: 0.2, low: 0.1, high: 0.3 }, 0, true],
    [{ value: 0.2, low: 0.0001, high: 0.4 }, 0, true],
    [{ value: 0.2, low: 0, high: 0.4 }, 0, false],
    [{ value: 0.2, low: 0.1, high: 0.3 }, 0.2, false],
    [{ value: 0.2001, low: 0.1, high: 0.3 }, 0.2, true],
    [{ value: 0.1, low: -0.1, high: 0.3 }, -0.2, false],
    [{ value: -0.1, low: -0.2, high: -0.05 }, 0, false],
    [{ value: -0.1, low: -0.2, high: 0.05 }, -0.5, false],
    [{ value: Number.NaN, low: 0.1, high: 0.2 }, 0, false],
    [{ value: 0.1, low: Number.NaN, high: Number.NaN }, 0, false],
  ])('%j with margin %d → %s', (improvement, margin, promote) => {
    expect(decidePromotion({ ...comparison, improvement }, margin).promote).toBe(promote);
  });

  const improvement = { value: 0.2, low: 0.1, high: 0.3 };
  const evidence =
    'log loss 0.7 → 0.5 on the same 700 recent rows, improvement 0.2 (95 % interval 0.1 to 0.3).';
  it('says which of the two it lacked, with the figures', () => {
    expect(decidePromotion({ ...comparison, improvement }, 0).because).toBe(
      `Better beyond noise: ${evidence}`,
    );
    expect(decidePromotion({ ...comparison, improvement }, 0.5).because).toBe(
      `Better, but not by the margin of 0.5: ${evidence}`,
    );
    expect(decidePromotion({ ...comparison, improvement: { ...improvement, low: -0.1 } }, 0.5).because).toBe(
      `Not better beyond noise: ${evidence.replace('0.1 to', '-0.1 to')}`,
    );
  });
  it('names a metric that it does not know as it was named', () => {
    expect(decidePromotion({ ...comparison, metric: 'mine', improvement }, 0).because).toContain('mine 0.7 ');
  });
});
