import type { Expression } from '../cron/expression.ts';
import { runsOf } from '../cron/fields.ts';
import type { CronField } from '../cron/fields.ts';

const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
/** As systemd counts a week. */
const mondayFirst = [1, 2, 3, 4, 5, 6, 0];
const twoDigits = (value: number): string => String(value).padStart(2, '0');

/** Values as systemd lists them: `00,15,30..45`. */
const listed = (values: readonly number[]): string =>
  runsOf(values)
    .map(([low, high]) =>
      low === high
        ? twoDigits(low)
        : high === low + 1
          ? `${twoDigits(low)},${twoDigits(high)}`
          : `${twoDigits(low)}..${twoDigits(high)}`,
    )
    .join(',');

const component = (field: CronField): string => (field.text === '*' ? '*' : listed(field.values));

const weekdayList = ({ values }: CronField): string =>
  mondayFirst
    .filter((day) => values.includes(day))
    .map((day) => weekdays[day])
    .join(',');

/** Does the zone change its clock within two years of `at`? */
export function changesClock(timezone: string, at: number): boolean {
  const format = new Intl.DateTimeFormat('en', { timeZone: timezone, timeZoneName: 'longOffset' });
  const offsetAt = (time: number): string | undefined =>
    format.formatToParts(time).find(({ type }) => type === 'timeZoneName')?.value;
  const monthMs = 30 * 86_400_000;
  return new Set(Array.from({ length: 25 }, (_, month) => offsetAt(at + month * monthMs))).size > 1;
}

/**
 * `OnCalendar=` of systemd.time(7) for a cron expression. Where cron takes a day of the month or a day of the week,
 * systemd needs two entries: within one, both have to hold.
 *
 * systemd skips a local time that does not exist. Where the zone has daylight saving and the times are fixed ones, one
 * more entry looks an hour later each day; it finds something due only on the day when the clock went forward.
 *
 * @example calendarEntries(parseExpression('0 3 * * *'), 'UTC', 0)[0] === '*-*-* 03:00:00 UTC'
 */
export function calendarEntries(expression: Expression, timezone: string, at: number): readonly string[] {
  const { minute, hour, day, month, weekday } = expression;
  const time = `${component(hour)}:${component(minute)}:00 ${timezone}`;
  const onDay = `*-${component(month)}-${component(day)} ${time}`;
  const onWeekday = `${weekdayList(weekday)} *-${component(month)}-* ${time}`;
  const entries = weekday.text === '*' ? [onDay] : day.text === '*' ? [onWeekday] : [onDay, onWeekday];
  const isFixed = !minute.star && !hour.star;
  if (!isFixed || !changesClock(timezone, at)) return entries;
  const later = hour.values.map((value) => (value + 1) % 24).sort((left, right) => left - right);
  return [...entries, `*-*-* ${listed(later)}:${component(minute)}:00 ${timezone}`];
}
