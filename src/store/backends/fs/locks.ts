import { rm, utimes, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { canonicalJson } from '../../../digest.ts';
import { busyError, interruptedError } from '../../../errors.ts';
import type { Environment } from '../../../environment/environment.ts';
import type { Lock, LockHolder, LockOptions, Store } from '../../store.ts';
import { nameParts } from '../../names.ts';
import { claimContent } from '../../../disk/durable.ts';
import { isAbsent, onDisk } from '../../../disk/faults.ts';
import { members, readJson } from './json.ts';
import { areaOf, listFolder, type Place } from './place.ts';
import { temporaryName } from '../../../disk/temporary.ts';
import { utcMinute } from '../../../utc.ts';

const heartbeatMs = 15_000;
/** A holder on another host is judged by its heartbeat only: long computations may delay it. */
const heartbeatTooOldMs = 10 * 60_000;
/** After a reboot of this host. Not at once: two machines that share a store may share a name. */
const rebootSilenceMs = 60_000;

/** A holder as it is written down: with what tells its process from a later one of the same pid. */
interface Holder extends LockHolder {
  readonly processStart: string;
  readonly pidNamespace: string;
}

function parseHolder(json: unknown): Holder | undefined {
  const { host, bootId, pid, startedAt, command, processStart, pidNamespace } = members(json) ?? {};
  if (typeof host !== 'string' || typeof bootId !== 'string' || typeof command !== 'string') return undefined;
  if (typeof pid !== 'number' || typeof startedAt !== 'number') return undefined;
  if (typeof processStart !== 'string' || typeof pidNamespace !== 'string') return undefined;
  return { host, bootId, pid, startedAt, command, processStart, pidNamespace };
}

/** Is the holder gone for good? On this host its process tells, elsewhere its heartbeat. */
export function isDead(holder: Holder, heartbeatAt: number, environment: Environment): boolean {
  const { host } = environment;
  const silenceMs = environment.now() - heartbeatAt;
  if (holder.host !== host.name) return silenceMs > heartbeatTooOldMs;
  if (holder.bootId !== host.bootId) return silenceMs > rebootSilenceMs;
  if (holder.pidNamespace !== host.pidNamespace) return silenceMs > heartbeatTooOldMs;
  return environment.processStart(holder.pid) !== holder.processStart;
}

type State =
  | { readonly free: true; readonly turn: number }
  | { readonly free: false; readonly turn: number; readonly holder: Holder };

const turnFile = /^(\d+)\.(json|released)$/;

const turnOf = (name: string): number => Number(turnFile.exec(name)?.[1] ?? 0);
const highest = (names: readonly string[]): number =>
  names.reduce((most, name) => Math.max(most, turnOf(name)), 0);

const temporaryFor = (place: Place): { folder: string; name: string } => ({
  folder: areaOf(place, 'tmp'),
  name: temporaryName(place.environment),
});

/** Whose turn it is, and whether they still need it. */
async function look(folder: string, environment: Environment): Promise<State> {
  const names = await listFolder(folder);
  const turn = highest(names);
  if (turn === 0 || names.includes(`${turn}.released`)) return { free: true, turn };
  const path = join(folder, `${turn}.json`);
  try {
    const holder = parseHolder(await readJson(path));
    if (holder === undefined) return { free: true, turn };
    const { mtimeMs } = await stat(path);
    return isDead(holder, mtimeMs, environment) ? { free: true, turn } : { free: false, turn, holder };
  } catch (error) {
    // Deleted between listing and reading: a higher turn exists, look again.
    if (isAbsent(error)) return look(folder, environment);
    throw error;
  }
}

function holderOf(environment: Environment, command: string): Holder {
  const { name: host, bootId, pidNamespace } = environment.host;
  const processStart = environment.processStart(environment.pid) ?? 'alive';
  return {
    host,
    bootId,
    pid: environment.pid,
    startedAt: environment.now(),
    command,
    processStart,
    pidNamespace,
  };
}

/** Claims a turn; true = it is ours. Turns that are over are cleared by who comes next. */
async function take(place: Place, folder: string, turn: number, command: string): Promise<boolean> {
  const path = join(folder, `${turn}.json`);
  const holder = `${canonicalJson(holderOf(place.environment, command))}\n`;
  if (!(await claimContent(path, holder, temporaryFor(place)))) return false;
  const names = await listFolder(folder);
  if (highest(names) > turn || names.includes(`${turn}.released`)) {
    await rm(path, { force: true });
    return false;
  }
  for (const name of names)
    if (turnFile.test(name) && turnOf(name) < turn) await rm(join(folder, name), { force: true });
  return true;
}

/** A turn that is ours, kept alive by its heartbeat until it is given back. */
function held(place: Place, folder: string, turn: number): Lock {
  const path = join(folder, `${turn}.json`);
  const beat = setInterval(() => {
    const at = place.environment.now() / 1000;
    // A missed beat is no harm: the next one follows, and on this host nobody asks for it.
    utimes(path, at, at).catch(() => undefined);
  }, heartbeatMs);
  beat.unref();
  let released = false;
  return {
    async release() {
      if (released) return;
      released = true;
      clearInterval(beat);
      await onDisk(folder, () => claimContent(join(folder, `${turn}.released`), '', temporaryFor(place)));
    },
  };
}

/** Looks, takes, or waits and looks again, ever less often. */
async function acquire(place: Place, name: string, options: LockOptions): Promise<Lock> {
  const { environment } = place;
  const folder = areaOf(place, 'locks', ...nameParts(name, 'lock'));
  const start = environment.elapsed();
  let slept = 0;
  let pause = 20;
  for (;;) {
    if (options.signal?.aborted === true) throw interruptedError();
    const state = await look(folder, environment);
    if (state.free) {
      if (await take(place, folder, state.turn + 1, options.command))
        return held(place, folder, state.turn + 1);
      continue;
    }
    const left = options.waitMs - Math.max(slept, environment.elapsed() - start);
    if (left <= 0) throw busy(name, state.holder, environment);
    const nap = Math.min(pause, left);
    await wait(nap, options);
    slept += nap;
    pause = Math.min(pause * 1.5, 500);
  }
}

/**
 * Locks without anything but link(2). A lock is a folder of numbered turns; the highest turn's holder has it until
 * `<turn>.released` is there or the holder is dead. To take or to heal it is to claim the next turn, which one process
 * gets: two healers cannot both win. A turn is deleted only when a higher one exists, so a process that was suspended
 * and claims a turn long past sees a higher one afterwards, and steps back.
 */
export function locks(place: Place): Pick<Store, 'lock'> {
  return { lock: (name, options) => acquire(place, name, options) };
}

async function wait(ms: number, options: LockOptions): Promise<void> {
  try {
    await sleep(ms, undefined, options.signal === undefined ? {} : { signal: options.signal });
  } catch {
    throw interruptedError();
  }
}

function busy(name: string, holder: LockHolder, environment: Environment): Error {
  const here = holder.host === environment.host.name ? '' : ` on ${holder.host}`;
  const seconds = Math.max(0, Math.round((environment.now() - holder.startedAt) / 1000));
  const since = utcMinute(holder.startedAt);
  return busyError({
    code: 'busy',
    message: `"${name}" is held by \`${holder.command}\` (process ${holder.pid}${here}) since ${since}, ${seconds} s ago.`,
    hint: 'Wait until it is done, or wait longer with `--wait <seconds>`. If that process ends or is stopped, the lock frees itself.',
  });
}
