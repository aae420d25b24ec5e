import { readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isAbsent } from './faults.ts';

/** What lies in a folder. */
export interface Entry {
  readonly name: string;
  readonly path: string;
  readonly isFolder: boolean;
}

/** What is in a folder; nothing where it is gone. */
export async function entriesOf(folder: string): Promise<readonly Entry[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.map((entry) => ({
      name: entry.name,
      path: join(folder, entry.name),
      isFolder: entry.isDirectory(),
    }));
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}

/** Size and time of last change of a file or folder; undefined where it is gone. */
export async function changedOf(
  path: string,
): Promise<{ readonly bytes: number; readonly at: number; readonly names: number } | undefined> {
  try {
    const { size, mtimeMs, nlink } = await stat(path);
    return { bytes: size, at: mtimeMs, names: nlink };
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/** Bytes that go with a path: a file that has another name elsewhere stays on the disk. */
export async function bytesBelow({ path, isFolder }: Entry): Promise<number> {
  if (!isFolder) {
    const facts = await changedOf(path);
    return facts === undefined || facts.names > 1 ? 0 : facts.bytes;
  }
  let sum = 0;
  for (const entry of await entriesOf(path)) sum += await bytesBelow(entry);
  return sum;
}

/**
 * Takes a file or folder away by one rename to `aside`, on the same disk. False: it changed since `at`, when somebody
 * looked at it, or is gone.
 */
export async function removeUnchanged(path: string, at: number, aside: string): Promise<boolean> {
  if ((await changedOf(path))?.at !== at) return false;
  try {
    await rename(path, aside);
  } catch (error) {
    if (isAbsent(error)) return false;
    throw error;
  }
  await rm(aside, { recursive: true, force: true });
  return true;
}
