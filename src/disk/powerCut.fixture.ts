import { lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import type * as promises from 'node:fs/promises';
import { join } from 'node:path';

/**
 * A disk whose current can be cut. `node:fs/promises` goes through it, so every operation of the code under test is
 * counted, can be the last one before a power cut, or can fail; and what is on the platter is known at any time: the
 * bytes of a file since its last fsync, the names of a folder since that folder's last fsync. No real disk forgets so
 * much, but each may forget any of it.
 *
 * A test file puts it in the place of the real one:
 *
 *     vi.mock('node:fs/promises', async (real) => (await import('…/powerCut.fixture.ts')).watched(await real()));
 */
type Files = typeof promises;

/** What a power cut leaves of what was not flushed. */
export type Survival = 'nothing' | 'names only' | 'everything';
export const survivals: readonly Survival[] = ['nothing', 'names only', 'everything'];

interface Inode {
  readonly isFolder: boolean;
  /** Bytes, or names, as they were flushed last; undefined: never. */
  bytes?: Uint8Array;
  names?: ReadonlyMap<string, Inode>;
}

class PowerCut extends Error {}

const state = {
  done: 0,
  cutAt: Infinity,
  failAt: Infinity,
  code: 'EIO',
  log: [] as string[],
  inodes: new Map<string, Inode>(),
};

function inodeOf(path: string): Inode {
  const facts = lstatSync(path, { bigint: true });
  // The number alone is given again after a deletion.
  const key = `${facts.ino}:${facts.birthtimeNs}`;
  const known = state.inodes.get(key) ?? { isFolder: facts.isDirectory() };
  state.inodes.set(key, known);
  return known;
}

function flushed(path: string): void {
  const inode = inodeOf(path);
  if (inode.isFolder)
    inode.names = new Map(readdirSync(path).map((name) => [name, inodeOf(join(path, name))]));
  else inode.bytes = readFileSync(path);
}

/** One operation that changes the disk: counted, or the one at which the current goes or the disk refuses. */
function step(name: string): void {
  state.done += 1;
  if (state.done >= state.cutAt) throw new PowerCut('the power is gone');
  state.log.push(name.replaceAll(/\S+\/([^/ ]+\/[^/ ]+)(?= |$)/g, '$1').replaceAll(/\.part-\S+/g, '.part'));
  if (state.done === state.failAt)
    throw Object.assign(new Error(`${state.code}: ${name}`), { code: state.code });
}

function watchedHandle(handle: promises.FileHandle, path: string): promises.FileHandle {
  const changing = new Set(['write', 'writeFile', 'writev', 'appendFile', 'truncate', 'chmod', 'utimes']);
  return new Proxy(handle, {
    get(target, member) {
      const value: unknown = Reflect.get(target, member, target);
      if (typeof value !== 'function') return value;
      if (member === 'sync' || member === 'datasync')
        return async () => {
          step(`${member} ${path}`);
          flushed(path);
        };
      if (typeof member === 'string' && changing.has(member))
        return async (...args: unknown[]): Promise<unknown> => {
          step(`${member} ${path}`);
          return (value as (...given: unknown[]) => unknown).apply(target, args);
        };
      return value.bind(target) as unknown;
    },
  });
}

/** `node:fs/promises` with every change of the disk going through the power cut. */
export function watched(real: Files): Files {
  const changing = [
    'mkdir',
    'rename',
    'link',
    'rm',
    'unlink',
    'utimes',
    'copyFile',
    'writeFile',
    'mkdtemp',
  ] as const;
  const steps = Object.fromEntries(
    changing.map((name) => [
      name,
      async (...args: unknown[]) => {
        step(`${name} ${args.filter((part) => typeof part === 'string').join(' → ')}`);
        return (real[name] as (...given: unknown[]) => unknown)(...args);
      },
    ]),
  );
  return {
    ...real,
    ...steps,
    open: async (path, flags, mode) => {
      if (flags !== undefined && flags !== 'r') step(`open ${String(path)}`);
      return watchedHandle(await real.open(path, flags, mode), String(path));
    },
  };
}

/** Forgets what was counted; everything below `folder` is on the platter. */
export function settle(folder: string): void {
  Object.assign(state, { done: 0, cutAt: Infinity, failAt: Infinity, log: [] });
  const walk = (path: string): void => {
    if (lstatSync(path).isDirectory()) for (const name of readdirSync(path)) walk(join(path, name));
    flushed(path);
  };
  walk(folder);
}

/** Does the work; true = it got to its end. Before operation `at` (from 1) the power goes, and nothing happens after. */
export async function cutPowerAt(at: number, work: () => Promise<unknown>): Promise<boolean> {
  Object.assign(state, { done: 0, cutAt: at, log: [] });
  let ended = false;
  try {
    await work();
    ended = state.done < at;
  } catch (error) {
    if (state.done < at) throw error;
  }
  state.cutAt = Infinity;
  return ended;
}

/** Does the work with operation `at` (from 1) refused once; gives what it threw, and whether there was such an operation. */
export async function failAt(
  at: number,
  code: string,
  work: () => Promise<unknown>,
): Promise<{ readonly reached: boolean; readonly thrown: unknown }> {
  Object.assign(state, { done: 0, failAt: at, code, log: [] });
  let thrown: unknown;
  try {
    await work();
  } catch (error) {
    thrown = error;
  }
  state.failAt = Infinity;
  return { reached: state.done >= at, thrown };
}

/** The operations since the last cut or failure, in words: for a test that fails. */
export const operations = (): readonly string[] => state.log;

/** What a machine that boots again finds of `folder`, written to `to`. */
export function afterPowerCut(folder: string, to: string, survival: Survival): void {
  const restore = (inode: Inode, path: string | null, target: string): void => {
    if (!inode.isFolder) {
      writeFileSync(target, survival === 'everything' ? readFileSync(path!) : (inode.bytes ?? ''));
      return;
    }
    mkdirSync(target, { recursive: true });
    if (survival === 'nothing')
      for (const [name, below] of inode.names ?? []) restore(below, null, join(target, name));
    else
      for (const name of readdirSync(path!))
        restore(inodeOf(join(path!, name)), join(path!, name), join(target, name));
  };
  restore(inodeOf(folder), folder, to);
}
