import { parseExpression } from '../cron/expression.ts';
import { usageError } from '../errors.ts';

const refused = (message: string, hint: string): Error => usageError({ code: 'github-cron', message, hint });

/** GitHub starts nothing more often. */
const shortestMinutes = 5;

/**
 * A schedule in GitHub's own dialect, with single blanks: five fields, no shorthand, nothing more often than every five
 * minutes.
 *
 * @throws usage error `github-cron` (exit 2) for what GitHub does not take.
 */
export function gitHubCron(expression: string): string {
  const fields = expression.trim().split(/\s+/);
  if (fields.length !== 5 || !fields.every((field) => /^[0-9A-Za-z*,/-]+$/.test(field)))
    throw refused(
      `"${expression}" is not a schedule that GitHub knows: it takes five fields of numbers, names, * , - and /.`,
      'Write it like "0 3 * * *" (every day at 03:00 UTC).',
    );
  const minutes = parseExpression(expression).minute.values;
  const often = minutes.some((minute, index) => minute - (minutes[index - 1] ?? -60) < shortestMinutes);
  if (often)
    throw refused(
      `"${expression}" is more often than every five minutes: GitHub does not start it so often.`,
      'Use "*/5 * * * *" or less often, or another scheduler (--on cron).',
    );
  return fields.join(' ');
}
