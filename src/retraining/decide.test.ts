import { describe, expect, it } from 'vitest';
import { decide, decidePromotion, tooFewToCompare, tooFewToTrain } from './decide.ts';
import type { Situation } from './decide.ts';
import { pastOf } from './waits.ts';
import type { PastTraining } from './waits.ts';

const policy = { cooldown_hours: 24, budget: null };
const hour = 3_600_000;
const fresh = { lastAttemptAt: null, failures: 0, failingSince: null, thisWeek: [] };
const situation = { now: 1000 * hour, fired: ['drift: x'], past: fresh, isUrgent: true, force: false };
/** The last attempt was so many hours ago, and so many in a row promoted nothing. */
const after = (hours: number, failures = 0): Situation => ({
  ...situation,
  past: { ...fresh, lastAttemptAt: (1000 - hours) * hour, failures },
});

describe('decide', () => {
  it('trains on a trigger, and names the first', () => {
    expect(decide(policy, situation)).toEqual({ retrain: true, because: '1 trigger fired: drift: x' });
    expect(decide(policy, { ...situation, fired: ['drift: x', 'schedule: y'] })).toEqual({
      retrain: true,
      because: '2 triggers fired: drift: x',
    });
  });
  it('does nothing without a trigger', () => {
    expect(decide(policy, { ...after(1), fired: [] })).toEqual({
      retrain: false,
      reason: 'no-trigger',
      because: 'No trigger fired: nothing to do.',
    });
  });
  it('waits out the cooldown, and says how long it still is; a clock that calls once a day may be half an hour early', () => {
    expect(decide(policy, after(9.5))).toEqual({
      retrain: false,
      reason: 'cooldown',
      because:
        'A trigger fired, but the last challenger was trained 9.5 h ago and the cooldown is 24 h: wait another 14.5 h (or use --force).',
    });
    expect(decide(policy, after(23.5 - 1 / hour))).toMatchObject({ retrain: false, reason: 'cooldown' });
    expect(decide(policy, after(23.5))).toMatchObject({ retrain: true });
    expect(decide({ ...policy, cooldown_hours: 1 }, after(47 / 48 - 1 / hour))).toMatchObject({
      retrain: false,
    });
    expect(decide({ ...policy, cooldown_hours: 1 }, after(47 / 48))).toMatchObject({ retrain: true });
    expect(decide(policy, after(24))).toMatchObject({ retrain: true });
    // What a pipeline file says holds, however many failed.
    expect(decide(policy, after(24, 9))).toMatchObject({ retrain: true });
    expect(decide({ ...policy, cooldown_hours: 0 }, after(0))).toMatchObject({ retrain: true });
  });
  it('waits 1, 2, 4 and 7 days with each attempt that promotes nothing, where the pipeline says nothing', () => {
    const open = { ...policy, cooldown_hours: null };
    for (const [failures, days] of [
      [0, 1],
      [1, 1],
      [2, 2],
      [3, 4],
      [4, 7],
      [30, 7],
    ] as const) {
      expect(decide(open, after(24 * days - 0.51, failures))).toMatchObject({ reason: 'cooldown' });
      expect(decide(open, after(24 * days, failures))).toMatchObject({ retrain: true });
    }
    expect(decide(open, after(30, 2)).because).toBe(
      'A trigger fired, but the last challenger was trained 30.0 h ago and nothing was promoted 2 times in a row, so the next attempt waits for 48.0 h: wait another 18.0 h (or use --force).',
    );
  });
  it('lets a week lie between attempts that only drift asks for, unless the pipeline says otherwise', () => {
    const open = { ...policy, cooldown_hours: null };
    const idle = (hours: number): Situation => ({ ...after(hours), isUrgent: false });
    expect(decide(open, { ...situation, isUrgent: false })).toMatchObject({ retrain: true });
    expect(decide(open, idle(168 - 0.51))).toMatchObject({ reason: 'cooldown' });
    expect(decide(open, idle(168))).toMatchObject({ retrain: true });
    expect(decide(policy, idle(24))).toMatchObject({ retrain: true });
    expect(decide(open, idle(100)).because).toBe(
      'A trigger fired, but the last challenger was trained 100.0 h ago and only drift asks for another, while the model is as good as before on the labels that came (a week lies between): wait another 68.0 h (or use --force).',
    );
  });
  it('keeps to the budget of a week, and says when there is room', () => {
    const past = { ...fresh, lastAttemptAt: 950 * hour, thisWeek: [850, 900, 950].map((at) => at * hour) };
    const budget = (limit: number): ReturnType<typeof decide> =>
      decide({ ...policy, budget: limit }, { ...situation, past });
    expect(budget(4)).toMatchObject({ retrain: true });
    expect(budget(3)).toEqual({
      retrain: false,
      reason: 'budget-spent',
      because:
        'A trigger fired, but 3 challengers were trained in the last seven days and the budget is 3 (retrain.budget): wait another 18.0 h (or use --force).',
    });
    expect(budget(1).because).toContain('wait another 118.0 h');
  });
  it('force overrides trigger, cooldown and budget, and says so', () => {
    const forced = { ...after(1), fired: [], force: true };
    expect(decide({ ...policy, budget: 1 }, forced)).toEqual({
      retrain: true,
      because: 'Asked for with --force.',
    });
    expect(decide(policy, { ...forced, fired: ['drift: x'] }).because).toBe('Asked for with --force.');
  });
});

describe('pastOf', () => {
  const now = 1000 * hour;
  const at = (hours: number, isPromoted: boolean, isWorse = true): PastTraining => ({
    at: now - hours * hour,
    isPromoted,
    isWorse,
  });
  it('counts what failed since something was promoted, and the attempts of seven days', () => {
    expect(pastOf([], now)).toEqual(fresh);
    expect(pastOf([at(1, false), at(30, false), at(168, true), at(200, false)], now)).toEqual({
      lastAttemptAt: now - hour,
      failures: 2,
      failingSince: now - 30 * hour,
      thisWeek: [now - 30 * hour, now - hour],
    });
    expect(pastOf([at(1, true)], now)).toMatchObject({ failures: 0, failingSince: null });
    expect(pastOf([at(1, false), at(2, false)], now).failures).toBe(2);
    // Attempts of weeks without an alarm say nothing of how long it has been worse.
    const calm = [at(1, false), at(25, false), at(170, false, false), at(338, false)];
    expect(pastOf(calm, now)).toMatchObject({ failures: 4, failingSince: now - 25 * hour });
  });
});

describe('tooFewToTrain', () => {
  it('needs as many labels as the pipeline says', () => {
    expect(tooFewToTrain({ min_labelled_rows: 200 }, 200)).toBeNull();
    expect(tooFewToTrain({ min_labelled_rows: 200 }, 199)).toBe(
      '199 labelled recent rows, 200 are needed to train and judge a challenger.',
    );
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
  it('tells among how many it is the best', () => {
    expect(decidePromotion({ ...comparison, improvement }, 0, 4).because).toContain(
      'on the same 700 recent rows (the best of 4 candidates), improvement',
    );
  });
  it('names a metric that it does not know as it was named', () => {
    expect(decidePromotion({ ...comparison, metric: 'mine', improvement }, 0).because).toContain('mine 0.7 ');
  });
});
