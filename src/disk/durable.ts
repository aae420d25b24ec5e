import { link, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { usageError } from '../errors.ts';
import { faultCode } from './faults.ts';

/** Not every platform can open or flush a folder; there, its journal has to do. */
const unsyncable = new Set(['EISDIR', 'EPERM', 'EACCES', 'EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'EBADF']);

/** Makes names that were added to or removed from a folder survive a power cut. */
export async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (!unsyncable.has(faultCode(error))) throw error;
  }
}

/** The folders of a path that are not there yet, the outermost first. */
async function missingFolders(folder: string): Promise<string[]> {
  const missing: string[] = [];
  for (let at = folder; ; at = dirname(at)) {
    try {
      if ((await stat(at)).isDirectory()) return missing;
    } catch (error) {
      if (faultCode(error) !== 'ENOENT') throw error;
    }
    missing.unshift(at);
    if (dirname(at) === at) return missing;
  }
}

async function makeOne(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    // Another process made it meanwhile; a file of this name is told by what is put into it.
    if (faultCode(error) === 'EEXIST' && (await stat(folder)).isDirectory()) return;
    if (faultCode(error) !== 'ENOENT') throw error;
    throw usageError({
      code: 'path-not-usable',
      message: `${folder} cannot be made: ${dirname(folder)} takes no new folders (ENOENT).`,
      hint: 'Name a folder on an ordinary disk.',
      cause: error,
    });
  }
}

/**
 * Makes a folder and those above it, durably. Not by `mkdir -p` of Node: it never returns where the system says ENOENT
 * under a folder that is there (/proc, some network disks).
 */
export async function makeFolder(folder: string): Promise<void> {
  for (const missing of await missingFolders(folder)) {
    await makeOne(missing);
    await syncFolder(dirname(missing));
  }
}

/** Removes what is of no use any more. Where the disk refuses that too, whoever sweeps the folder takes it later. */
export async function discard(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true }).catch(() => undefined);
}

/** A new file with this content, flushed to the disk. Removed again where that fails. */
export async function writeFlushed(path: string, content: Uint8Array | string, mode: number): Promise<void> {
  const handle = await open(path, 'wx', mode);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } catch (error) {
    await discard(path);
    throw error;
  } finally {
    await handle.close();
  }
}

/** Flushes a file or folder that somebody else wrote. */
export async function flush(path: string): Promise<void> {
  if ((await stat(path)).isDirectory()) return syncFolder(path);
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Flushes a file that somebody else wrote, and makes it read-only. */
export async function flushFile(path: string): Promise<void> {
  const handle = await open(path, 'r+');
  try {
    await handle.chmod(0o444);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Puts a finished file in its place, over whatever is there: readers see the old or the new. */
export async function replaceWith(finished: string, target: string): Promise<void> {
  try {
    await rename(finished, target);
  } catch (error) {
    await discard(finished);
    throw error;
  }
  await syncFolder(dirname(target));
}

/**
 * Flushes a finished file or folder and puts it in its place, whose folder is made. It stays where it is when that
 * fails: rename(2) puts no folder over one that holds something, and a caller may have a use for both.
 */
export async function moveIntoPlace(finished: string, target: string): Promise<void> {
  await flush(finished);
  await makeFolder(dirname(target));
  await rename(finished, target);
  await syncFolder(dirname(target));
}

/**
 * Puts a finished file in its place if nothing is there yet. link(2) fails where the name exists, so of any number of
 * processes exactly one gets `true`. The finished file's own name is gone afterwards.
 */
export async function claim(finished: string, target: string): Promise<boolean> {
  try {
    await link(finished, target);
  } catch (error) {
    if (faultCode(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await discard(finished);
  }
  await syncFolder(dirname(target));
  return true;
}

/** Claims a name for this content: a temporary file beside, then `claim`. */
export async function claimContent(
  target: string,
  content: string,
  temporary: { readonly folder: string; readonly name: string },
): Promise<boolean> {
  await makeFolder(dirname(target));
  await makeFolder(temporary.folder);
  const finished = join(temporary.folder, temporary.name);
  await writeFlushed(finished, content, 0o444);
  return claim(finished, target);
}
