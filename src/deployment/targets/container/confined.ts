import { usageError } from '../../../errors.ts';
import type { Engine } from '../supervised/backendKind.ts';
import { caller } from './findEngine.ts';
import { userFlags } from './runFlags.ts';

/** A folder or file of this machine that a container sees. */
export interface Mount {
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
  /** Do other containers see it too? SELinux has to be told. */
  readonly shared?: boolean;
}

/** A program that runs in a container to its end, and what it may use. */
export interface ConfinedProgram {
  readonly name: string;
  readonly labels: readonly string[];
  readonly image: string;
  /** Null: the image's own. */
  readonly entrypoint: string | null;
  readonly words: readonly string[];
  readonly workdir: string;
  readonly mounts: readonly Mount[];
  /** Names of variables; their values go by the environment of the engine's client, since a command line can be read by everybody. */
  readonly variables: readonly string[];
  readonly network: boolean;
  readonly limits: { readonly memoryMb: number; readonly cpus: number; readonly pids: number };
  /** The engine ends it after this, where it can (podman): whoever started it may have been killed. */
  readonly seconds?: number;
}

function mountWords({ relabels }: Engine, { source, target, readOnly, shared = false }: Mount): string[] {
  // A mount is a list of words between commas: such a path cannot be said to an engine.
  if (/[,"\n]/.test(source))
    throw usageError({
      code: 'path-unmountable',
      message: `${source} cannot be given to a container: its path has a comma, a quote or a line break.`,
      hint: 'Keep the project and its store (--store <dir>, or AIENG_STORE) in a folder without them.',
    });
  const relabel = relabels ? `,relabel=${shared ? 'shared' : 'private'}` : '';
  return ['--mount', `type=bind,src=${source},dst=${target}${readOnly ? ',readonly' : ''}${relabel}`];
}

/**
 * The words that run a program in a container to its end: as an ordinary user without privileges, on a read-only file system, with
 * limits and no swap, without network unless asked for, and with these folders of this machine alone.
 *
 * @throws a usage error for a path that cannot be mounted
 */
export function confinedWords(engine: Engine, program: ConfinedProgram): readonly string[] {
  const { limits } = program;
  const memory = `${limits.memoryMb}m`;
  return [
    ...[engine.name, 'run', '--rm', '--name', program.name, '--pull', 'never'],
    ...program.labels.flatMap((label) => ['--label', label]),
    ...(program.network ? [] : ['--network', 'none']),
    ...['--memory', memory, '--memory-swap', memory],
    ...['--cpus', String(limits.cpus), '--pids-limit', String(limits.pids)],
    ...['--read-only', '--tmpfs', '/tmp:rw,nosuid,nodev,size=1g'],
    ...['--cap-drop', 'ALL', '--security-opt', 'no-new-privileges'],
    ...userFlags(engine, caller()).flags,
    ...(engine.name === 'podman' ? ['--http-proxy=false'] : []),
    ...(engine.name === 'podman' && program.seconds !== undefined
      ? ['--timeout', String(program.seconds)]
      : []),
    ...program.mounts.flatMap((mount) => mountWords(engine, mount)),
    ...['--workdir', program.workdir],
    ...program.variables.flatMap((name) => ['--env', name]),
    ...['--env', 'HOME=/tmp'],
    ...(program.entrypoint === null ? [] : ['--entrypoint', program.entrypoint]),
    ...[program.image, ...program.words],
  ];
}
