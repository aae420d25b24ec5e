import { expect, it } from 'vitest';
import { childEnvironment, redact } from './childEnvironment.ts';

it('hands down a short list of names and no secret', () => {
  const given = {
    PATH: '/bin',
    TZ: 'UTC',
    AWS_SECRET_ACCESS_KEY: 'x',
    DATABASE_URL: 'y',
    NODE_OPTIONS: '--inspect',
  };
  expect(childEnvironment(given)).toEqual({ PATH: '/bin', TZ: 'UTC' });
});

it.each([
  ['cannot reach postgres://joe:hunter2@db:5432/x', 'cannot reach postgres://***@db:5432/x'],
  ['password=abc and more', 'password=*** and more'],
  ['{"api_key": "abc"}', '{"api_key": ***'],
  ['plain words', 'plain words'],
])('redacts %s', (line, expected) => {
  expect(redact(line)).toBe(expected);
});
