import type { TSchema } from '@sinclair/typebox';
import type { Command } from 'commander';
import type { ExitCode } from '../errors.ts';
import type { Ask, Context } from '../project/context.ts';
import type { Outcome } from '../project/outcome.ts';
import type { View } from './view/blocks.ts';

/** One call of the verb and how its outcome is told. Both are loaded when the verb runs, not before. */
export interface Task<Result> {
  /** `ask` is null where nobody is there to answer: no terminal, CI, `--json`, `--quiet`. */
  readonly call: (context: Context, ask: Ask | null) => Promise<Outcome<Result>>;
  readonly view: () => Promise<View<Outcome<Result>>>;
  /** As the user named it, for the error object of `--json`. */
  readonly pipeline?: string | undefined;
  /** Works outside a project too. */
  readonly rootOptional?: boolean;
  /** stdout carries data (`-o -`): what there is to say goes to stderr, and `--json` is a usage error. */
  readonly stdoutIsData?: boolean;
  /** `--open` opens what the verb serves, while it works; else the report that it wrote. */
  readonly opensItself?: boolean;
}

/** What a verb's action may do. */
export interface Session {
  /** Opens the workspace, runs the task, prints its outcome and keeps its exit code. */
  perform<Result>(command: Command, task: Task<Result>): Promise<void>;
  /** Writes text to stdout as it is (completion scripts, the address of a service). */
  print(text: string): void;
  /** Tells a person something, on stderr, unless `--quiet`. */
  note(text: string): void;
  /** Where the command was called. */
  readonly cwd: string;
}

export const verbGroups = ['Start', 'Stages', 'Serve', 'Look after', 'More'] as const;

/** One command: how it is called, told and explained. */
export interface Verb {
  readonly name: string;
  readonly group: (typeof verbGroups)[number] | 'hidden';
  /** One line, for the list of commands. */
  readonly summary: string;
  /** What it does, in two or three sentences. */
  readonly description: string;
  readonly examples: readonly (readonly [command: string, says: string])[];
  /** The exit codes it has besides 0, 1, 2 and 130. */
  readonly exits: readonly ExitCode[];
  /** The shape of `result` in `--json`, from the verb's result.ts; loaded when somebody asks. Absent where it prints no outcome. */
  readonly result?: () => Promise<TSchema>;
  /** It tells of the options of all commands. */
  readonly tellsOfAll?: true;
  /** Adds arguments, options and the action. */
  readonly define: (command: Command, session: Session) => void;
}

/** A pipeline argument as an option: absent where it was not given. */
export const pipelineOption = (pipeline: string | undefined): { pipeline?: string } =>
  pipeline === undefined ? {} : { pipeline };
