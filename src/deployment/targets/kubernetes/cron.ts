import { Cron, CronPattern } from 'croner';

/** Its controller's own grammar: five fields, no seconds, and none of the extensions `L`, `W` and `#`. */
const word = '(?:[0-9]+|[A-Za-z]{3})';
const item = `(?:\\*|\\?|${word}(?:-${word})?)(?:/[0-9]+)?`;
const grammar = new RegExp(`^${item}(?:,${item})*$`);

/** Sunday is 0 there, and 7 is an error. */
const hasSunday7 = (weekdays: string): boolean => /7/.test(weekdays.replaceAll(/\/[0-9]+/g, ''));

/**
 * A cron expression as a cluster reads it: the same days, with Sunday as 0. What is no expression is given back as it
 * is: the check of the manifests says what is wrong with it.
 *
 * @example clusterCron('0 3 * * 5-7') === '0 3 * * 0,5,6'
 */
export function clusterCron(expression: string): string {
  const fields = expression.trim().split(/\s+/);
  const weekdays = fields[4] ?? '';
  if (fields.length !== 5 || !grammar.test(weekdays) || !hasSunday7(weekdays)) return fields.join(' ');
  try {
    const days = new CronPattern(`* * * * ${weekdays}`).dayOfWeek.flatMap((weeks, day) =>
      weeks === 0 ? [] : [day],
    );
    return [...fields.slice(0, 4), days.length === 7 ? '*' : days.join(',')].join(' ');
  } catch {
    return fields.join(' ');
  }
}

/** What is wrong with a cron expression, or undefined. */
export function cronProblem(expression: string): string | undefined {
  const fields = expression.trim().split(/\s+/);
  if (fields.length !== 5) return `has ${fields.length} fields, not five (minute hour day month weekday)`;
  const strange = fields.find((one) => !grammar.test(one));
  if (strange !== undefined) return `has "${strange}", which the cluster's cron does not know`;
  if (hasSunday7(fields[4] ?? '')) return 'calls Sunday 7; the cluster calls it 0';
  try {
    // Any fixed time does: every date of a calendar comes back within 28 years.
    if (new Cron(expression, { timezone: 'UTC', paused: true }).nextRun(new Date(0)) === null)
      return 'names a date that never comes';
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message.replace(/^\w+: /, '') : 'is no cron expression';
  }
}
