import type { DatePart } from '../../features/transforms/times/calendar.ts';
import type { Arithmetic } from './arithmetic.ts';
import type { Value } from './graph.ts';

const dayMs = 86_400_000;
const maxTimeMs = 8.64e15;

/** Year, month and day of a day counted from 1970-01-01: `civil` of `features/transforms/times/calendar.ts`. */
function civil(
  math: Arithmetic,
  days: Value,
): { readonly year: Value; readonly month: Value; readonly day: Value } {
  const { add, subtract, multiply, divide, where, less, atMost } = math;
  const over = (value: Value, by: number): Value => math.apply('Floor', divide(value, by));
  const shifted = add(days, 719_468);
  const era = over(shifted, 146_097);
  const dayOfEra = subtract(shifted, multiply(era, 146_097));
  const yearOfEra = over(
    subtract(add(subtract(dayOfEra, over(dayOfEra, 1460)), over(dayOfEra, 36_524)), over(dayOfEra, 146_096)),
    365,
  );
  const daysBefore = subtract(add(multiply(yearOfEra, 365), over(yearOfEra, 4)), over(yearOfEra, 100));
  const dayOfYear = subtract(dayOfEra, daysBefore);
  const marchMonth = over(add(multiply(dayOfYear, 5), 2), 153);
  const day = add(subtract(dayOfYear, over(add(multiply(marchMonth, 153), 2), 5)), 1);
  const month = add(marchMonth, where(less(marchMonth, 10), 3, -9));
  const year = add(add(yearOfEra, multiply(era, 400)), where(atMost(month, 2), 1, 0));
  return { year, month, day };
}

/** Days from 1970-01-01 to the first of January of a year. */
function newYear(math: Arithmetic, year: Value): Value {
  const { add, subtract, multiply, divide } = math;
  const before = subtract(year, 1);
  const over = (by: number, less: number): Value => subtract(math.apply('Floor', divide(before, by)), less);
  return add(subtract(add(multiply(subtract(year, 1970), 365), over(4, 492)), over(100, 19)), over(400, 4));
}

/** The same part of a time that `partReader` reads; missing of what is no time. */
export function partOf(math: Arithmetic, part: DatePart, time: Value): Value {
  const { add, subtract, multiply, divide, where, atLeast, atMost } = math;
  const floor = (value: Value): Value => math.apply('Floor', value);
  const over = (value: Value, by: number): Value => floor(divide(value, by));
  const modulo = (value: Value, by: number): Value => subtract(value, multiply(over(value, by), by));
  // Where it is no time, any other goes through the calendar.
  const isTime = atMost(math.apply('Abs', time), maxTimeMs);
  const known = where(isTime, time, 0);
  const ms = part === 'time_of_day' ? known : floor(known);
  const days = over(ms, dayMs);
  const weekday = (): Value => add(modulo(add(days, 3), 7), 1);
  const read = (): Value => {
    switch (part) {
      case 'year':
        return civil(math, days).year;
      case 'quarter':
        return over(add(civil(math, days).month, 2), 3);
      case 'month':
        return civil(math, days).month;
      case 'day':
        return civil(math, days).day;
      case 'day_of_year':
        return add(subtract(days, newYear(math, civil(math, days).year)), 1);
      case 'weekday':
        return weekday();
      case 'is_weekend':
        return math.asNumber(atLeast(weekday(), 6));
      case 'hour':
        return over(modulo(ms, dayMs), 3_600_000);
      case 'minute':
        return modulo(over(ms, 60_000), 60);
      case 'second':
        return modulo(over(ms, 1000), 60);
      case 'time_of_day':
        return divide(modulo(ms, dayMs), 3_600_000);
    }
  };
  return where(isTime, read(), Number.NaN);
}
