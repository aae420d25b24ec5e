import { parseTime } from '../../data/cells/times.ts';
import type { Bound, Bounds } from './expectation.ts';

/** An end of a range as a number: a time as its milliseconds. */
const numberOf = (bound: Bound): number => (typeof bound === 'number' ? bound : parseTime(bound));

/** Does a value lie within the bounds? A value that is no number does not. */
export function within({ at_least, at_most, above, below }: Bounds): (value: number) => boolean {
  const low = at_least === undefined ? -Infinity : numberOf(at_least);
  const high = at_most === undefined ? Infinity : numberOf(at_most);
  const over = above === undefined ? undefined : numberOf(above);
  const under = below === undefined ? undefined : numberOf(below);
  return (value) =>
    value >= low &&
    value <= high &&
    (over === undefined || value > over) &&
    (under === undefined || value < under);
}

/** The bounds in words: `between 0 and 120`, `at least 1000`, `above 0 and below 1`. */
export function boundsText({ at_least, at_most, above, below }: Bounds): string {
  if (at_least !== undefined && at_most !== undefined && above === undefined && below === undefined)
    return `between ${at_least} and ${at_most}`;
  const parts = [
    ['at least', at_least],
    ['at most', at_most],
    ['above', above],
    ['below', below],
  ] as const;
  return parts.flatMap(([words, bound]) => (bound === undefined ? [] : [`${words} ${bound}`])).join(' and ');
}
