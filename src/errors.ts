/**
 * What a command's exit code says (see docs/cli.md). `0` is success; the others name who has to act.
 */
export const exitCodes = {
  ok: 0,
  bug: 1,
  usage: 2,
  dataRejected: 3,
  gateFailed: 4,
  alarm: 5,
  deployFailed: 6,
  busy: 7,
  storeDamaged: 8,
  interrupted: 130,
} as const;

/** One of the exit codes of `exitCodes`. */
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** A place in a file that a person can open. Lines and columns count from 1. */
export interface Location {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

/** What an error says: what happened, where, and what to do. */
export interface AiengErrorOptions {
  /** Short kebab-case name that scripts can match, e.g. `source-not-found`. */
  readonly code: string;
  /** What, where, got and expected, in one or two sentences. */
  readonly message: string;
  /** The one command or edit that fixes it. */
  readonly hint: string;
  readonly exitCode: ExitCode;
  readonly at?: Location;
  readonly cause?: unknown;
}

/**
 * A mistake of the user or a state of the world that the user can act on. Everything thrown that is not an
 * `AiengError` is our bug and is reported as one (exit 1).
 */
export class AiengError extends Error {
  readonly code: string;
  readonly hint: string;
  readonly exitCode: ExitCode;
  readonly at: Location | undefined;

  constructor(options: AiengErrorOptions) {
    super(options.message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AiengError';
    this.code = options.code;
    this.hint = options.hint;
    this.exitCode = options.exitCode;
    this.at = options.at;
  }
}

type Details = Omit<AiengErrorOptions, 'exitCode'>;

/** Wrong flag, configuration, file or port: exit 2. */
export const usageError = (details: Details): AiengError =>
  new AiengError({ ...details, exitCode: exitCodes.usage });

/** The data cannot be used as it is: exit 3. */
export const dataError = (details: Details): AiengError =>
  new AiengError({ ...details, exitCode: exitCodes.dataRejected });

/** A model did not pass its gates: exit 4. */
export const gateError = (details: Details): AiengError =>
  new AiengError({ ...details, exitCode: exitCodes.gateFailed });

/** A deployment did not get healthy; the version before still serves: exit 6. */
export const deployError = (details: Details): AiengError =>
  new AiengError({ ...details, exitCode: exitCodes.deployFailed });

/** Another run holds the pipeline: exit 7. */
export const busyError = (details: Details): AiengError =>
  new AiengError({ ...details, exitCode: exitCodes.busy });

/** The store or a bundle does not verify: exit 8. */
export const damagedError = (details: Details): AiengError =>
  new AiengError({ ...details, exitCode: exitCodes.storeDamaged });

/** Ctrl-C or SIGTERM: exit 130. */
export const interruptedError = (): AiengError =>
  new AiengError({
    code: 'interrupted',
    message: 'Interrupted before it was done. Nothing half-written was kept.',
    hint: 'Run the same command again: finished stages are cached and are not repeated.',
    exitCode: exitCodes.interrupted,
  });
