import path from 'node:path';
import { sha256 } from '../../../digest.ts';
import type { Wish } from '../../target.ts';
import { serveArguments } from '../supervised/backend.ts';
import type { ContainerKind, Engine } from '../supervised/backendKind.ts';
import {
  bundleFolder,
  imageUser,
  logFolderOf,
  readyScript,
  secondFolder,
  servicePort,
} from './insideImage.ts';

/** Marks the containers of one deployment folder: the only ones that this deployment ever touches. */
export const folderLabel = (folder: string): string =>
  `dev.aieng.folder=${sha256(path.resolve(folder)).slice(0, 20)}`;

/** Marks what one supervisor started: what carries another's mark was left behind by one that was killed. */
export const ownerLabel = (owner: string): string => `dev.aieng.supervisor=${owner}`;

/** `aieng-churn-0p1q2r3s4t`: the deployment, and the end of the instance's name. */
export const containerName = (deployment: string, instance: string): string =>
  `aieng-${deployment}-${instance.slice(-10).toLowerCase()}`;

export interface UserFlags {
  readonly flags: readonly string[];
  /** Whom the folder of the prediction log must belong to, where that is somebody else than its maker. */
  readonly owner: number | null;
}

/**
 * As whom the service runs, so that it can write its log and nothing else, and the log belongs to whoever deployed:
 * the caller's own number where he is an ordinary user (an engine without root shows that number, or its root, for
 * him), the image's where he is root.
 */
export function userFlags(engine: Engine, caller: { readonly uid: number; readonly gid: number }): UserFlags {
  const { uid, gid } = caller;
  const userns = engine.remapsUsers ? ['--userns', 'host'] : [];
  if (engine.rootless && engine.name === 'docker') return { flags: ['--user', '0:0'], owner: null };
  if (engine.rootless) return { flags: ['--user', `${uid}:${gid}`, '--userns', 'keep-id'], owner: null };
  if (uid !== 0) return { flags: ['--user', `${uid}:${gid}`, ...userns], owner: null };
  return { flags: ['--user', `${imageUser}:${imageUser}`, ...userns], owner: imageUser };
}

/** Logs that cannot fill the disk; the supervisor keeps its own copy in backend.log. */
const logFlags = (engine: Engine): readonly string[] =>
  engine.name === 'docker'
    ? ['--log-driver', 'json-file', '--log-opt', 'max-size=5m', '--log-opt', 'max-file=2']
    : ['--log-driver', 'k8s-file', '--log-opt', 'max-size=5mb'];

/**
 * The engine's own health check, for people who look at `ps`: nothing here depends on it, since the supervisor asks
 * the service itself. docker runs it in a shell only; podman without systemd would show "starting" for ever.
 */
function healthFlags({ engine, program }: ContainerKind): readonly string[] {
  if (!engine.hasTimers || !/^[\w./-]*node$/.test(program)) return [];
  const command =
    engine.name === 'docker'
      ? `${program} -e '${readyScript}'`
      : JSON.stringify([program, '-e', readyScript]);
  return [
    '--health-cmd',
    command,
    '--health-interval',
    '30s',
    '--health-timeout',
    '5s',
    '--health-retries',
    '3',
  ];
}

export interface RunPlace {
  readonly instance: string;
  /** The deployment's folder. */
  readonly folder: string;
  /** The instance's own folder of the prediction log, on this machine. */
  readonly logFolder: string;
  readonly owner: string;
  readonly caller: { readonly uid: number; readonly gid: number };
}

function limitFlags({ limits }: ContainerKind, { drainMs }: Wish): readonly string[] {
  const memory = `${limits.memoryMb}m`;
  return [
    // The same figure twice: no swap, which would turn a leak into an hour of thrashing.
    ...['--memory', memory, '--memory-swap', memory],
    ...['--cpus', String(limits.cpus), '--pids-limit', String(limits.pids)],
    ...['--read-only', '--tmpfs', '/tmp:rw,nosuid,nodev,noexec,size=64m'],
    ...['--cap-drop', 'ALL', '--security-opt', 'no-new-privileges'],
    ...['--stop-timeout', String(Math.max(1, Math.ceil(drainMs / 1000)))],
  ];
}

/** A second bundle comes from this machine: the image holds the one in charge. */
function secondMount({ second }: Wish, engine: Engine): readonly string[] {
  if (second === undefined) return [];
  const relabel = engine.relabels ? ',relabel=shared' : '';
  return ['--mount', `type=bind,src=${second.bundlePath},dst=${secondFolder},readonly${relabel}`];
}

/**
 * The words after `run` that start an instance: detached, on a loopback port of the engine's choice, without
 * privileges, with limits, and with one folder of the host that it can write to. The engine never restarts it: the
 * supervisor does, so that two do not fight over a version that was given up.
 */
export function runFlags(wish: Wish, kind: ContainerKind, place: RunPlace): readonly string[] {
  const { engine, image } = kind;
  const { instance, owner } = place;
  const inside = logFolderOf(wish.name);
  const labels = [
    `dev.aieng.deployment=${wish.name}`,
    `dev.aieng.bundle=${wish.bundleDigest}`,
    folderLabel(place.folder),
    ownerLabel(owner),
  ];
  const mount = `type=bind,src=${place.logFolder},dst=${inside}/${instance}${engine.relabels ? ',relabel=private' : ''}`;
  return [
    ...['--detach', '--name', containerName(wish.name, instance), '--pull', 'never', '--restart', 'no'],
    ...labels.flatMap((label) => ['--label', label]),
    ...limitFlags(kind, wish),
    ...userFlags(engine, place.caller).flags,
    ...['--publish', `127.0.0.1::${servicePort}`],
    ...healthFlags(kind),
    ...logFlags(engine),
    ...(engine.name === 'podman' ? ['--http-proxy=false'] : []),
    ...['--mount', mount],
    ...secondMount(wish, engine),
    image,
    ...['serve', bundleFolder],
    ...serveArguments(wish, {
      host: '0.0.0.0',
      port: servicePort,
      logFolder: inside,
      instance,
      second: secondFolder,
    }),
  ];
}
