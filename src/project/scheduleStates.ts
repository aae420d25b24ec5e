import { dirname } from 'node:path';
import {
  clockwork,
  isScheduleId,
  nextSlots,
  parseState,
  projectMark,
  readSchedules,
  readText,
  schedulePaths,
  schedulers,
  slotWords,
} from '../scheduling/index.ts';
import type { Schedule, ScheduleRecord, ScheduleState } from '../scheduling/schedule.ts';
import type { Installed, Scheduler, SchedulerContext } from '../scheduling/scheduler.ts';
import { usageError } from '../errors.ts';
import { ownPath } from '../ownFolder.ts';
import { nearest } from '../suggest.ts';
import { lastScheduleRun } from '../tracking/scheduleRuns.ts';
import { writeWholeFile } from '../disk/wholeFile.ts';
import { clusterSchedule } from './clusterSchedule.ts';
import type { Context } from './context.ts';

/** Where the schedules of a store are kept. */
export interface ScheduleHome {
  /** `<store>/schedules` */
  readonly folder: string;
  readonly store: string;
  /** How the ids of this project end. */
  readonly mark: string;
}

export async function scheduleHome(context: Context): Promise<ScheduleHome> {
  const folder = await context.store.folder('schedules');
  const store = dirname(folder);
  return { folder, store, mark: projectMark(context.root, store) };
}

/** Program and script of aieng as it runs now: absolute, since cron knows no PATH of ours. */
export const ownCommand = (): readonly string[] => [process.execPath, ownPath('bin/aieng.js')];

/** What a scheduler may use for this project. */
export function schedulerContext(
  context: Context,
  home: ScheduleHome,
  more: Pick<SchedulerContext, 'output' | 'startsContainers' | 'answers' | 'source'>,
): SchedulerContext {
  const { environment, root } = context;
  return {
    variables: environment.variables,
    now: environment.now(),
    nodeVersion: environment.nodeVersion,
    softwareVersion: environment.version,
    clusterObjects: (schedule) => clusterSchedule(context, schedule),
    root,
    command: [...ownCommand(), '__scheduled'],
    folder: home.folder,
    writeFile: (path, text) => writeWholeFile(path, text, environment),
    ...more,
  };
}

/** Newest run of a schedule, and the slot that was begun last without being written down as run. */
async function lastRunOf(
  context: Context,
  home: ScheduleHome,
  id: string,
): Promise<Pick<ScheduleState, 'lastRun' | 'unfinished'>> {
  const newest = await lastScheduleRun(context, id);
  const run = newest === null ? null : { ...newest.content, runId: newest.id };
  const begun = parseState((await readText(schedulePaths(home.folder, id).state)) ?? '');
  return {
    lastRun: run,
    unfinished: begun === undefined || begun.startedAt === run?.startedAt ? null : begun.lastSlot,
  };
}

/** The next three slots. */
export function nextOf(
  { expression, timezone }: Pick<Schedule, 'expression' | 'timezone'>,
  now: number,
): ScheduleState['next'] {
  return nextSlots(clockwork(expression, timezone), now, 3).map((at) => ({
    at,
    words: slotWords(at, timezone),
  }));
}

/** A schedule with a record on this machine. */
export async function recordedState(
  context: Context,
  home: ScheduleHome,
  record: ScheduleRecord,
  found: { readonly state: ScheduleState['state']; readonly where: string | null },
): Promise<ScheduleState> {
  const { id, pipeline, on, expression, timezone, verbs } = record;
  return {
    ...{ id, pipeline, on, expression, timezone, verbs },
    ...found,
    next: nextOf(record, context.environment.now()),
    ...(await lastRunOf(context, home, id)),
    log: schedulePaths(home.folder, id).log,
  };
}

/** One that a scheduler has and that is not written down here: it runs elsewhere, or its record was lost. */
function unrecordedState(found: Installed, on: string, now: number): ScheduleState {
  const { id, where, schedule } = found;
  const known = schedule ?? { pipeline: id.split('-')[0] ?? id, expression: '', timezone: '', verbs: [] };
  return {
    id,
    on,
    ...known,
    state: schedule === undefined ? 'unrecorded' : 'installed',
    where,
    next: schedule === undefined ? [] : nextOf(schedule, now),
    lastRun: null,
    unfinished: null,
    log: null,
  };
}

/** Every schedule of this project on these schedulers, and what is wrong with files of theirs. */
export async function scheduleStates(
  context: Context,
  home: ScheduleHome,
  asked: readonly Scheduler[],
): Promise<{ readonly states: readonly ScheduleState[]; readonly damaged: readonly string[] }> {
  const { records, damaged } = await readSchedules(home.folder);
  const world = schedulerContext(context, home, {
    output: null,
    startsContainers: false,
    answers: '',
    source: null,
  });
  const states: ScheduleState[] = [];
  for (const scheduler of asked) {
    const { name } = scheduler;
    const installed = await scheduler.list(world);
    const own = installed.filter((each) => each.schedule !== undefined || isOurs(each.id, home));
    for (const record of records.filter(({ on }) => on === name)) {
      const where = own.find(({ id }) => id === record.id)?.where ?? null;
      states.push(
        await recordedState(context, home, record, {
          state: where === null ? 'missing' : 'installed',
          where,
        }),
      );
    }
    for (const found of own)
      if (!records.some(({ id, on }) => id === found.id && on === name))
        states.push(unrecordedState(found, name, context.environment.now()));
  }
  return { states, damaged };
}

const isOurs = (id: string, { mark }: ScheduleHome): boolean => isScheduleId(id) && id.endsWith(`-${mark}`);

/** All names, for messages. */
export const schedulerNames = (): string => schedulers.map(({ name }) => name).join(', ');

/** @throws usage error `scheduler-unknown` (exit 2). */
export function schedulerNamed(name: string): Scheduler {
  const found = schedulers.find((scheduler) => scheduler.name === name);
  if (found !== undefined) return found;
  const guess = nearest(
    name,
    schedulers.map((scheduler) => scheduler.name),
  );
  throw usageError({
    code: 'scheduler-unknown',
    message: `--on ${name.slice(0, 40)}: there is no such scheduler (${schedulerNames()}).`,
    hint: guess === undefined ? `Use one of: ${schedulerNames()}.` : `Did you mean --on ${guess}?`,
  });
}
