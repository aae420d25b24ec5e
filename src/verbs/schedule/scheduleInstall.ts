import type { ScheduleResult } from './result.ts';
import type { ScheduleOptions } from './options.ts';
import { isAbsolute, resolve } from 'node:path';
import { placeOf } from '../../data/address.ts';
import { exitCodes, usageError } from '../../errors.ts';
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
  takenVariables,
} from '../../scheduling/index.ts';
import { variablesIn } from '../../alerting/secrets.ts';
import type { AlertsSection } from '../../pipeline/alerts/section.ts';
import type { Schedule, ScheduleRecord } from '../../scheduling/schedule.ts';
import type { Scheduler, SchedulerContext, SchedulePlan } from '../../scheduling/scheduler.ts';
import { writeWholeFile } from '../../disk/wholeFile.ts';
import { batchOf } from '../../project/batchSection.ts';
import type { Context } from '../../project/context.ts';
import { openPipeline } from '../../project/openPipeline.ts';
import type { Outcome } from '../../project/outcome.ts';
import {
  nextOf,
  recordedState,
  schedulerContext,
  schedulerNamed,
  schedulerNames,
} from '../../project/scheduleStates.ts';
import type { ScheduleHome } from '../../project/scheduleStates.ts';
import type { ScheduleState } from '../../scheduling/schedule.ts';

function needed(value: string | undefined, flag: string, example: string): string {
  if (value !== undefined) return value;
  throw usageError({
    code: 'flag-missing',
    message: `A schedule needs ${flag}.`,
    hint: `For example: \`aieng schedule --every "0 3 * * *" --on cron\` (${example}). What is there already: \`aieng schedule --list\`.`,
  });
}

/** A source that is files of the project, without `./`. */
const sourceInside = (path: string): string | null =>
  placeOf(path) !== 'file' || isAbsolute(path) ? null : path.replaceAll(/^(\.\/)+|\/+$/g, '');

/** What is wished, checked. */
async function wishedSchedule(
  context: Context,
  options: ScheduleOptions,
  home: ScheduleHome,
): Promise<{
  schedule: Schedule;
  scheduler: Scheduler;
  startsContainers: boolean;
  alerts: AlertsSection;
  answers: string;
  source: string | null;
}> {
  const expression = parseExpression(
    needed(options.every, '--every <cron expression>', 'every day at 03:00'),
  );
  const scheduler = schedulerNamed(needed(options.on, '--on <scheduler>', schedulerNames()));
  const verbs = parseVerbs(options.verbs ?? 'monitor,retrain');
  const timezone = parseTimezone(options.timezone ?? (await scheduler.timezone()));
  const named = await openPipeline(context, options.pipeline);
  // The clock knows the pipeline by its name: a file outside of pipelines/ is not found by it.
  const { name: pipeline, deploy, alerts, batch, source } = await openPipeline(context, named.name);
  if (verbs.includes('predict')) batchOf({ name: pipeline, batch });
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
    alerts,
    answers: batch.output,
    source: sourceInside(source.path),
  };
}

/** The same wish, whenever it was made. */
const sameWish = (left: Schedule, right: Schedule): boolean =>
  left.expression === right.expression && left.timezone === right.timezone;

/** Variables that alerts are sent with and that the runs of the schedule will not have. */
function unknownWords(
  alerts: AlertsSection,
  taken: ReadonlyMap<string, string>,
  { pipeline }: Schedule,
): readonly string[] {
  const unknown = [...new Set(variablesIn(alerts.sinks))].filter((name) => !taken.has(name));
  return unknown.map(
    (name) =>
      `The runs of this schedule will not know ${name}, which the alerts of ${pipeline} are sent with: add --variable ${name}.`,
  );
}

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

/** What the runs of a schedule know their environment by. */
const environmentVariable = 'AIENG_ENV';

function refuseEnvironment(on: string, env: string): never {
  throw usageError({
    code: 'schedule-env',
    message: `What is made for ${on} does not carry the environment ${env} along.`,
    hint: `Leave --env away here, and set ${environmentVariable}=${env} where ${on} runs it.`,
  });
}

async function planInstallation(
  context: Context,
  options: ScheduleOptions,
  home: ScheduleHome,
): Promise<Installation> {
  const { schedule, scheduler, startsContainers, alerts, answers, source } = await wishedSchedule(
    context,
    options,
    home,
  );
  const { variables } = context.environment;
  const { env } = context;
  const named = options.environment.filter((name) => name !== environmentVariable);
  const taken = takenVariables(
    env === undefined ? named : [...named, environmentVariable],
    env === undefined ? variables : { ...variables, [environmentVariable]: env },
  );
  if (env !== undefined && !scheduler.carriesEnvironment) refuseEnvironment(scheduler.name, env);
  const { records, damaged } = await readSchedules(home.folder);
  const before = records.find(({ id }) => id === schedule.id);
  if (before !== undefined && before.on !== scheduler.name && scheduler.runs === 'machine')
    throw usageError({
      code: 'schedule-elsewhere',
      message: `${schedule.pipeline} is on ${before.on} already (${before.expression}, ${before.verbs.join(' and ')}).`,
      hint: `Take it away first: \`aieng schedule ${schedule.pipeline} --remove --on ${before.on}\`.`,
    });
  const now = context.environment.now();
  const output = options.output === undefined ? null : resolve(context.environment.cwd, options.output);
  const world = schedulerContext(context, home, { output, startsContainers, answers, source });
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
    warnings: [
      ...damaged,
      ...overlapWords(records, schedule),
      ...(scheduler.runs === 'machine' ? unknownWords(alerts, taken, schedule) : []),
    ],
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

/** Plans, and unless it is a dry run, installs a schedule or changes it in place. */
export async function installSchedule(
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
    // What a person still has to do before anything fires is no small print.
    warnings: [...made.warnings, ...said],
    decision: options.dryRun ? 'planned' : action,
    result: {
      action: options.dryRun ? 'planned' : action,
      schedules: [state],
      changes: plan.files,
      commands: plan.commands,
      words: [...plan.words, ...kept],
    },
  };
}
