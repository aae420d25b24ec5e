import { usageError } from '../errors.ts';
import type { Expression } from '../cron/expression.ts';
import { crontabCommand, shellWord } from './quoting.ts';

/** What a crontab needs to know of a schedule. */
export interface CrontabEntry {
  readonly expression: Expression;
  /** The schedule's, and the one that cron's clock is in. */
  readonly timezone: string;
  readonly machineTimezone: string;
  /** Program and arguments that run what is due. */
  readonly command: readonly string[];
  /** Takes what the program says before it has a log of its own. */
  readonly log: string;
}

/** Vixie cron's limit of a command, in bytes. */
const longestCommand = 998;

/**
 * When to look in a zone that is not cron's: at the expression's minutes and quarters of an hour from them (the offset
 * between two zones is a multiple of 15 minutes), around the clock. What is not due ends at once.
 */
export function lookingMinutes(minutes: readonly number[]): string {
  const all = new Set(minutes.flatMap((minute) => [0, 15, 30, 45].map((shift) => (minute + shift) % 60)));
  return all.size === 60 ? '*' : [...all].sort((left, right) => left - right).join(',');
}

/** The lines of a schedule: at its times, and once after the machine was started, for what was missed. */
export function crontabLines({
  expression,
  timezone,
  machineTimezone,
  command,
  log,
}: CrontabEntry): readonly string[] {
  const words = command.map(shellWord).join(' ');
  // Nothing reaches cron, not even that the log's folder is gone: cron would mail it, every time.
  const run = crontabCommand(`{ ${words} >>${shellWord(log)} 2>&1; } 2>/dev/null`);
  const bytes = new TextEncoder().encode(run).length;
  if (bytes > longestCommand)
    throw usageError({
      code: 'path-not-schedulable',
      message: `The command of this schedule has ${bytes} bytes; cron takes at most ${longestCommand}.`,
      hint: 'Move the project (or the store) to a shorter path, or use --on systemd.',
    });
  const times =
    timezone === machineTimezone
      ? [expression.text]
      : [`${lookingMinutes(expression.minute.values)} * * * *`];
  const why =
    timezone === machineTimezone
      ? []
      : [
          `# due at ${expression.text} in ${timezone}; cron's clock is in ${machineTimezone}: it looks often, and runs when it is time`,
        ];
  return [...why, ...times.map((time) => `${time} ${run}`), `@reboot ${run}`];
}
