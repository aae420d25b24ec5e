import type { ScheduledVerb, VerbRun } from '../schedule.ts';

/** How a verb of a schedule is called. */
export interface VerbCall {
  readonly verb: ScheduledVerb;
  /** Program and first arguments of aieng. */
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly root: string;
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

/** More than the result of any verb. */
const longestAnswer = 50_000_000;
/** After this the verb is killed: it was asked to end and did not. */
const patienceMs = 30_000;

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function answerOf(stdout: string): Readonly<Record<string, unknown>> {
  try {
    return membersOf(JSON.parse(stdout));
  } catch {
    return {};
  }
}

const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/** How a verb ended, and whether it could say so itself: one that was killed told nobody. */
export interface VerbEnd {
  readonly run: VerbRun;
  readonly hasSpoken: boolean;
}

/**
 * Runs a verb as a process of its own, with `--json`: its memory is its own, one that is killed takes no other with it,
 * and tools that it calls find the environment that the schedule was given.
 */
export async function runVerb({ verb, command, args, root, variables, signal }: VerbCall): Promise<VerbEnd> {
  const { execa } = await import('execa');
  const [program = '', ...first] = command;
  const result = await execa(program, [...first, verb, ...args, '--json'], {
    cwd: root,
    env: variables,
    extendEnv: false,
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'ignore',
    reject: false,
    maxBuffer: longestAnswer,
    cancelSignal: signal,
    forceKillAfterDelay: patienceMs,
  });
  const answer = answerOf(result.stdout);
  const failure = membersOf(answer.error);
  const ended = result.exitCode ?? 1;
  const untold =
    result.signal === undefined
      ? `it ended with ${ended} and said nothing`
      : `it was ended by ${result.signal}`;
  const said = textOrNull(failure.message);
  const hasSpoken = typeof answer.exitCode === 'number';
  return {
    hasSpoken,
    run: {
      verb,
      exitCode: ended,
      decision: textOrNull(answer.decision),
      runId: textOrNull(answer.runId),
      error: said ?? (hasSpoken ? null : untold),
    },
  };
}
