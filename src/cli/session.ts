import type { Command } from 'commander';
import { resolve } from 'node:path';
import { usageError } from '../errors.ts';
import type { InputStream } from './asking.ts';
import type { Desk } from './deliver.ts';
import type { Ask, Context } from '../project/context.ts';
import type { Outcome } from '../project/outcome.ts';
import type { GlobalFlags } from '../verbs/flags.ts';
import type { ReportPlaces } from './reportFiles.ts';
import type { Session, Task } from '../verbs/verb.ts';

/** What became of the command, for `main`. */
export interface Course {
  exitCode: number;
  /** Name of the verb, once it runs. */
  command: string | null;
  pipeline: string | null;
  /** The project's root, once it is open. */
  root: string;
  interrupted: boolean;
  /** The command writes data to stdout (`-o -`). */
  stdoutIsData: boolean;
  /** Where reports go; null until the command line was understood. */
  reports: ReportPlaces | null;
}

export interface SessionOptions {
  readonly desk: Desk;
  readonly course: Course;
  readonly cwd: string;
  /** Monotonic ms. */
  readonly elapsed: () => number;
  readonly stdin?: InputStream;
}

function refuseMixedStdout<Result>(flags: GlobalFlags, task: Task<Result>): void {
  if (flags.json && task.stdoutIsData === true)
    throw usageError({
      code: 'json-and-stdout',
      message: '`--json` and `-o -` both want stdout.',
      hint: 'Write the answers to a file (-o answers.ndjson), or leave --json away.',
    });
}

/** `-C`, `--store` and `--env`, where they were given. */
const placeFlags = (flags: GlobalFlags): { directory?: string; storeFolder?: string; env?: string } => ({
  ...(flags.C === undefined ? {} : { directory: flags.C }),
  ...(flags.store === undefined ? {} : { storeFolder: flags.store }),
  ...(flags.env === undefined ? {} : { env: flags.env }),
});

/** `--open`, of commands that write a report. */
interface OpenFlag {
  readonly open?: boolean;
}

/** What a command says of itself before it works: the course then knows it, also where it fails at once. */
function begin<Result>(course: Course, command: Command, task: Task<Result>): GlobalFlags {
  const flags = command.optsWithGlobals<GlobalFlags>();
  course.command = command.name();
  course.pipeline = task.pipeline ?? null;
  course.stdoutIsData = task.stdoutIsData ?? false;
  refuseMixedStdout(flags, task);
  return flags;
}

/** The reports that were asked for; nothing is loaded where none was. */
async function placesOf(flags: GlobalFlags, cwd: string): Promise<ReportPlaces> {
  if (flags.junit === undefined && flags.sarif === undefined) return {};
  const { reportPlaces } = await import('./reportFiles.ts');
  return reportPlaces(flags, resolve(cwd, flags.C ?? '.'));
}

/** Does somebody read what is printed, as it is printed? A job has no terminal, or says that it is one. */
const isPersonThere = ({ out, err, variables }: Desk): boolean =>
  out.tty && err.tty && (variables.CI ?? '') === '';

/** What asking has to know of the command. */
interface Asked {
  /** Takes the live line away. */
  readonly clear: () => void;
  readonly signal: AbortSignal;
  /** Stands the cursor behind one? */
  readonly question: { isOpen: boolean };
}

/** Asks whoever types; null where nobody does, or where nobody is to be asked. Nothing is loaded before the first question. */
function askerFor(
  { desk, stdin }: SessionOptions,
  { json, quiet }: GlobalFlags,
  { clear, signal, question }: Asked,
): Ask | null {
  if (json || quiet || stdin?.isTTY !== true || !isPersonThere(desk)) return null;
  let asking: Promise<Ask> | undefined;
  return async (text) => {
    asking ??= import('./asking.ts').then(({ openAsking }) => openAsking({ stdin, desk, signal }));
    const ask = await asking;
    clear();
    question.isOpen = true;
    const answer = await ask(text);
    question.isOpen = false;
    return answer;
  };
}

/** @throws a usage error for `--open` where nobody sits before it: a job must not start a browser. */
function refuseOpening({ open = false, json }: GlobalFlags & OpenFlag, { desk }: SessionOptions): boolean {
  if (open && (json || !isPersonThere(desk)))
    throw usageError({
      code: 'open-needs-terminal',
      message: '`--open` opens a browser, and nobody sits here: this is no terminal.',
      hint: 'Leave --open away: the path of the report, or the address, is told.',
    });
  return open;
}

/** Opens the first report; says where it lies where that did not work. */
async function openReport(
  { desk }: SessionOptions,
  context: Context,
  reports: readonly string[],
): Promise<void> {
  const [first] = reports;
  if (first === undefined) {
    desk.err.write('There is no report to open: this time none was written.\n');
    return;
  }
  const { openPage } = await import('../environment/index.ts');
  const why = await openPage(resolve(context.environment.cwd, first), context.environment);
  if (why !== null) desk.err.write(`warning: the report was not opened: ${why}. It is ${first}.\n`);
}

/** What only a command that works needs: `--help` loads none of it. */
const loadTools = () =>
  Promise.all([
    import('./render/progress.ts'),
    import('./signals.ts'),
    import('../project/workspace.ts'),
    import('./deliver.ts'),
  ]);

/** Errors of a word of the command line that nothing but the command line says. */
const slips = new Set(['env-unknown', 'set-invalid']);

/** Did somebody type what was refused? Whoever pipes what is printed elsewhere still types at a terminal; a job has none at all. */
const isSlip = ({ desk, stdin }: SessionOptions, code: string): boolean =>
  slips.has(code) &&
  (desk.variables.CI ?? '') === '' &&
  (stdin?.isTTY === true || desk.out.tty || desk.err.tty);

/** Tells those who are not there what became of the command, and says what could not be told. */
async function tellOthers<Result>(
  options: SessionOptions,
  context: Context,
  task: Task<Result>,
  ended: Outcome<Result> | { readonly error: unknown },
): Promise<readonly string[]> {
  const { desk, course } = options;
  const { afterFailure, afterOutcome } = await import('../project/alerting/afterCommand.ts');
  const how = { command: course.command ?? '', pipeline: task.pipeline, terminal: desk.err.tty };
  if (!('error' in ended)) return afterOutcome(context, how, ended);
  const { describeFailure } = await import('./failure.ts');
  const { code, exitCode, message, hint } = describeFailure(ended.error, {
    interrupted: context.signal.aborted,
    verbose: false,
    root: context.root,
  });
  const mistyped = isSlip(options, code);
  return afterFailure(
    context,
    { ...how, mistyped },
    { exitCode, message: desk.scrub(message), hint: desk.scrub(hint) },
  );
}

/** Calls the verb; its end, good or bad, is told others before it is told here. */
async function callAndTell<Result>(
  options: SessionOptions,
  context: Context,
  task: Task<Result>,
  ask: Ask | null,
): Promise<Outcome<Result>> {
  let outcome;
  try {
    outcome = await task.call(context, ask);
  } catch (error) {
    for (const warning of await tellOthers(options, context, task, { error }))
      options.desk.err.write(`warning: ${warning}\n`);
    throw error;
  }
  const untold = await tellOthers(options, context, task, outcome);
  return untold.length === 0 ? outcome : { ...outcome, warnings: [...outcome.warnings, ...untold] };
}

async function perform<Result>(options: SessionOptions, command: Command, task: Task<Result>): Promise<void> {
  const { desk, course, cwd, elapsed } = options;
  const started = elapsed();
  const flags = begin(course, command, task);
  course.reports = await placesOf(flags, cwd);
  const opens = refuseOpening(flags, options) && task.opensItself !== true;
  const [{ progressReporter }, { listenForInterruption }, { openContext }, { deliverOutcome }] =
    await loadTools();
  const { quiet, verbose } = flags;
  const progress = progressReporter({ channel: desk.err, quiet, verbose, elapsed });
  const question = { isOpen: false };
  const interruption = listenForInterruption(() => {
    progress.clear();
    desk.err.write(`${question.isOpen ? '\n' : ''}Stopping. (Ctrl-C again stops at once.)\n`);
  });
  try {
    const context = await openContext({
      cwd,
      variables: desk.variables,
      progress: progress.report,
      signal: interruption.signal,
      command: `aieng ${command.name()}`,
      rootOptional: task.rootOptional ?? false,
      allowCode: flags.allowCode,
      ...placeFlags(flags),
    });
    course.root = context.root;
    const ask = askerFor(options, flags, { clear: progress.clear, signal: interruption.signal, question });
    const outcome = await callAndTell(options, context, task, ask);
    progress.clear();
    await deliverOutcome(desk, outcome, await task.view(), {
      command: command.name(),
      durationMs: elapsed() - started,
      flags,
      root: context.root,
      reports: course.reports,
      stdoutIsData: task.stdoutIsData ?? false,
      warned: progress.warned,
    });
    if (opens) await openReport(options, context, outcome.reports ?? []);
    course.exitCode = outcome.exitCode;
  } finally {
    progress.clear();
    interruption.release();
    course.interrupted = interruption.signal.aborted;
  }
}

/** What the verbs' actions get: one way to run a task, two ways to say something. */
export function createSession(options: SessionOptions): Session {
  const { desk, cwd } = options;
  let quiet = false;
  return {
    cwd,
    print: (text) => desk.out.write(text),
    note: (text) => {
      if (!quiet) desk.err.write(`${text}\n`);
    },
    perform: (command, task) => {
      quiet = command.optsWithGlobals<GlobalFlags>().quiet;
      return perform(options, command, task);
    },
  };
}
