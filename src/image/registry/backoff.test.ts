import { describe, expect, it } from 'vitest';
import { waitMs } from './backoff.ts';

describe('waitMs', () => {
  it.each([
    [1, undefined, 250],
    [2, undefined, 500],
    [4, undefined, 2000],
    [20, undefined, 30_000],
    [1, '0', 0],
    [1, '7', 7000],
    [1, '86400', 30_000],
    [3, 'Wed, 21 Oct 2026 07:28:00 GMT', 1000],
    [3, '-5', 1000],
  ])('before attempt %i with Retry-After %s is %i ms', (attempt, retryAfter, ms) => {
    expect(waitMs(attempt, retryAfter)).toBe(ms);
  });
});
