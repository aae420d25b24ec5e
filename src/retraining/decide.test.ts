import { describe, expect, it } from 'vitest';
import { decide, decidePromotion } from './decide.ts';

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
  it('trains on a trigger with enough labels', () => {
    expect(decide(policy, situation)).toEqual({ retrain: true, because: '1 trigger fired: drift: x' });
  });
  it('does nothing without a trigger', () => {
    expect(decide(policy, { ...situation, fired: [] })).toMatchObject({ reason: 'no-trigger' });
  });
  it('waits out the cooldown, to the hour', () => {
    expect(decide(policy, { ...situation, lastAttemptAt: 77 * hour })).toMatchObject({ reason: 'cooldown' });
    expect(decide(policy, { ...situation, lastAttemptAt: 76 * hour })).toMatchObject({ retrain: true });
  });
  it('needs labels even when forced', () => {
    expect(decide(policy, { ...situation, force: true, labelledRows: 199 })).toMatchObject({
      reason: 'not-enough-data',
    });
  });
  it('force overrides trigger and cooldown', () => {
    expect(decide(policy, { ...situation, fired: [], lastAttemptAt: 99 * hour, force: true }).retrain).toBe(
      true,
    );
  });
});

describe('decidePromotion', () => {
  const comparison = { metric: 'log_loss', rows: 700, champion: 0.7, challenger: 0.5 };
  it.each([
    [{ value: 0.2, low: 0.1, high: 0.3 }, 0, true],
    [{ value: 0.2, low: 0, high: 0.4 }, 0, false],
    [{ value: 0.2, low: 0.1, high: 0.3 }, 0.2, false],
    [{ value: -0.1, low: -0.2, high: -0.05 }, 0, false],
    [{ value: Number.NaN, low: Number.NaN, high: Number.NaN }, 0, false],
  ])('%j with margin %d → %s', (improvement, margin, promote) => {
    expect(decidePromotion({ ...comparison, improvement }, margin).promote).toBe(promote);
  });
});
