import { chown, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Environment } from '../../../environment/environment.ts';
import type { Wish } from '../../target.ts';
import { keepLines } from '../supervised/backend.ts';
import type { Backend, BackendPlace } from '../supervised/backend.ts';
import type { ContainerKind } from '../supervised/backendKind.ts';
import { containerState, publishedPort, removeContainer, runContainer, stopContainer } from './engine.ts';
import type { EngineClient } from './engineClient.ts';
import { endInWords } from './engineText.ts';
import { caller, supervisorClient } from './findEngine.ts';
import { removeLeftBehind } from './leftBehind.ts';
import { containerName, runFlags, userFlags } from './runFlags.ts';

/** Between two looks at a container whose output cannot be followed. */
const lookEveryMs = 1000;
const lastLinesMs = 5000;

interface ContainerContext {
  readonly environment: Environment;
  /** The supervisor's mark on what it starts. */
  readonly owner: string;
}

/** The instance's own folder of the prediction log, which the container's user can write to and nobody else can enter. */
async function makeLogFolder(kind: ContainerKind, place: BackendPlace): Promise<string> {
  const folder = path.join(path.resolve(place.logFolder), place.instance);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const { owner } = userFlags(kind.engine, caller());
  if (owner !== null) await chown(folder, owner, owner);
  return folder;
}

/** How it ended, in words; `mayRun`: nobody saw it end. */
interface End {
  readonly how: string;
  readonly mayRun: boolean;
}

/** Waits for the end of a container and passes its lines on meanwhile. */
async function follow(
  client: EngineClient,
  name: string,
  take: (line: string) => void,
  options: { readonly memoryMb: number; readonly asked: () => boolean; readonly over: AbortSignal },
): Promise<End> {
  let lines: readonly string[] = [];
  for (;;) {
    // Its output ends when it ends: no timer finds out sooner, or for less.
    await client.follow(['logs', '--follow', ...lines, name], take, options.over);
    if (options.over.aborted) return { how: 'was ended', mayRun: true };
    const state = await containerState(client, name);
    if (state === 'gone') return { how: 'was removed', mayRun: false };
    if (state !== 'unknown' && !state.running)
      return { how: endInWords(state, options.memoryMb, options.asked()), mayRun: false };
    lines = ['--tail', '0'];
    await pause(lookEveryMs, undefined, { signal: options.over }).catch(() => undefined);
  }
}

/** The port that it is reached at; rejects with how it ended where it has ended instead. */
async function portOf(client: EngineClient, name: string, exited: Promise<string>): Promise<number> {
  const port = await publishedPort(client, name);
  if (port !== null) return port;
  const state = await containerState(client, name);
  if (state === 'gone' || (state !== 'unknown' && !state.running)) throw new Error(await exited);
  throw new Error(`${client.name} publishes no loopback port for it`);
}

const wordsOf = (error: unknown): string =>
  `could not be started: ${(error instanceof Error ? error.message : String(error)).replace(/[.\s]+$/, '')}`;

/**
 * Starts a container that serves the image's bundle. However it ends, it is removed. It has no life line to the
 * supervisor: what a killed one leaves behind is removed by the next, and by `stop`.
 */
export function startContainer(
  wish: Wish,
  kind: ContainerKind,
  context: ContainerContext,
  place: BackendPlace,
): Backend {
  const client = supervisorClient(kind.engine, context.environment.variables);
  const name = containerName(wish.name, place.instance);
  const lines = keepLines(place.onLine);
  const over = new AbortController();
  let asked = false;
  let ended = false;
  let title = `container ${name}`;
  const begun = (async () => {
    const logFolder = await makeLogFolder(kind, place);
    await removeLeftBehind(client, place.folder, context.owner);
    const { instance, folder } = place;
    const flags = runFlags(wish, kind, {
      instance,
      folder,
      logFolder,
      owner: context.owner,
      caller: caller(),
    });
    const id = await runContainer(client, flags, place.signal);
    title = `container ${id.slice(0, 12)} (${kind.engine.name})`;
  })();
  const exited = begun
    .then(
      () =>
        follow(client, name, lines.take, {
          memoryMb: kind.limits.memoryMb,
          asked: () => asked,
          over: over.signal,
        }),
      (error: unknown): End => ({ how: wordsOf(error), mayRun: true }),
    )
    .then(async ({ how, mayRun }) => {
      await removeContainer(client, name, mayRun);
      ended = true;
      return how;
    });
  const listening = begun.then(() => portOf(client, name, exited));
  // Whoever waits for it sees the rejection; nobody has to.
  listening.catch(() => undefined);
  return {
    pid: null,
    title: () => title,
    listening,
    livePort: () => null,
    exited,
    hasExited: () => ended,
    lastLines: lines.last,
    stop: async (graceMs) => {
      asked = true;
      const said = await stopContainer(client, name, graceMs);
      // Its last lines are still being read; where the engine does not answer nobody waits for ever.
      const timer = setTimeout(() => over.abort(), said.ok ? lastLinesMs : 0);
      await exited;
      clearTimeout(timer);
    },
    kill: () => {
      asked = true;
      over.abort();
    },
  };
}
