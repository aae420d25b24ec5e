import { describe, expect, it } from 'vitest';
import { chargeOf, nestedWindows } from './looking.ts';

describe('what a look is charged', () => {
  const looking = { rowsInLast24h: 1440, windowRows: 300, minRows: 200, oneOff: false };

  it('is 30 looks for each renewal of the window, and half of that for each e-fold of growth', () => {
    expect(chargeOf(looking)).toBeCloseTo(150.08, 2);
    expect(chargeOf({ ...looking, windowRows: 1440, minRows: 1440 })).toBeCloseTo(30, 12);
  });

  it('is nothing for a file, for no rows, and never less than one look', () => {
    expect(chargeOf({ ...looking, oneOff: true })).toBe(1);
    expect(chargeOf({ ...looking, windowRows: 0 })).toBe(1);
    expect(chargeOf({ ...looking, rowsInLast24h: 0, windowRows: 200 })).toBe(1);
    expect(chargeOf({ ...looking, rowsInLast24h: 0, windowRows: 100 })).toBe(1);
  });
});

describe('the windows of a look', () => {
  it('halve down to the smallest that is judged', () => {
    expect(nestedWindows(1600, 200)).toEqual([1600, 800, 400, 200]);
    expect(nestedWindows(1599, 200)).toEqual([1599, 799, 399]);
    expect(nestedWindows(399, 200)).toEqual([399]);
    expect(nestedWindows(400, 200)).toEqual([400, 200]);
  });

  it('are one where there are too few rows, and end with any smallest window', () => {
    expect(nestedWindows(0, 200)).toEqual([0]);
    expect(nestedWindows(7, 200)).toEqual([7]);
    expect(nestedWindows(4, 0)).toEqual([4, 2, 1]);
  });
});
