import type { ScheduleOptions } from './options.ts';
import { Option } from 'commander';
import { exitCodes, usageError } from '../../errors.ts';
import { scheduledVerbs, schedulerNames } from '../../scheduling/schedulers/names.ts';
import { offering, pipelineArgument } from '../flags.ts';
import { pipelineOption } from '../verb.ts';
import type { Verb } from '../verb.ts';

interface Flags extends Partial<Record<'every' | 'do' | 'on' | 'timezone' | 'output', string>> {
  readonly variable: readonly string[];
  readonly dryRun: boolean;
  readonly list: boolean;
  readonly remove: boolean;
}

function optionsOf(pipeline: string | undefined, flags: Flags): ScheduleOptions {
  const { every, do: verbs, on, timezone, output, variable, dryRun, list, remove } = flags;
  if ((list && remove) || ((list || remove) && every !== undefined))
    throw usageError({
      code: 'flags-do-not-fit',
      message: '--every installs, --list looks and --remove takes away: one at a time.',
      hint: 'Leave all but one of them away.',
    });
  return {
    ...pipelineOption(pipeline),
    action: list ? 'list' : remove ? 'remove' : 'install',
    ...(every === undefined ? {} : { every }),
    ...(verbs === undefined ? {} : { verbs }),
    ...(on === undefined ? {} : { on }),
    ...(timezone === undefined ? {} : { timezone }),
    ...(output === undefined ? {} : { output }),
    environment: variable,
    dryRun,
  };
}

export const scheduleVerb: Verb = {
  name: 'schedule',
  group: 'Look after',
  summary: 'put monitor, retrain, run or predict on a clock: cron, systemd, GitHub Actions or Kubernetes',
  description:
    'Shows and installs what calls commands of a pipeline at the times of a cron expression: monitor and retrain, or with --do also run and predict, which answers what the section batch of the pipeline names. What was missed while the machine was off is made up for by one run; a run that is still busy is not joined by a second. The same call again changes nothing, and nothing that aieng did not make is touched.',
  examples: [
    ['aieng schedule churn --every "0 3 * * *" --on cron', 'every night at three, by the crontab'],
    [
      'aieng schedule churn --every @hourly --do monitor --on systemd --dry-run',
      'the units, without installing them',
    ],
    [
      'aieng schedule churn --every "30 1 * * *" --do predict --on cron',
      'the nightly batch of the section batch of the pipeline',
    ],
    ['aieng schedule --list', 'what is there, when it runs next, how it went'],
    ['aieng schedule churn --remove', 'takes it away'],
  ],
  exits: [exitCodes.busy, exitCodes.storeDamaged],
  result: async () => (await import('./result.ts')).scheduleResult,
  define: (command, session) =>
    command
      .addArgument(pipelineArgument())
      .option('--every <cron>', 'five cron fields, or @hourly, @daily, @weekly, @monthly, @yearly')
      .addOption(
        offering('--do <verbs>', 'what to do, in this order', ['monitor,retrain', ...scheduledVerbs]),
      )
      .addOption(new Option('--on <scheduler>', 'what keeps the time').choices(schedulerNames))
      .option('--timezone <zone>', "of the times, as Europe/Berlin (default: this machine's)")
      .option(
        '--variable <name>',
        'a variable whose value is kept for the runs; repeatable',
        (name: string, names: readonly string[]) => [...names, name],
        [],
      )
      .option('--dry-run', 'show what would be installed or removed and touch nothing', false)
      .option('--output <dir>', 'where the files of a scheduler elsewhere go')
      .option('--list', 'the schedules of this project', false)
      .option('--remove', 'take the schedules of the pipeline away', false)
      .action(async (pipeline: string | undefined, flags: Flags) => {
        await session.perform(command, {
          pipeline,
          call: async (context) => {
            const { schedule } = await import('./schedule.ts');
            return schedule(context, optionsOf(pipeline, flags));
          },
          view: async () => (await import('./view.ts')).scheduleView,
        });
      }),
};
