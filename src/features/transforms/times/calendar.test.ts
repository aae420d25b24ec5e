import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { partReader } from './calendar.ts';

describe('partReader', () => {
  it('agrees with the UTC methods of Date over the whole range of times', () => {
    const time = fc.oneof(
      fc.integer({ min: -8.64e15, max: 8.64e15 }),
      fc.integer({ min: -1e13, max: 1e13 }),
      fc.double({ min: -1e12, max: 1e12, noNaN: true }),
    );
    fc.assert(
      fc.property(time, (ms) => {
        // A Date truncates towards zero; a fraction of a millisecond before 1970 still belongs to its own second.
        const date = new Date(Math.floor(ms));
        const newYear = new Date(0).setUTCFullYear(date.getUTCFullYear(), 0, 1);
        expect(partReader('year')(ms)).toBe(date.getUTCFullYear());
        expect(partReader('month')(ms)).toBe(date.getUTCMonth() + 1);
        expect(partReader('day')(ms)).toBe(date.getUTCDate());
        expect(partReader('weekday')(ms) % 7).toBe(date.getUTCDay());
        expect(partReader('hour')(ms)).toBe(date.getUTCHours());
        expect(partReader('minute')(ms)).toBe(date.getUTCMinutes());
        expect(partReader('second')(ms)).toBe(date.getUTCSeconds());
        if (Number.isFinite(newYear))
          expect(partReader('day_of_year')(ms)).toBe(Math.floor((Math.floor(ms) - newYear) / 86_400_000) + 1);
      }),
      { numRuns: 500 },
    );
  });
  it('has no part for what is no time', () => {
    expect([NaN, Infinity, 9e15].map(partReader('year'))).toEqual([NaN, NaN, NaN]);
  });
});
