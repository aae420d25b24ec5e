import { expect, it } from 'vitest';
import { mostTries } from '../../../../retry.ts';
import { waitBeforeNext } from './retry.ts';

const answered = (status: number, retryAfterSeconds: number | null = null) => ({ status, retryAfterSeconds });

it('waits as long as the server asks, up to half a minute', () => {
  expect(waitBeforeNext(answered(429, 3), 1)).toBe(3000);
  expect(waitBeforeNext(answered(503, 3600), 1)).toBe(30_000);
  expect(waitBeforeNext(answered(429, 0), 4)).toBe(0);
});

it('doubles its own wait and then gives up', () => {
  const tries = [1, 2, 3, 4, 5];
  expect(tries.map((one) => waitBeforeNext(answered(500), one))).toEqual([250, 500, 1000, 2000, null]);
  expect(tries.map((one) => waitBeforeNext({ broken: new Error('reset') }, one))).toEqual([
    250,
    500,
    1000,
    2000,
    null,
  ]);
  expect(waitBeforeNext(answered(429, 1), mostTries)).toBeNull();
});

it.each([200, 201, 400, 403, 404, 409, 410, 422, 501])('%i stands', (status) => {
  expect(waitBeforeNext(answered(status, 5), 1)).toBeNull();
});

it('tries 401 once more', () => {
  expect([1, 2].map((one) => waitBeforeNext(answered(401), one))).toEqual([0, null]);
});
