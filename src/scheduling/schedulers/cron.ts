import { AiengError, usageError } from '../../errors.ts';
import { blockIds, blockOf, blockText, withBlock } from '../crontab.ts';
import { crontabLines } from '../crontabLines.ts';
import { parseExpression } from '../../cron/expression.ts';
import { schedulePaths } from '../record.ts';
import type { Schedule } from '../schedule.ts';
import type { Scheduler, SchedulerContext, SchedulePlan } from '../scheduler.ts';
import { machineTimezone } from './machineTimezone.ts';
import { decoded, encoded, readCrontab, writeCrontab } from './userCrontab.ts';

const where = 'the crontab of this user';

async function planWith(id: string, block: string | null, context: SchedulerContext): Promise<SchedulePlan> {
  const before = blockOf(await readCrontab(context.variables), id);
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
async function write(plan: SchedulePlan, { variables }: SchedulerContext): Promise<void> {
  const [change] = plan.files;
  if (change === undefined || change.before === change.after) return;
  const block = change.after === null ? null : encoded(change.after);
  await writeCrontab(withBlock(await readCrontab(variables), plan.id, block), variables);
}

/** The user's crontab: a block of marked lines in it. */
export const cron: Scheduler = {
  name: 'cron',
  runs: 'machine',
  carriesEnvironment: true,
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
      return blockIds(await readCrontab(context.variables)).map((id) => ({ id, where }));
    } catch (error) {
      // To look at schedules where there is no cron is no mistake.
      if (error instanceof AiengError && error.code === 'scheduler-not-there') return [];
      throw error;
    }
  },
};
