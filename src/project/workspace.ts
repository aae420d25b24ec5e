import { isAbsolute, join, resolve } from 'node:path';
import { AiengError } from '../errors.ts';
import { readEnvironment, readGit } from '../environment/index.ts';
import { findRoot } from '../pipeline/index.ts';
import { openStore } from '../store/index.ts';
import type { Context, ProgressEvent } from './context.ts';

/** Where a command was called and what it was told. */
export interface WorkspaceOptions {
  /** `-C`: as if the command had been called there. */
  readonly directory?: string;
  /** `--store`; else `AIENG_STORE`; else `.aieng` in the root. */
  readonly storeFolder?: string;
  readonly cwd: string;
  /** What `${NAME}` of a pipeline is replaced by; left out = nothing: the environment is not read unasked. */
  readonly variables?: Readonly<Record<string, string | undefined>>;
  /** Told while a stage works. */
  readonly progress?: (event: ProgressEvent) => void;
  /** Ends the work. */
  readonly signal?: AbortSignal;
  /** The command line without values of flags, for locks ("held by aieng train, pid 17"). */
  readonly command?: string;
  /** May a bundle bring code of its own (`--allow-code`)? */
  readonly allowCode?: boolean;
  /** `--env`; else `AIENG_ENV`; else pipelines as they stand without. */
  readonly env?: string;
  /** Work without a project too (a bundle that came by file): the root is then the folder itself. */
  readonly rootOptional?: boolean;
}

async function rootOf(start: string, optional: boolean): Promise<string> {
  try {
    return await findRoot(start);
  } catch (error) {
    if (optional && error instanceof AiengError && error.code === 'no-project') return start;
    throw error;
  }
}

/**
 * Opens the project around a folder: root, store, environment.
 *
 * @example
 * ```ts
 * const context = await openContext({ cwd: '.' });
 * const { version } = await run(context, { pipeline: 'churn', to: 'package', waitMs: 0 });
 * // version → 1
 * ```
 */
export async function openContext(options: WorkspaceOptions): Promise<Context> {
  const start = resolve(options.cwd, options.directory ?? '.');
  const root = await rootOf(start, options.rootOptional ?? false);
  const { variables = {}, progress = () => undefined, signal = new AbortController().signal } = options;
  const environment = readEnvironment({ cwd: start, variables });
  const named = options.storeFolder ?? variables.AIENG_STORE;
  const folder =
    named === undefined || named === ''
      ? join(root, '.aieng')
      : isAbsolute(named)
        ? named
        : resolve(start, named);
  const env = options.env ?? variables['AIENG_ENV'];
  const store = await openStore({ folder, environment });
  return {
    root,
    store,
    environment,
    git: () => readGit(root),
    progress,
    signal,
    ...(options.allowCode === undefined ? {} : { allowCode: options.allowCode }),
    ...(env === undefined || env === '' ? {} : { env }),
    command: options.command ?? 'aieng',
  };
}
