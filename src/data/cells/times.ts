import type { CellReading, MissingWords, Reading } from './cell.ts';

const millisecondsPerDay = 86_400_000;
/** The largest time a JavaScript `Date` can hold, ms from 1970 on either side. */
const latestTime = 8.64e15;
const daysBeforeMonth = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
const daysInMonth = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

/** Days from 1970-01-01 to a date of the proleptic Gregorian calendar; NaN where there is no such date. */
export function daysSince1970(year: number, month: number, day: number): number {
  if (month < 1 || month > 12 || day < 1) return Number.NaN;
  const leap = isLeap(year);
  if (day > daysInMonth[month - 1]! + (leap && month === 2 ? 1 : 0)) return Number.NaN;
  const before = year - 1;
  const leapDays = Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400);
  const startOfYear = 365 * (year - 1970) + leapDays - 477;
  return startOfYear + daysBeforeMonth[month - 1]! + (leap && month > 2 ? 1 : 0) + day - 1;
}

/** `count` decimal digits at `at` as a number, or -1. */
function digits(text: string, at: number, count: number): number {
  let value = 0;
  for (let i = at; i < at + count; i += 1) {
    const digit = text.charCodeAt(i) - 48;
    if (!(digit >= 0 && digit <= 9)) return -1;
    value = value * 10 + digit;
  }
  return value;
}

/** Minutes east of UTC of `Z`, `+02`, `+0200`, `+02:00` (the rest of the text from `at`); NaN if it is none. */
function zoneOffset(text: string, at: number): number {
  const rest = text.length - at;
  if (rest === 0) return 0;
  const sign = text[at];
  if (sign === 'Z' || sign === 'z') return rest === 1 ? 0 : Number.NaN;
  if (sign !== '+' && sign !== '-') return Number.NaN;
  const hours = digits(text, at + 1, 2);
  let minutes = 0;
  if (rest === 5) minutes = digits(text, at + 3, 2);
  else if (rest === 6 && text[at + 3] === ':') minutes = digits(text, at + 4, 2);
  else if (rest !== 3) return Number.NaN;
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return Number.NaN;
  return (sign === '-' ? -1 : 1) * (hours * 60 + minutes);
}

/** Minutes east of UTC of a zone: `Z`, `+02`, `+0200`, `+02:00`; NaN if it is none. */
export const minutesEast = (zone: string): number => (zone === '' ? Number.NaN : zoneOffset(zone, 0));

/** Milliseconds of `HH:MM[:SS[.fff…]][zone]` from `at`, shifted to UTC; NaN if it is none. */
function timeOfDay(text: string, at: number): number {
  const hours = digits(text, at, 2);
  const minutes = digits(text, at + 3, 2);
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59 || text[at + 2] !== ':') return Number.NaN;
  let next = at + 5;
  let seconds = 0;
  let fraction = 0;
  if (text[next] === ':') {
    seconds = digits(text, next + 1, 2);
    if (seconds < 0 || seconds > 59) return Number.NaN;
    next += 3;
    if (text[next] === '.' || text[next] === ',') {
      const start = ++next;
      let scale = 100;
      for (let digit = digits(text, next, 1); digit >= 0; digit = digits(text, ++next, 1)) {
        fraction += digit * Math.floor(scale);
        scale /= 10;
      }
      if (next === start) return Number.NaN;
    }
  }
  const zone = zoneOffset(text[next] === ' ' ? text.slice(0, next) + text.slice(next + 1) : text, next);
  return ((hours * 60 + minutes - zone) * 60 + seconds) * 1000 + fraction;
}

const year = '[0-9]{4}';
const leapYear = '(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)';
const monthAndDay =
  '(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))';
const hoursAndMinutes = '(?:[01][0-9]|2[0-3]):[0-5][0-9]';
const zone = '(?:[Zz]|[+-](?:[01][0-9]|2[0-3])(?::?[0-5][0-9])?)';

const dateGrammar = `(?:${year}-${monthAndDay}|${leapYear}-02-29)`;
const clockGrammar = `[Tt ]${hoursAndMinutes}(?::[0-5][0-9](?:[.,][0-9]+)?)?`;

/**
 * The times of the years 0000 to 9999 that `parseTime` reads, calendar included, as the source of a regular expression
 * without anchors.
 */
export const timeGrammar = `${dateGrammar}(?:${clockGrammar}(?: ?${zone})?)?`;
/** Those of them that name their zone, or no time of day. */
export const zonedTimeGrammar = `${dateGrammar}(?:${clockGrammar} ?${zone})?`;

/**
 * Milliseconds since 1970-01-01 UTC of an ISO 8601 date or date-time: `2024-02-29`, `2024-02-29 13:45`,
 * `2024-02-29T13:45:10.123Z`, `2024-02-29T13:45+02:00`, years beyond four digits as `+012024-…` and `-000044-…`.
 * Without a zone it is UTC; digits beyond milliseconds are cut off; the calendar is checked (no 30 February, no
 * hour 24, no leap second). Written out by hand because `Date.parse` guesses and depends on the machine's zone.
 *
 * @returns NaN where the text is not such a time.
 * @example parseTime('1970-01-02') === 86400000
 */
export function parseTime(text: string): number {
  const sign = text[0];
  const expanded = sign === '+' || sign === '-';
  const start = expanded ? 1 : 0;
  const yearDigits = expanded ? 6 : 4;
  const year = digits(text, start, yearDigits);
  const at = start + yearDigits;
  if (year < 0 || text[at] !== '-' || text[at + 3] !== '-') return Number.NaN;
  const days = daysSince1970(sign === '-' ? -year : year, digits(text, at + 1, 2), digits(text, at + 4, 2));
  if (text.length === at + 6) return withinDates(days * millisecondsPerDay);
  const separator = text[at + 6];
  if (separator !== 'T' && separator !== 't' && separator !== ' ') return Number.NaN;
  return withinDates(days * millisecondsPerDay + timeOfDay(text, at + 7));
}

function withinDates(time: number): number {
  return Math.abs(time) <= latestTime ? time : Number.NaN;
}

/** Columns of times. */
export function timeReading(missing: MissingWords): CellReading {
  const noun = 'a time as ISO 8601 (2024-12-31 or 2024-12-31T23:59:00Z)';
  const read = (time: number): Reading => {
    if (Number.isNaN(withinDates(time))) return { wanted: noun };
    return missing.values.has(time) ? null : time;
  };
  return {
    noun,
    takes: { text: true, number: false, boolean: false },
    spelled: (word) => read(parseTime(word)),
    valued: { of: 'time', read },
  };
}
