import { usageError } from '../errors.ts';

const refused = (message: string, hint: string): Error => usageError({ code: 'github-cron', message, hint });

/** GitHub starts nothing more often. */
const shortestMinutes = 5;

/** The minutes of an hour that a field names, in order: `*`, `7`, `10-20`, each with `/step`, in a list. */
function minutesOf(field: string): readonly number[] {
  const minutes = field.split(',').flatMap((part) => {
    const [, span = '*', step = '1'] = /^([^/]*)(?:\/(\d+))?$/.exec(part) ?? [];
    const [first = 0, last] = span === '*' ? [0, 59] : span.split('-').map(Number);
    const end = last ?? (part.includes('/') ? 59 : first);
    const count = Math.max(0, Math.floor((end - first) / Math.max(1, Number(step))) + 1);
    return Array.from({ length: Math.min(60, count) }, (_, n) => first + n * Math.max(1, Number(step)));
  });
  return [...new Set(minutes)].sort((left, right) => left - right);
}

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
  const minutes = minutesOf(fields[0] ?? '');
  const often = minutes.some((minute, index) => minute - (minutes[index - 1] ?? -60) < shortestMinutes);
  if (often)
    throw refused(
      `"${expression}" is more often than every five minutes: GitHub does not start it so often.`,
      'Use "*/5 * * * *" or less often, or another scheduler (--on cron).',
    );
  return fields.join(' ');
}
