import { AiengError, usageError } from '../../errors.ts';
import { blockIds, blockOf, blockText, withBlock } from '../crontab.ts';
import { crontabLines } from '../crontabLines.ts';
import { parseExpression } from '../expression.ts';
import { schedulePaths } from '../record.ts';
import type { Schedule } from '../schedule.ts';
import type { Scheduler, SchedulerContext, SchedulePlan } from '../scheduler.ts';
import { machineTimezone } from './machineTimezone.ts';
import { runTool } from './tool.ts';

const where = 'the crontab of this user';

const noCron = (): Error =>
  usageError({
    code: 'scheduler-not-there',
    message: 'There is no `crontab` program on this machine.',
    hint: 'Install cron (Debian, Ubuntu: apt-get install cron), or use --on systemd.',
  });

function refused(said: string): Error {
  const words = said.trim().split('\n')[0] ?? '';
  return usageError({
    code: 'crontab-refused',
    message: `crontab refused: ${words === '' ? 'it said nothing' : words.slice(0, 300)}`,
    hint: /not allowed|permission|denied/i.test(words)
      ? 'Ask the administrator to allow this user in /etc/cron.allow (or to take it out of /etc/cron.deny), or use --on systemd.'
      : 'Look at it with `crontab -l`, correct it with `crontab -e`, then run this again.',
  });
}

/** Bytes as one character each: a foreign line that is no UTF-8 goes back as it came. */
const fromBytes = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
const toBytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const encoded = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');
const decoded = (text: string): string => Buffer.from(text, 'latin1').toString('utf8');

async function readCrontab(context: SchedulerContext): Promise<string> {
  const result = await runTool('crontab', ['-l'], context.variables);
  if (result === null) throw noCron();
  if (result.exitCode === 0) return fromBytes(result.stdout);
  if (/no crontab for/i.test(result.stderr)) return '';
  throw refused(result.stderr);
}

async function planWith(id: string, block: string | null, context: SchedulerContext): Promise<SchedulePlan> {
  const before = blockOf(await readCrontab(context), id);
  const file = { path: where, before: before === null ? null : decoded(before), after: block };
  return { id, files: [file], commands: file.before === file.after ? [] : ['crontab -'], words: [] };
}

function refuseOutput(context: SchedulerContext): void {
  if (context.output === null) return;
  throw usageError({
    code: 'flags-do-not-fit',
    message: '--output is for schedulers that read files; the lines of cron go into the crontab.',
    hint: 'Use --dry-run to see the lines without installing them.',
  });
}

function blockFor(schedule: Schedule, context: SchedulerContext, zone: string): string {
  const paths = schedulePaths(context.folder, schedule.id);
  const lines = crontabLines({
    expression: parseExpression(schedule.expression),
    timezone: schedule.timezone,
    machineTimezone: zone,
    command: [...context.command, paths.record],
    log: paths.log,
  });
  return blockText(schedule.id, lines);
}

/** Reads again what is there now, so that a line that somebody added meanwhile stays. */
async function write(plan: SchedulePlan, context: SchedulerContext): Promise<void> {
  const [change] = plan.files;
  if (change === undefined || change.before === change.after) return;
  const block = change.after === null ? null : encoded(change.after);
  const input = toBytes(withBlock(await readCrontab(context), plan.id, block));
  const result = await runTool('crontab', input.length === 0 ? ['-r'] : ['-'], context.variables, input);
  if (result === null) throw noCron();
  if (result.exitCode !== 0) throw refused(result.stderr);
}

/** The user's crontab: a block of marked lines in it. */
export const cron: Scheduler = {
  name: 'cron',
  runs: 'machine',
  timezone: machineTimezone,
  plan: async (schedule, context) => {
    refuseOutput(context);
    return planWith(schedule.id, blockFor(schedule, context, await machineTimezone()), context);
  },
  planRemoval: (id, context) => planWith(id, null, context),
  apply: async (plan, context) => {
    await write(plan, context);
    return [];
  },
  list: async (context) => {
    try {
      return blockIds(await readCrontab(context)).map((id) => ({ id, where }));
    } catch (error) {
      // To look at schedules where there is no cron is no mistake.
      if (error instanceof AiengError && error.code === 'scheduler-not-there') return [];
      throw error;
    }
  },
};
