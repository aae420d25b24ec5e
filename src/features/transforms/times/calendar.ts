/** Fields of a time that a feature may be made of. UTC, proleptic Gregorian calendar. */
export const dateParts = [
  'year',
  'quarter',
  'month',
  'day',
  'day_of_year',
  'weekday',
  'is_weekend',
  'hour',
  'minute',
  'second',
  'time_of_day',
] as const;

export type DatePart = (typeof dateParts)[number];

const dayMs = 86_400_000;
/** ECMAScript's time range: 100 million days either side of 1970. */
const maxTimeMs = 8.64e15;

/** Missing, infinite or beyond the calendar's range. */
export const isNoTime = (ms: number): boolean => !(Math.abs(ms) <= maxTimeMs);

const modulo = (value: number, divisor: number): number => value - Math.floor(value / divisor) * divisor;
const dayNumber = (ms: number): number => Math.floor(ms / dayMs);

/**
 * Year, month and day packed as `year·512 + month·32 + day`, of a day counted from 1970-01-01. Years start in March
 * inside, so that the leap day is the last (Hinnant, "chrono-compatible low-level date algorithms", civil_from_days).
 */
function civil(days: number): number {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1;
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return year * 512 + month * 32 + day;
}

const yearOf = (ms: number): number => Math.floor(civil(dayNumber(ms)) / 512);
const monthOf = (ms: number): number => Math.floor(modulo(civil(dayNumber(ms)), 512) / 32);

/** Days from 1970-01-01 to the first of January of a year. */
function newYear(year: number): number {
  const before = year - 1;
  return (
    365 * (year - 1970) +
    (Math.floor(before / 4) - 492) -
    (Math.floor(before / 100) - 19) +
    (Math.floor(before / 400) - 4)
  );
}

const weekdayOf = (ms: number): number => modulo(dayNumber(ms) + 3, 7) + 1;

const readers: Readonly<Record<DatePart, (ms: number) => number>> = {
  year: yearOf,
  quarter: (ms) => Math.ceil(monthOf(ms) / 3),
  month: monthOf,
  day: (ms) => modulo(civil(dayNumber(ms)), 32),
  day_of_year: (ms) => dayNumber(ms) - newYear(yearOf(ms)) + 1,
  weekday: weekdayOf,
  is_weekend: (ms) => (weekdayOf(ms) >= 6 ? 1 : 0),
  hour: (ms) => Math.floor(modulo(ms, dayMs) / 3_600_000),
  minute: (ms) => modulo(Math.floor(ms / 60_000), 60),
  second: (ms) => modulo(Math.floor(ms / 1000), 60),
  time_of_day: (ms) => modulo(ms, dayMs) / 3_600_000,
};

/** Smallest and largest value of each part; a year has none. */
export const partRange: Readonly<Record<Exclude<DatePart, 'year'>, readonly [number, number]>> = {
  quarter: [1, 4],
  month: [1, 12],
  day: [1, 31],
  day_of_year: [1, 366],
  weekday: [1, 7],
  is_weekend: [0, 1],
  hour: [0, 23],
  minute: [0, 59],
  second: [0, 59],
  time_of_day: [0, 24],
};

/**
 * The function that reads one part of a time in ms since 1970 UTC: month 1–12, weekday 1 (Monday) – 7 (Sunday), day
 * of the year 1–366, the time of day in hours with a fraction. NaN for what is no time.
 */
export function partReader(part: DatePart): (ms: number) => number {
  const read = readers[part];
  // Whole milliseconds: a division of less than one could underflow to zero, on the wrong side of a midnight.
  return part === 'time_of_day'
    ? (ms) => (isNoTime(ms) ? NaN : read(ms))
    : (ms) => (isNoTime(ms) ? NaN : read(Math.floor(ms)));
}
