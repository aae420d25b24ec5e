import { resolve } from 'node:path';
import { CommanderError } from 'commander';
import { exitCodes } from '../errors.ts';
import type { Desk } from './deliver.ts';
import { programToCall } from './program.ts';
import type { InputStream } from './asking.ts';
import type { OutputStream } from './render/channel.ts';
import { openChannel } from './render/channel.ts';
import { ownVersion } from '../environment/ownVersion.ts';
import { secretScrubber } from '../environment/secrets.ts';
import type { ReportPlaces } from './reportFiles.ts';
import type { Course } from './session.ts';
import { createSession } from './session.ts';
import { verbs } from '../verbs/index.ts';

/** The world of one command, so that a test can give its own. */
export interface World {
  /** Without `node` and the script. */
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  /** Where answers come from; left out = nobody is there. */
  readonly stdin?: InputStream;
  /** Monotonic ms. */
  readonly elapsed: () => number;
}

const asked = (argv: readonly string[], flag: string): boolean => {
  const end = argv.indexOf('--');
  return (end < 0 ? argv : argv.slice(0, end)).includes(flag);
};

/** The verb on the command line, also where the rest of the line is wrong. */
const verbOf = (argv: readonly string[]): string | null =>
  argv.find((word) => verbs.some(({ name }) => name === word)) ?? null;

async function openDesk({ argv, variables, stdout, stderr }: World): Promise<Desk> {
  const scrub = secretScrubber(variables);
  const shared = { variables, colour: !asked(argv, '--no-color'), scrub };
  return {
    out: await openChannel({ stream: stdout, ...shared }),
    err: await openChannel({ stream: stderr, ...shared }),
    variables,
    scrub,
    version: ownVersion(),
  };
}

/** The value of an option on a command line that may not be one: `--junit x`, `--junit=x`. */
function valueOf(argv: readonly string[], flag: string): string | undefined {
  const end = argv.indexOf('--');
  const words = end < 0 ? argv : argv.slice(0, end);
  const joined = words.find((word) => flag.startsWith('--') && word.startsWith(`${flag}=`));
  return joined === undefined
    ? words[words.indexOf(flag) + 1 || words.length]
    : joined.slice(flag.length + 1);
}

/** Where reports go, also of a command line that was not understood; nowhere where they cannot be written. */
async function reportsOf({ argv, cwd }: World, course: Course): Promise<ReportPlaces> {
  if (course.reports !== null) return course.reports;
  const [junit, sarif] = [valueOf(argv, '--junit'), valueOf(argv, '--sarif')];
  if (junit === undefined && sarif === undefined) return {};
  const { reportPlaces } = await import('./reportFiles.ts');
  const flags = { ...(junit === undefined ? {} : { junit }), ...(sarif === undefined ? {} : { sarif }) };
  return reportPlaces(flags, resolve(cwd, valueOf(argv, '-C') ?? '.')).catch(() => ({}));
}

/** The one place where an error becomes an exit code. */
async function fail(
  error: unknown,
  world: World,
  desk: Desk,
  course: Course,
  started: number,
): Promise<number> {
  const { argv } = world;
  const verb = course.command ?? verbOf(argv);
  const { describeFailure } = await import('./failure.ts');
  const { deliverFailure } = await import('./deliver.ts');
  const known =
    error instanceof CommanderError ? (await import('./usage.ts')).commandLineError(error, verb) : error;
  const verbose = asked(argv, '--verbose') || asked(argv, '-v');
  const failure = describeFailure(known, {
    interrupted: course.interrupted,
    verbose,
    root: course.root,
  });
  await deliverFailure(desk, failure, {
    command: verb ?? 'aieng',
    pipeline: course.pipeline,
    durationMs: world.elapsed() - started,
    json: asked(argv, '--json'),
    root: course.root,
    reports: await reportsOf(world, course),
  });
  return failure.exitCode;
}

/** Help and `--version` end commander's parsing by an error too. */
const isAnswered = (error: unknown): boolean =>
  error instanceof CommanderError &&
  ['commander.help', 'commander.helpDisplayed', 'commander.version'].includes(error.code);

/** The reader of `aieng predict … -o - | head` left: nobody is there to be told that writing went wrong. */
const isClosedPipe = (desk: Desk, course: Course): boolean =>
  course.stdoutIsData && desk.out.closed() && desk.out.failure() === null;

/** Runs one command line and says which code the process ends with. Everything is written before it resolves. */
export async function main(world: World): Promise<number> {
  const started = world.elapsed();
  const desk = await openDesk(world);
  const course: Course = {
    exitCode: 0,
    command: null,
    pipeline: null,
    root: world.cwd,
    interrupted: false,
    stdoutIsData: false,
    reports: null,
  };
  const session = createSession({
    desk,
    course,
    cwd: world.cwd,
    elapsed: world.elapsed,
    ...(world.stdin === undefined ? {} : { stdin: world.stdin }),
  });
  const style = {
    ink: desk.out.ink,
    columns: desk.out.columns(),
    globalOptions: true,
    write: (text: string) => desk.out.write(text),
  };
  try {
    await programToCall(session, desk.version, style).parseAsync(world.argv, { from: 'user' });
  } catch (error) {
    if (!isAnswered(error) && !isClosedPipe(desk, course)) {
      course.exitCode = await fail(error, world, desk, course, started);
    }
  }
  await desk.out.flush();
  const broken = desk.out.failure();
  if (broken !== null) {
    const { describeFailure, failureText, unwrittenOutput } = await import('./failure.ts');
    const unwritten = unwrittenOutput(broken);
    if (course.exitCode === 0) course.exitCode = await fail(unwritten, world, desk, course, started);
    else {
      // An alarm or a gate that failed stays one, in its reports too, though nobody can read which.
      const columns = desk.err.tty ? desk.err.columns() : Infinity;
      const said = describeFailure(unwritten, { interrupted: false, verbose: false, root: course.root });
      desk.err.write(failureText(said, { columns, ink: desk.err.ink }));
    }
  }
  await desk.err.flush();
  return course.exitCode;
}

/** Runs the command line of this process and ends it. What nobody caught is a bug, told as one. */
export async function start(): Promise<void> {
  const world: World = {
    argv: process.argv.slice(2),
    cwd: process.cwd(),
    variables: process.env,
    stdout: process.stdout,
    stderr: process.stderr,
    stdin: process.stdin,
    elapsed: () => performance.now(),
  };
  let ending = false;
  const onStray = (error: unknown): void => {
    if (ending) return;
    ending = true;
    void reportStray(error, world);
  };
  process.on('uncaughtException', onStray);
  process.on('unhandledRejection', onStray);
  const code = await main(world);
  ending = true;
  process.exit(code);
}

async function reportStray(error: unknown, world: World): Promise<void> {
  const desk = await openDesk(world);
  const course: Course = {
    exitCode: 1,
    command: null,
    pipeline: null,
    root: world.cwd,
    interrupted: false,
    stdoutIsData: false,
    reports: null,
  };
  const code = await fail(error, world, desk, course, world.elapsed()).catch(() => exitCodes.bug);
  await Promise.all([desk.out.flush(), desk.err.flush()]);
  process.exit(code);
}
