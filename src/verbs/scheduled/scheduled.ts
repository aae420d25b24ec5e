import { dirname, resolve } from 'node:path';
import type { News } from '../../alerting/book.ts';
import { openRotatingLog } from '../../deployment/index.ts';
import type { ExitCode } from '../../errors.ts';
import { AiengError, exitCodes, usageError } from '../../errors.ts';
import {
  clockwork,
  dueSlot,
  parseEnvironment,
  parseRecord,
  parseState,
  readText,
  runVerb,
  schedulePaths,
  stateText,
} from '../../scheduling/index.ts';
import type { ScheduledVerb, ScheduleRecord, ScheduleRun, VerbRun } from '../../scheduling/schedule.ts';
import type { VerbEnd } from '../../scheduling/schedulers/runVerb.ts';
import { readWholeFile, writeWholeFile } from '../../disk/wholeFile.ts';
import { afterOutcome } from '../../project/alerting/afterCommand.ts';
import type { Context } from '../../project/context.ts';
import type { Outcome } from '../../project/outcome.ts';
import { ownCommand } from '../../project/scheduleStates.ts';
import { lastScheduleRun, writeScheduleRun } from '../../tracking/scheduleRuns.ts';
import { openContext } from '../../project/workspace.ts';
import { newsOfSlot } from './slotNews.ts';

/** A firing, once its schedule is read. */
interface Firing {
  readonly context: Context;
  readonly record: ScheduleRecord;
  readonly paths: ReturnType<typeof schedulePaths>;
  /** One line an event. */
  readonly note: (text: string) => void;
}

const iso = (at: number): string => new Date(at).toISOString();
/** A tick where nothing is due sends what waits. */
const nothingNew: News = { findings: [], judged: [] };
const nothing: Outcome<null> = { exitCode: exitCodes.ok, warnings: [], result: null };

/** What was run before. */
interface Before {
  /** The slot that was begun last. */
  readonly lastSlot: number | null;
  /** The same where nobody wrote down how it ended: the power went, or it was killed. */
  readonly unfinished: number | null;
}

/** Of the state file, or where that is damaged or gone, of the newest run since the installation. */
async function beforeOf({ context, record, paths }: Firing): Promise<Before> {
  const kept = parseState((await readText(paths.state)) ?? '');
  const run = (await lastScheduleRun(context, record.id))?.content;
  if (kept !== undefined) {
    const { lastSlot, startedAt } = kept;
    return { lastSlot, unfinished: run?.startedAt === startedAt ? null : lastSlot };
  }
  const isOwn = run !== undefined && run.startedAt >= record.installedAt;
  return { lastSlot: isOwn ? run.slot : null, unfinished: null };
}

/** An alarm is what monitoring is for: its work is done. */
const isDone = ({ exitCode }: VerbRun): boolean => exitCode === exitCodes.ok || exitCode === exitCodes.alarm;

function exitCodeOf(results: readonly VerbRun[]): ExitCode {
  const failed = results.find((result) => !isDone(result));
  if (failed === undefined) return exitCodes.ok;
  return Object.values(exitCodes).find((code) => code === failed.exitCode) ?? exitCodes.bug;
}

/** The environment that the schedule was given, over the little that cron gives. */
async function variablesOf({
  context,
  paths,
}: Firing): Promise<Readonly<Record<string, string | undefined>>> {
  const text = await readText(paths.environment);
  if (text === null)
    throw usageError({
      code: 'schedule-damaged',
      message: `${paths.environment} is gone.`,
      hint: 'Install the schedule again with `aieng schedule`.',
    });
  return { ...context.environment.variables, ...parseEnvironment(text, paths.environment) };
}

/** What a verb is called with on a clock: none waits for another run of the pipeline. */
const argumentsOf: Readonly<Record<ScheduledVerb, readonly string[]>> = {
  run: ['--wait', '0'],
  monitor: [],
  retrain: ['--wait', '0'],
  predict: ['--batch'],
};

/** One verb after the other; what one of them came to stops none of those after it. */
async function runVerbs(firing: Firing): Promise<readonly VerbEnd[]> {
  const { record, context, note } = firing;
  const variables = await variablesOf(firing);
  const place = ['-C', record.root, '--store', record.store];
  const ends: VerbEnd[] = [];
  for (const verb of record.verbs) {
    if (context.signal.aborted) break;
    const args = [record.pipeline, ...place, ...argumentsOf[verb]];
    const end = await runVerb({
      ...{ verb, args, variables },
      command: ownCommand(),
      root: record.root,
      signal: context.signal,
    });
    const { run: result } = end;
    const said = [result.decision, result.error].filter((words) => words !== null).join(': ');
    note(`${verb} exit ${result.exitCode}${said === '' ? '' : ` ${said}`}`);
    ends.push(end);
  }
  return ends;
}

/** Runs what is due, if anything is: the slot is claimed before, so that it is run once whatever happens. */
async function runDue(firing: Firing): Promise<Outcome<null>> {
  const { context, record, paths, note } = firing;
  const { environment } = context;
  const startedAt = environment.now();
  const { lastSlot, unfinished } = await beforeOf(firing);
  const due = dueSlot(clockwork(record.expression, record.timezone), {
    lastSlot,
    installedAt: record.installedAt,
    now: startedAt,
  });
  if (!due.due) return nothing;
  const { slot, missed } = due;
  await writeWholeFile(paths.state, stateText({ lastSlot: slot, startedAt }), environment);
  note(`start slot ${iso(slot)}${missed === 0 ? '' : `, making up for ${missed} missed`}`);
  const ends = await runVerbs(firing);
  const results = ends.map(({ run }) => run);
  const exitCode = context.signal.aborted ? exitCodes.interrupted : exitCodeOf(results);
  const run: ScheduleRun = { slot, missed, startedAt, endedAt: environment.now(), exitCode, results };
  const runId = environment.newId();
  await writeScheduleRun(context, record.id, runId, run);
  note(`end slot ${iso(slot)} exit ${exitCode}`);
  const news = newsOfSlot(record, { slot, missed, unfinished, ends });
  return { ...nothing, pipeline: record.pipeline, runId, exitCode, news };
}

async function fire(firing: Firing): Promise<Outcome<null>> {
  const { context, record, note } = firing;
  let lock;
  try {
    lock = await context.store.lock(`schedule-${record.id}`, {
      waitMs: 0,
      command: `aieng schedule ${record.pipeline}`,
      signal: context.signal,
    });
  } catch (error) {
    if (!(error instanceof AiengError) || error.exitCode !== exitCodes.busy) throw error;
    note(`busy: ${error.message}`);
    return nothing;
  }
  try {
    return await runDue(firing);
  } finally {
    await lock.release();
  }
}

/** The project that the schedule names, whatever folder cron called us in. */
const openProject = (context: Context, record: ScheduleRecord): Promise<Context> =>
  openContext({
    cwd: record.root,
    storeFolder: record.store,
    variables: context.environment.variables,
    progress: context.progress,
    signal: context.signal,
    command: context.command,
  });

/**
 * What cron and systemd call: runs the verbs of a schedule where a slot is due. Silent; what happens is a line in the
 * schedule's log and a record in its store. Exit 0 where nothing was due, where another run is still busy, and where every
 * verb did its work (an alarm is work done); otherwise the first failed verb's code.
 */
export async function scheduled(
  context: Context,
  options: { readonly file: string },
): Promise<Outcome<null>> {
  const file = resolve(context.environment.cwd, options.file);
  const record = parseRecord(new TextDecoder().decode(await readWholeFile(file, 1_000_000)), file);
  const paths = schedulePaths(dirname(file), record.id);
  const log = openRotatingLog(paths.log, 1_000_000, 3);
  const note = (text: string): void =>
    log.write(`${iso(context.environment.now())} ${text.replaceAll(/\s+/g, ' ').slice(0, 1000)}\n`);
  try {
    const project = await openProject(context, record);
    const outcome = await fire({ context: project, record, paths, note });
    // The project is not the one around the folder that cron called us in: its alerts are told from here.
    const ended = { command: '__scheduled', pipeline: record.pipeline, terminal: false };
    for (const untold of await afterOutcome(project, ended, { news: nothingNew, ...outcome })) note(untold);
    const { news: _, ...silent } = outcome;
    return silent;
  } catch (error) {
    // A bug is told on stderr, which the crontab line and the unit append to the same log.
    if (!(error instanceof AiengError)) throw error;
    note(`failed: ${error.message} ${error.hint}`);
    return { ...nothing, exitCode: error.exitCode };
  }
}
