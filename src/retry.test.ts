import { describe, expect, it } from 'vitest';
import { backOffMs, retryAfterSeconds, waitMs } from './retry.ts';

describe('waitMs', () => {
  it.each([
    [1, undefined, 250],
    [2, undefined, 500],
    [4, undefined, 2000],
    [7, undefined, 16_000],
    [8, undefined, 30_000],
    [20, undefined, 30_000],
    [1, '0', 0],
    [1, '7', 7000],
    [1, '30', 30_000],
    [1, '31', 30_000],
    [1, '86400', 30_000],
    [3, 'Wed, 21 Oct 2026 07:28:00 GMT', 1000],
    [3, '-5', 1000],
    [3, '1.5', 1000],
    [3, '', 1000],
  ])('before attempt %i with Retry-After %s is %i ms', (attempt, retryAfter, ms) => {
    expect(waitMs(attempt, retryAfterSeconds(retryAfter))).toBe(ms);
  });
});

it('doubles from the first wait to the longest', () => {
  const patience = { firstMs: 200, longestMs: 10_000 };
  expect([1, 2, 3, 6, 7, 11].map((failures) => backOffMs(failures, patience))).toEqual([
    200, 400, 800, 6400, 10_000, 10_000,
  ]);
});
