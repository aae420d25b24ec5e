import type { ScheduleResult } from './result.ts';
import type { ScheduleOptions } from './options.ts';
import { resolve } from 'node:path';
import { exitCodes } from '../../errors.ts';
import { parseVerbs, removeFiles, schedulePaths, schedulers } from '../../scheduling/index.ts';
import type { Scheduler, SchedulePlan } from '../../scheduling/scheduler.ts';
import { holding } from '../../store/index.ts';
import type { Context } from '../../project/context.ts';
import { openPipeline } from '../../project/openPipeline.ts';
import type { Outcome } from '../../project/outcome.ts';
import { installSchedule } from './scheduleInstall.ts';
import {
  scheduleHome,
  schedulerContext,
  schedulerNamed,
  scheduleStates,
} from '../../project/scheduleStates.ts';
import type { ScheduleHome } from '../../project/scheduleStates.ts';

/** Which schedulers a list or a removal looks at. */
const asked = ({ on }: ScheduleOptions): readonly Scheduler[] =>
  on === undefined ? schedulers : [schedulerNamed(on)];

async function list(
  context: Context,
  options: ScheduleOptions,
  home: ScheduleHome,
): Promise<Outcome<ScheduleResult>> {
  const { states, damaged } = await scheduleStates(context, home, asked(options));
  const shown = states.filter(
    ({ pipeline }) => options.pipeline === undefined || pipeline === options.pipeline,
  );
  return {
    exitCode: exitCodes.ok,
    warnings: [
      ...damaged,
      ...shown.flatMap(({ id, on, state }) =>
        state === 'missing'
          ? [`${id} is written down here, but ${on} does not have it: install it again, or remove it.`]
          : [],
      ),
    ],
    result: { action: 'listed', schedules: shown, changes: [], commands: [], words: [] },
  };
}

/** The name of the pipeline whose schedules go: the one that was named, though its file may be gone, or the only one. */
async function removedPipeline(context: Context, options: ScheduleOptions): Promise<string> {
  return options.pipeline ?? (await openPipeline(context, undefined)).name;
}

async function remove(
  context: Context,
  options: ScheduleOptions,
  home: ScheduleHome,
): Promise<Outcome<ScheduleResult>> {
  const pipeline = await removedPipeline(context, options);
  const verbs = options.verbs === undefined ? null : parseVerbs(options.verbs).join();
  const { states, damaged } = await scheduleStates(context, home, asked(options));
  const gone = states.filter(
    (state) => state.pipeline === pipeline && (verbs === null || state.verbs.join() === verbs),
  );
  const plans: SchedulePlan[] = [];
  const said: string[] = [];
  const output = options.output === undefined ? null : resolve(context.environment.cwd, options.output);
  const world = schedulerContext(context, home, {
    output,
    startsContainers: false,
    answers: '',
    source: null,
  });
  for (const { id, on } of gone) {
    const scheduler = schedulerNamed(on);
    const plan = await scheduler.planRemoval(id, world);
    plans.push(plan);
    if (options.dryRun) continue;
    said.push(...(await scheduler.apply(plan, world)));
    const { record, environment, state } = schedulePaths(home.folder, id);
    if (scheduler.runs === 'machine') await removeFiles([record, environment, state]);
  }
  const action = gone.length === 0 ? 'nothing-to-remove' : options.dryRun ? 'planned' : 'removed';
  return {
    pipeline,
    exitCode: exitCodes.ok,
    decision: action,
    warnings: damaged,
    result: {
      action,
      schedules: gone,
      changes: plans.flatMap(({ files }) => files),
      commands: plans.flatMap(({ commands }) => commands),
      words: [...plans.flatMap(({ words }) => words), ...said],
    },
  };
}

/**
 * Puts `monitor` and `retrain` of a pipeline on a clock, lists what is there, or takes it away. The same call again changes
 * nothing; lines and files that aieng did not make are never touched.
 */
export async function schedule(context: Context, options: ScheduleOptions): Promise<Outcome<ScheduleResult>> {
  const home = await scheduleHome(context);
  if (options.action === 'list') return list(context, options, home);
  const work = options.action === 'install' ? installSchedule : remove;
  const held = { waitMs: 10_000, command: context.command, signal: context.signal };
  return holding(context.store, 'schedules', held, () => work(context, options, home));
}
