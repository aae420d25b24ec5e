import { Cron } from 'croner';
import { usageError } from '../errors.ts';
import { nearest } from '../suggest.ts';
import { fieldKinds, parseField } from './fields.ts';
import type { CronField } from './fields.ts';

/** A cron expression, understood. */
export interface Expression {
  /** Five fields in numbers: what is written for cron, systemd, GitHub and Kubernetes. */
  readonly text: string;
  readonly minute: CronField;
  readonly hour: CronField;
  readonly day: CronField;
  readonly month: CronField;
  readonly weekday: CronField;
}

const nicknames: Readonly<Record<string, string>> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@weekly': '0 0 * * 0',
  '@monthly': '0 0 1 * *',
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
};

const anExample = '"0 3 * * *" (every day at 03:00) or @hourly, @daily, @weekly, @monthly, @yearly';

function wrongCount(text: string, words: readonly string[]): Error {
  const guess =
    words.length === 1 ? nearest(`@${text.replace(/^@/, '')}`, Object.keys(nicknames)) : undefined;
  return usageError({
    code: 'expression-invalid',
    message: `"${text.slice(0, 60)}" is no cron expression: it has ${words.length} field${words.length === 1 ? '' : 's'}, expected five (minute, hour, day of the month, month, day of the week).`,
    hint: guess === undefined ? `For example: --every ${anExample}.` : `Did you mean --every ${guess}?`,
  });
}

/** A star with a step: every second day, for example. */
const isStep = (field: CronField): boolean => field.star && field.text !== '*';
const isRestricted = (field: CronField): boolean => field.text !== '*';

/**
 * Reads five cron fields, or @hourly, @daily, @midnight, @weekly, @monthly, @yearly, @annually. Refuses what crons
 * understand differently: L, W, #, ?, seconds, and a step in one of the two day fields beside the other one.
 *
 * @throws usage error (exit 2) that names the field, or where no day is ever meant.
 */
export function parseExpression(given: string): Expression {
  const text = given.trim();
  const words = (Object.hasOwn(nicknames, text.toLowerCase()) ? nicknames[text.toLowerCase()]! : text).split(
    /\s+/,
  );
  if (words.length !== 5 || text === '') throw wrongCount(text, text === '' ? [] : words);
  const field = (index: number): CronField => parseField(fieldKinds[index]!, words[index]!);
  const [minute, hour, day, month, weekday] = [field(0), field(1), field(2), field(3), field(4)];
  if ((isStep(day) && isRestricted(weekday)) || (isStep(weekday) && isRestricted(day)))
    throw usageError({
      code: 'expression-ambiguous',
      message: `"${text}" restricts the day of the month and the day of the week, one of them by *: some crons then want both to hold, others either.`,
      hint: 'Write the days as a list or a range (1-31/2 instead of */2: either one is enough), or leave one of the two at *.',
    });
  const expression = {
    text: [minute, hour, day, month, weekday].map((field) => field.text).join(' '),
    minute,
    hour,
    day,
    month,
    weekday,
  };
  if (isNever(expression))
    throw usageError({
      code: 'expression-never',
      message: `"${text}" never comes: no month that it names has such a day.`,
      hint: 'Correct the day of the month or the month.',
    });
  return expression;
}

const longestMonth = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function isNever({ day, month, weekday }: Omit<Expression, 'text'>): boolean {
  if (!isRestricted(day) || isRestricted(weekday)) return false;
  const first = day.values[0] ?? 1;
  return month.values.every((value) => first > (longestMonth[value - 1] ?? 31));
}

/** Is this an expression that `parseExpression` takes? */
export function isExpression(text: string): boolean {
  try {
    parseExpression(text);
    return true;
  } catch {
    return false;
  }
}

/** An unknown zone is refused; `europe/berlin` becomes `Europe/Berlin`. */
export function parseTimezone(given: string): string {
  const known = Intl.supportedValuesOf('timeZone');
  const wanted = given.trim().toLowerCase();
  if (['utc', 'etc/utc', 'gmt', 'z'].includes(wanted)) return 'UTC';
  const exact = known.find((zone) => zone.toLowerCase() === wanted);
  if (exact !== undefined) return exact;
  try {
    // Older names of zones (Asia/Calcutta) are known without being listed; offsets are not names.
    if (/^[a-z][a-z_]*\/[a-z_/+-]+$/i.test(given.trim()))
      return new Intl.DateTimeFormat('en', { timeZone: given.trim() }).resolvedOptions().timeZone;
  } catch {
    // Told below.
  }
  const guess = nearest(given.trim(), known);
  throw usageError({
    code: 'timezone-unknown',
    message: `"${given.slice(0, 60)}" is no time zone.`,
    hint: guess === undefined ? 'Name one like Europe/Berlin or UTC.' : `Did you mean --timezone ${guess}?`,
  });
}

/**
 * The instants of an expression in a zone. Daylight saving as Vixie cron has it: where neither minute nor hour begins
 * with `*`, a local time that does not exist is the next instant that does, and one that exists twice counts once (the
 * first); where one does, time goes on as it passes: what the clock skips is skipped, the hour that comes twice counts twice.
 */
export interface Clockwork {
  /** The first slot after `at` (ms), or null where there is none. */
  readonly next: (at: number) => number | null;
  /** The last slot at or before `at` (ms), or null. */
  readonly last: (at: number) => number | null;
}

export function clockwork(expression: string, timezone: string): Clockwork {
  const cron = new Cron(expression, {
    timezone,
    paused: true,
    mode: '5-part',
    fixedTimeRule: 'no-wildcard',
  });
  return {
    next: (at) => cron.nextRun(new Date(at))?.getTime() ?? null,
    last: (at) => cron.previousRuns(1, new Date(at + 1))[0]?.getTime() ?? null,
  };
}

/** The next `count` slots after `at`, ms. */
export function nextSlots({ next }: Clockwork, at: number, count: number): readonly number[] {
  const slots: number[] = [];
  for (let slot = next(at); slot !== null && slots.length < count; slot = next(slot)) slots.push(slot);
  return slots;
}

/** A slot as people of the zone say it: `Mon 2026-03-30 03:00 UTC+2`. */
export function slotWords(slot: number, timezone: string): string {
  const parts = new Map(
    new Intl.DateTimeFormat('en-GB', {
      timeZone: timezone,
      weekday: 'short',
      day: '2-digit',
      month: '2-digit',
      year: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
      timeZoneName: 'shortOffset',
    })
      .formatToParts(slot)
      .map(({ type, value }) => [type, value]),
  );
  const get = (type: Intl.DateTimeFormatPartTypes): string => parts.get(type) ?? '';
  const zone = get('timeZoneName').replace(/^GMT/, 'UTC').replace(/\+0$/, '');
  return `${get('weekday')} ${get('year')}-${get('month')}-${get('day')} ${get('hour')}:${get('minute')} ${zone}`;
}
