import { resolve } from 'node:path';
import { exitCodes, usageError } from '../errors.ts';
import {
  clockwork,
  environmentText,
  isUnchanged,
  nextSlots,
  parseExpression,
  parseTimezone,
  parseVerbs,
  readSchedules,
  readText,
  recordText,
  removeFiles,
  scheduleId,
  schedulePaths,
  schedulers,
  takenVariables,
} from '../scheduling/index.ts';
import type { Schedule, ScheduleRecord } from '../scheduling/schedule.ts';
import type { Scheduler, SchedulerContext, SchedulePlan } from '../scheduling/scheduler.ts';
import { holding, writeWholeFile } from '../store/index.ts';
import { nearest } from '../suggest.ts';
import type { Context } from './context.ts';
import { openPipeline } from './openPipeline.ts';
import type { Outcome } from './outcome.ts';
import { nextOf, recordedState, scheduleHome, schedulerContext, scheduleStates } from './scheduleStates.ts';
import type { ScheduleHome } from './scheduleStates.ts';
import type { ScheduleOptions, ScheduleResult, ScheduleState } from './verbs.ts';

const names = (): string => schedulers.map(({ name }) => name).join(', ');

function schedulerNamed(name: string): Scheduler {
  const found = schedulers.find((scheduler) => scheduler.name === name);
  if (found !== undefined) return found;
  const guess = nearest(
    name,
    schedulers.map((scheduler) => scheduler.name),
  );
  throw usageError({
    code: 'scheduler-unknown',
    message: `--on ${name.slice(0, 40)}: there is no such scheduler (${names()}).`,
    hint: guess === undefined ? `Use one of: ${names()}.` : `Did you mean --on ${guess}?`,
  });
}

function needed(value: string | undefined, flag: string, example: string): string {
  if (value !== undefined) return value;
  throw usageError({
    code: 'flag-missing',
    message: `A schedule needs ${flag}.`,
    hint: `For example: aieng schedule --every "0 3 * * *" --on cron (${example}). What is there already: aieng schedule --list.`,
  });
}

/** What is wished, checked. */
async function wishedSchedule(
  context: Context,
  options: ScheduleOptions,
  home: ScheduleHome,
): Promise<{ schedule: Schedule; scheduler: Scheduler; startsContainers: boolean }> {
  const expression = parseExpression(
    needed(options.every, '--every <cron expression>', 'every day at 03:00'),
  );
  const scheduler = schedulerNamed(needed(options.on, '--on <scheduler>', names()));
  const verbs = parseVerbs(options.verbs ?? 'monitor,retrain');
  const timezone = parseTimezone(options.timezone ?? (await scheduler.timezone()));
  const named = await openPipeline(context, options.pipeline);
  // The clock knows the pipeline by its name: a file outside of pipelines/ is not found by it.
  const { name: pipeline, deploy } = await openPipeline(context, named.name);
  if (nextSlots(clockwork(expression.text, timezone), context.environment.now(), 1).length === 0)
    throw usageError({
      code: 'expression-never',
      message: `"${expression.text}" never comes.`,
      hint: 'Correct the day of the month or the month.',
    });
  const place = { pipeline, verbs, root: context.root, store: home.store };
  return {
    schedule: { id: scheduleId(place), ...place, expression: expression.text, timezone },
    scheduler,
    startsContainers: deploy.target === 'container',
  };
}

/** The same wish, whenever it was made. */
const sameWish = (left: Schedule, right: Schedule): boolean =>
  left.expression === right.expression && left.timezone === right.timezone;

/** Other schedules that do some of the same: allowed, and said. */
function overlapWords(records: readonly ScheduleRecord[], schedule: Schedule): readonly string[] {
  return records
    .filter((other) => other.id !== schedule.id && other.pipeline === schedule.pipeline)
    .flatMap((other) => {
      const shared = other.verbs.filter((verb) => schedule.verbs.includes(verb));
      return shared.length === 0
        ? []
        : [`${other.id} (${other.expression}) runs ${shared.join(' and ')} of ${schedule.pipeline} too.`];
    });
}

interface Installation {
  readonly schedule: Schedule;
  readonly scheduler: Scheduler;
  readonly world: SchedulerContext;
  readonly plan: SchedulePlan;
  readonly before: ScheduleRecord | undefined;
  readonly record: ScheduleRecord;
  readonly environment: string;
  readonly warnings: readonly string[];
}

async function planInstallation(
  context: Context,
  options: ScheduleOptions,
  home: ScheduleHome,
): Promise<Installation> {
  const { schedule, scheduler, startsContainers } = await wishedSchedule(context, options, home);
  const { variables } = context.environment;
  const taken = takenVariables(options.environment, variables);
  const { records, damaged } = await readSchedules(home.folder);
  const before = records.find(({ id }) => id === schedule.id);
  if (before !== undefined && before.on !== scheduler.name && scheduler.runs === 'machine')
    throw usageError({
      code: 'schedule-elsewhere',
      message: `${schedule.pipeline} is on ${before.on} already (${before.expression}, ${before.verbs.join(' and ')}).`,
      hint: `Take it away first: aieng schedule ${schedule.pipeline} --remove --on ${before.on}`,
    });
  const now = context.environment.now();
  const output = options.output === undefined ? null : resolve(context.environment.cwd, options.output);
  const world = schedulerContext(context, home, { output, startsContainers });
  return {
    schedule,
    scheduler,
    world,
    plan: await scheduler.plan(schedule, world),
    before,
    record: {
      schema: 1,
      ...schedule,
      on: scheduler.name,
      // Slots of another clock are not made up for.
      installedAt: before !== undefined && sameWish(before, schedule) ? before.installedAt : now,
      environment: [...taken.keys()],
    },
    environment: environmentText(taken),
    warnings: [...damaged, ...overlapWords(records, schedule)],
  };
}

/** Record and environment file, before anything can fire; taken back where the scheduler refuses. */
async function keepAndApply(
  context: Context,
  home: ScheduleHome,
  made: Installation,
): Promise<readonly string[]> {
  const { scheduler, plan, world, record, before } = made;
  if (scheduler.runs === 'elsewhere') return scheduler.apply(plan, world);
  const paths = schedulePaths(home.folder, record.id);
  await writeWholeFile(paths.environment, made.environment, context.environment, 0o600);
  await writeWholeFile(paths.record, recordText(record), context.environment);
  try {
    return await scheduler.apply(plan, world);
  } catch (error) {
    if (before === undefined) await removeFiles([paths.record, paths.environment]);
    throw error;
  }
}

function actionOf(made: Installation, environmentBefore: string | null): ScheduleResult['action'] {
  const { plan, before, record, scheduler, environment } = made;
  const isNew = plan.files.every((file) => file.before === null);
  if (isNew) return 'installed';
  const isKept =
    scheduler.runs === 'elsewhere' ||
    (before !== undefined && recordText(before) === recordText(record) && environmentBefore === environment);
  return isUnchanged(plan) && isKept ? 'unchanged' : 'changed';
}

async function install(
  context: Context,
  options: ScheduleOptions,
  home: ScheduleHome,
): Promise<Outcome<ScheduleResult>> {
  const made = await planInstallation(context, options, home);
  const { schedule, scheduler, plan, record } = made;
  const { environment } = schedulePaths(home.folder, schedule.id);
  const action = actionOf(made, await readText(environment));
  const said = options.dryRun ? [] : await keepAndApply(context, home, made);
  const where = plan.files[0]?.path ?? null;
  const state: ScheduleState =
    scheduler.runs === 'machine'
      ? await recordedState(context, home, record, { state: options.dryRun ? 'planned' : 'installed', where })
      : {
          ...{
            id: schedule.id,
            pipeline: schedule.pipeline,
            on: scheduler.name,
            expression: schedule.expression,
          },
          ...{
            timezone: schedule.timezone,
            verbs: schedule.verbs,
            state: options.dryRun ? 'planned' : 'installed',
            where,
          },
          ...{
            next: nextOf(schedule, context.environment.now()),
            lastRun: null,
            unfinished: null,
            log: null,
          },
        };
  const kept =
    scheduler.runs === 'machine'
      ? [
          `The variables ${record.environment.join(', ') || '(none)'} are kept in ${environment}, which only this user may read.`,
        ]
      : [];
  return {
    pipeline: schedule.pipeline,
    exitCode: exitCodes.ok,
    warnings: made.warnings,
    decision: options.dryRun ? 'planned' : action,
    result: {
      action: options.dryRun ? 'planned' : action,
      schedules: [state],
      changes: plan.files,
      commands: plan.commands,
      words: [...plan.words, ...kept, ...said],
    },
  };
}

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
  const world = schedulerContext(context, home, { output, startsContainers: false });
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
  const work = options.action === 'install' ? install : remove;
  const held = { waitMs: 10_000, command: context.command, signal: context.signal };
  return holding(context.store, 'schedules', held, () => work(context, options, home));
}
