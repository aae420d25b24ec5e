import { parseTime, zonedTimeGrammar } from '../data/cells/times.ts';
import { usageError } from '../errors.ts';

const zonedTime = new RegExp(`^${zonedTimeGrammar}$`);

/** The digits and signs of an instant, whatever the digits are. */
const shapedAsTime = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d))?$/i;

const bare = (given: string): string => given.trim().replace(/ ?UTC$/i, 'Z');

/** An instant as a person writes it, ms since 1970 UTC: a day (in UTC), or a time with its zone. Undefined for anything else. */
export function instantOf(given: string): number | undefined {
  const text = bare(given);
  return zonedTime.test(text) ? parseTime(text) : undefined;
}

/** Is it written as an instant is, but of a day or an hour that the calendar does not have? */
export const isOffCalendar = (given: string): boolean =>
  shapedAsTime.test(bare(given)) && instantOf(given) === undefined;

/** @throws usage error (exit 2) for a flag that is no instant. */
export function flaggedInstant(flag: string, given: string): number {
  const at = instantOf(given);
  if (at !== undefined) return at;
  if (isOffCalendar(given))
    throw usageError({
      code: 'time-invalid',
      message: `${flag}: "${given}" names a day or an hour that does not exist.`,
      hint: 'Correct it: months have 28 to 31 days, a year 12 months, a day the hours 0 to 23.',
    });
  throw usageError({
    code: 'time-invalid',
    message: `${flag}: "${given}" is no day and no time with a zone.`,
    hint: 'Write it like 2026-03-01, 2026-03-01T03:00Z or 2026-03-01T04:00+01:00.',
  });
}
