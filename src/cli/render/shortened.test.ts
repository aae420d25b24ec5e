import { expect, it } from 'vitest';
import { shortenedWarnings } from './shortened.ts';

const some = (count: number): string[] => Array.from({ length: count }, (_, at) => `warning ${at}`);

it('tells a hundred warnings and how many there are besides', () => {
  expect(shortenedWarnings(some(101), false)).toEqual(some(101));
  const told = shortenedWarnings(some(102), false);
  expect(told.slice(0, 100)).toEqual(some(100));
  expect(told.slice(100)).toEqual(['and 2 warnings more: --verbose tells all of them, --json too.']);
  expect(shortenedWarnings(some(1000), true)).toEqual(some(1000));
});
