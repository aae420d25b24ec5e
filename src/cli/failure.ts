import path from 'node:path';
import type { ExitCode, Location } from '../errors.ts';
import { AiengError, exitCodes, interruptedError, usageError } from '../errors.ts';
import type { Outcome } from '../project/outcome.ts';
import type { StoppedError } from '../cascade/stopped.ts';
import type { Paper } from './render/layout.ts';
import { printable, wrap } from '../verbs/view/width.ts';

/** An error as it is told: what happened, where, and the one thing to do. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  readonly at: Location | null;
  readonly exitCode: ExitCode;
  /** Stack lines: only for a bug of ours, or with `--verbose`. */
  readonly trace: readonly string[];
  /** What a command did until it was stopped by a rejection or a gate. */
  readonly made: Omit<Outcome, 'result'> | null;
}

/** A failure without what stands behind it. */
type Said = Omit<Failure, 'trace' | 'made'>;

/** What the world answered when a file or a port cannot be used, in words. */
export const worldly: Readonly<Record<string, readonly [says: string, hint: string]>> = {
  EACCES: ['permission denied', 'Give yourself access to it, or choose another path with --store or -C.'],
  EPERM: ['the operation is not permitted', 'Give yourself access to it, or choose another path.'],
  EROFS: ['the file system is read-only', 'Choose a writable folder: --store <dir> or AIENG_STORE.'],
  ENOSPC: ['the disk is full', 'Free some space, or put the store elsewhere with --store <dir>.'],
  EDQUOT: ['the disk quota is used up', 'Free some space, or put the store elsewhere with --store <dir>.'],
  ENOENT: ['there is no such file or folder', 'Check the path; paths are relative to the project root.'],
  ENOTDIR: ['a part of the path is a file, not a folder', 'Check the path.'],
  EISDIR: ['it is a folder, a file was expected', 'Name a file.'],
  EMFILE: ['too many open files', 'Raise the limit (`ulimit -n`) or stop other programs.'],
  EADDRINUSE: ['the port is in use', 'Stop what uses it, or take another port.'],
  EADDRNOTAVAIL: ['the address is not one of this machine', 'Take one that is.'],
};

const traceLimit = 8;

const stackOf = (error: Error, whole: boolean): string[] => {
  const lines = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return (whole ? lines : lines.slice(0, traceLimit)).map((line) => line.trim());
};

/** What stands behind an error, in words: the user's mistakes never show a stack. */
function causesOf(error: unknown): string[] {
  if (!(error instanceof Error) || error.cause === undefined) return [];
  const { cause } = error;
  return [
    `caused by ${cause instanceof Error ? `${cause.name}: ${cause.message}` : JSON.stringify(cause)}`,
    ...causesOf(cause),
  ];
}

const traceOf = (error: unknown, verbose: boolean): string[] =>
  error instanceof Error ? [...stackOf(error, verbose), ...causesOf(error)] : [];

function fromWorld(error: NodeJS.ErrnoException): Said | null {
  const words = worldly[error.code ?? ''];
  if (words === undefined || error.syscall === undefined) return null;
  const [says, hint] = words;
  const what = error.path ?? error.syscall;
  return {
    code: (error.code ?? '').toLowerCase(),
    message: `Cannot use ${what}: ${says}.`,
    hint,
    at: null,
    exitCode: exitCodes.usage,
  };
}

/** What a command printed and nobody can read: it did not reach the file that its output goes to. */
export function unwrittenOutput(error: NodeJS.ErrnoException): AiengError {
  const [says] = worldly[error.code ?? ''] ?? [error.message];
  return usageError({
    code: 'output-unwritten',
    message: `What this command had to say could not be written to its output: ${says}.`,
    hint: 'Make room where the output goes, or send it elsewhere. What the command did is done, and `aieng status` shows it.',
    cause: error,
  });
}

function fromBug(error: unknown): Said {
  const said = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return {
    code: 'bug',
    message: `This is a bug of aieng, not a mistake of yours. ${said}`,
    hint: 'Please report it with the command, the lines above and the output of `aieng doctor --json`. Nothing half-written was kept.',
    at: null,
    exitCode: exitCodes.bug,
  };
}

/** A package that is not installed: an image that only serves holds what the service needs and nothing else. */
function fromMissingPackage(error: Error): Said | null {
  if (!('code' in error) || error.code !== 'ERR_MODULE_NOT_FOUND') return null;
  const name = /Cannot find package '([^']+)'/.exec(error.message)?.[1];
  if (name === undefined) return null;
  return {
    code: 'package-missing',
    message: `This command needs the package ${name}, which is not installed here.`,
    hint: 'An image of variant serve only serves: `aieng package --image <name> --variant full` makes one that does all. Elsewhere, install aieng again.',
    at: null,
    exitCode: exitCodes.usage,
  };
}

const fromKnown = (error: AiengError): Said => ({
  code: error.code,
  message: error.message,
  hint: error.hint,
  at: error.at ?? null,
  exitCode: error.exitCode,
});

/** By its shape: a mistyped command must not load a room to be told so. */
const isStopped = (error: AiengError): error is StoppedError => 'made' in error;

/** A file of the project is named from its root, wherever the error was made. */
function fromRoot(at: Location | null, root: string): Location | null {
  if (at === null || !path.isAbsolute(at.file)) return at;
  const inside = path.relative(root, at.file);
  return inside.startsWith('..') || path.isAbsolute(inside)
    ? at
    : { ...at, file: inside.split(path.sep).join('/') };
}

/**
 * Turns whatever was thrown into what a person is told and the process exits with. An `AiengError` speaks for
 * itself; a system error about a file or a port is the user's to solve (exit 2); anything else is a bug (exit 1).
 * Once interrupted, every error is the interruption's.
 */
export function describeFailure(
  error: unknown,
  how: { readonly interrupted: boolean; readonly verbose: boolean; readonly root: string },
): Failure {
  if (how.interrupted) return { ...fromKnown(interruptedError()), trace: [], made: null };
  if (error instanceof AiengError) {
    const { at, ...known } = fromKnown(error);
    const made = isStopped(error) ? error.made : null;
    return { ...known, at: fromRoot(at, how.root), trace: how.verbose ? causesOf(error) : [], made };
  }
  const worldFailure = error instanceof Error ? (fromWorld(error) ?? fromMissingPackage(error)) : null;
  if (worldFailure !== null)
    return { ...worldFailure, trace: how.verbose ? causesOf(error) : [], made: null };
  return { ...fromBug(error), trace: traceOf(error, how.verbose), made: null };
}

/** `pipelines/churn.yaml:12:5`. */
export const locationText = (at: Location): string =>
  [at.file, at.line, at.line === undefined ? undefined : at.column]
    .filter((part) => part !== undefined)
    .join(':');

/** A failure for a terminal: `error: …`, `at file:line:column`, `hint: …`; stack lines where it is our bug. */
export function failureText(failure: Failure, { columns, ink }: Paper): string {
  const labelled = (label: string, tone: 'bad' | 'accent' | 'dim', text: string): string[] =>
    text
      .split('\n')
      .flatMap((line) => wrap(printable(line), columns - 7))
      .map((line, index) => (index === 0 ? `${ink(tone, label.padEnd(6))} ${line}` : `       ${line}`));
  return `${[
    ...labelled('error:', 'bad', failure.message),
    ...failure.trace.map((line) => ink('dim', `       ${printable(line)}`)),
    ...(failure.at === null ? [] : [`${ink('dim', 'at    ')} ${printable(locationText(failure.at))}`]),
    ...labelled('hint:', 'accent', failure.hint),
  ].join('\n')}\n`;
}
