import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { usageError } from '../../errors.ts';
import type { ImageContext } from '../image.ts';

/** The code of a fault of the system, `''` for anything else. */
export const faultOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

const dayMs = 24 * 60 * 60 * 1000;

/** What the disk says in plain words; anything else is passed on as it is. */
export async function onDisk<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const code = faultOf(error);
    if (
      !['ENOSPC', 'EACCES', 'EROFS', 'EPERM', 'EDQUOT', 'ENOTDIR', 'EISDIR', 'ELOOP', 'EMFILE'].includes(code)
    )
      throw error;
    throw usageError({
      code: 'images-not-writable',
      message: `${path} cannot be used for images (${code}).`,
      hint:
        code === 'ENOSPC' || code === 'EDQUOT'
          ? 'Free some space: images that are no longer needed can be deleted there.'
          : 'Choose a folder that can be written with --store (or AIENG_STORE).',
      cause: error,
    });
  }
}

/** Makes the names of a folder survive a power cut; where folders cannot be flushed, their journal has to do. */
export async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (!['EISDIR', 'EPERM', 'EACCES', 'EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'EBADF'].includes(faultOf(error)))
      throw error;
  }
}

/** A name for something that is not finished, on the same disk as what it will be. */
export async function temporaryPath(context: ImageContext): Promise<string> {
  const folder = join(context.folder, 'tmp');
  await mkdir(folder, { recursive: true });
  return join(folder, context.newId());
}

/** Flushes a finished file or folder and gives it its name. For a file, whatever was there is replaced. */
export async function moveIntoPlace(finished: string, target: string): Promise<void> {
  const handle = await open(finished, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
  await mkdir(dirname(target), { recursive: true });
  await rename(finished, target);
  await syncFolder(dirname(target));
}

/** A small file, whole or not at all. */
export async function writeWhole(
  context: ImageContext,
  target: string,
  content: Uint8Array | string,
): Promise<void> {
  const finished = await temporaryPath(context);
  try {
    const handle = await open(finished, 'wx', 0o644);
    try {
      await handle.writeFile(content);
    } finally {
      await handle.close();
    }
    await moveIntoPlace(finished, target);
  } catch (error) {
    await rm(finished, { recursive: true, force: true });
    throw error;
  }
}

/**
 * Removes what builds that were killed left behind: whatever is a day older than a file that was made just now. The
 * disk's own times are compared, so that no clock is needed.
 */
export async function sweepAbandoned(context: ImageContext): Promise<void> {
  const probe = await temporaryPath(context);
  await (await open(probe, 'wx')).close();
  const folder = dirname(probe);
  const now = (await stat(probe)).mtimeMs;
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const age = await stat(path).then(
      ({ mtimeMs }) => now - mtimeMs,
      () => 0,
    );
    if (path === probe || age > dayMs) await rm(path, { recursive: true, force: true });
  }
}
