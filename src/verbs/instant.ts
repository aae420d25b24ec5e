import { parseTime, zonedTimeGrammar } from '../data/cells/times.ts';
import { usageError } from '../errors.ts';

const zonedTime = new RegExp(`^${zonedTimeGrammar}$`);

/** An instant as a person writes it, ms since 1970 UTC: a day (in UTC), or a time with its zone. Undefined for anything else. */
export function instantOf(given: string): number | undefined {
  const text = given.trim().replace(/ ?UTC$/i, 'Z');
  return zonedTime.test(text) ? parseTime(text) : undefined;
}

/** @throws usage error (exit 2) for a flag that is no instant. */
export function flaggedInstant(flag: string, given: string): number {
  const at = instantOf(given);
  if (at !== undefined) return at;
  throw usageError({
    code: 'time-invalid',
    message: `${flag}: "${given}" is no day and no time with a zone.`,
    hint: 'Write it like 2026-03-01, 2026-03-01T03:00Z or 2026-03-01T04:00+01:00.',
  });
}
