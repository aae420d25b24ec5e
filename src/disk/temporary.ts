import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256 } from '../digest.ts';
import type { Environment } from '../environment/environment.ts';
import { isAbsent } from './faults.ts';

/** What another host left is kept this long: whether its process lives cannot be known from here. */
const foreignAgeMs = 7 * 24 * 3_600_000;

/** Names the world in which a pid means something: host, boot and container. */
function worldOf(environment: Environment): string {
  const { name, bootId, pidNamespace } = environment.host;
  return [name, bootId, pidNamespace].map((word) => sha256(word).slice(0, 8)).join('.');
}

/** The name of a half-done file or folder: it says whose it is, so that it can be cleared when its owner is dead. */
export function temporaryName(environment: Environment): string {
  const start = environment.processStart(environment.pid) ?? 'alive';
  return `.part-${worldOf(environment)}-${environment.pid}-${start}-${environment.newId()}`;
}

/** Did the process that made this name end without finishing? `undefined` = it is not to be known from here. */
export function isAbandoned(name: string, environment: Environment): boolean | undefined {
  const match = /^\.part-([0-9a-f]{8})\.([0-9a-f]{8})\.([0-9a-f]{8})-(\d+)-([a-z0-9]+)-\w+$/.exec(name);
  if (match === null) return false;
  const [host, boot, namespace] = worldOf(environment).split('.');
  if (match[1] !== host) return undefined;
  if (match[2] !== boot) return environment.host.bootId === 'unknown' ? undefined : true;
  if (match[3] !== namespace) return undefined;
  return environment.processStart(Number(match[4])) !== match[5];
}

async function isOld(path: string, environment: Environment): Promise<boolean> {
  try {
    return environment.now() - (await stat(path)).mtimeMs > foreignAgeMs;
  } catch {
    return false;
  }
}

/** Clears what dead processes left half-done in a folder; what a running one is writing stays. */
export async function sweepAbandoned(folder: string, environment: Environment): Promise<void> {
  let names: string[];
  try {
    names = await readdir(folder);
  } catch (error) {
    if (isAbsent(error)) return;
    throw error;
  }
  for (const name of names) {
    const path = join(folder, name);
    if (isAbandoned(name, environment) ?? (await isOld(path, environment)))
      await rm(path, { recursive: true, force: true });
  }
}
