import { open, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeFolder, moveIntoPlace, writeFlushed } from '../../disk/durable.ts';
import type { ImageContext } from '../image.ts';

const dayMs = 24 * 60 * 60 * 1000;

/** A name for something that is not finished, on the same disk as what it will be. */
export async function temporaryPath(context: ImageContext): Promise<string> {
  const folder = join(context.folder, 'tmp');
  await makeFolder(folder);
  return join(folder, context.newId());
}

/** A small file, whole or not at all. */
export async function writeWhole(
  context: ImageContext,
  target: string,
  content: Uint8Array | string,
): Promise<void> {
  const finished = await temporaryPath(context);
  try {
    await writeFlushed(finished, content, 0o644);
    await moveIntoPlace(finished, target);
  } catch (error) {
    await rm(finished, { force: true });
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
