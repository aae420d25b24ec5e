import { parseExpression } from '../../../cron/expression.ts';

/**
 * A cron expression as a cluster reads it: the same days, with Sunday as 0. What is no expression is given back as it
 * is: the check of the manifests says what is wrong with it.
 *
 * @example clusterCron('0 3 * * 5-7') === '0 3 * * 0,5-6'
 */
export function clusterCron(expression: string): string {
  try {
    return parseExpression(expression).text;
  } catch {
    return expression.trim().split(/\s+/).join(' ');
  }
}

/** Sunday is 0 in a cluster, and 7 is an error. */
const hasSunday7 = (weekdays: string): boolean => /7/.test(weekdays.replaceAll(/\/[0-9]+/g, ''));

/** What is wrong with the schedule of an object for a cluster, or undefined. */
export function cronProblem(expression: string): string | undefined {
  const fields = expression.trim().split(/\s+/);
  if (fields.length !== 5) return `has ${fields.length} fields, not five (minute hour day month weekday)`;
  if (hasSunday7(fields[4] ?? '')) return 'calls Sunday 7; the cluster calls it 0';
  try {
    parseExpression(expression);
    return undefined;
  } catch (error) {
    return error instanceof Error ? `is no schedule: ${error.message}` : 'is no cron expression';
  }
}
