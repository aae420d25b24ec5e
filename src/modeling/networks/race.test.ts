import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isBeyondReach } from './race.ts';

const value = fc.double({ min: 0, max: 100, noNaN: true });

describe('isBeyondReach', () => {
  it('never says so of what is as good as its rival, or has hardly begun', () => {
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1, maxLength: 30 }),
        fc.nat(50),
        value,
        (values, left, gap) => {
          expect(isBeyondReach(values, left, Math.min(...values) + gap)).toBe(false);
          expect(isBeyondReach(values.slice(0, 3), left, -1e9)).toBe(false);
        },
      ),
    );
  });

  it('says so of what is behind and does not get better', () => {
    expect(isBeyondReach([5, 4, 4, 4.1], 10, 3.9)).toBe(false);
    expect(isBeyondReach([5, 4, 4, 4.1, 4], 10, 3.9)).toBe(true);
    expect(isBeyondReach([5, 4, 4, 4.1, 4], 10, 4)).toBe(false);
  });

  it('says so of what would stay behind at its pace, and waits for what could arrive', () => {
    // One a pass: with 5 passes left it comes down to 12.
    const values = [20, 19, 18, 17];
    expect(isBeyondReach(values, 5, 10)).toBe(true);
    expect(isBeyondReach(values, 5, 11)).toBe(false);
    expect(isBeyondReach(values, 7, 10)).toBe(false);
  });

  it('gives up no sooner where more passes are left, or the rival is worse', () => {
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1, maxLength: 30 }),
        fc.nat(50),
        fc.nat(20),
        value,
        value,
        (values, left, more, rival, worse) => {
          if (isBeyondReach(values, left, rival)) return;
          expect(isBeyondReach(values, left + more, rival)).toBe(false);
          expect(isBeyondReach(values, left, rival + worse)).toBe(false);
        },
      ),
    );
  });

  it('takes values below nought, as scores are that are better when higher', () => {
    expect(isBeyondReach([-0.5, -0.6, -0.7, -0.71, -0.72], 2, -0.9)).toBe(true);
    expect(isBeyondReach([-0.5, -0.6, -0.7, -0.75, -0.8], 2, -0.9)).toBe(false);
  });
});
