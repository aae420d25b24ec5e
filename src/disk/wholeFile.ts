import { lstat, open, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { usageError } from '../errors.ts';
import type { Environment } from '../environment/environment.ts';
import { makeFolder, replaceWith, writeFlushed } from './durable.ts';
import { isAbsent, onDisk } from './faults.ts';
import { sweepAbandoned, temporaryName } from './temporary.ts';

/** What a file that a person names may weigh: bundles, tars, reports. */
export const maxFileBytes = 2 * 1024 ** 3;

/** Whether there is a file, as far as can be seen. */
export const isFile = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => null))?.isFile() === true;

/**
 * The bytes of a file that the user named.
 *
 * @throws usage error (exit 2) where it is absent, too large or not a file.
 */
export async function readWholeFile(path: string, limitBytes = maxFileBytes): Promise<Uint8Array> {
  return onDisk(path, async () => {
    let handle;
    try {
      handle = await open(path, 'r');
    } catch (error) {
      if (!isAbsent(error)) throw error;
      throw usageError({
        code: 'file-not-found',
        message: `There is no file ${path}.`,
        hint: 'Check the path: it is relative to the folder that the command was called in.',
        cause: error,
      });
    }
    try {
      const facts = await handle.stat();
      if (!facts.isFile()) throw notAFile(path, facts.isDirectory());
      if (facts.size > limitBytes)
        throw usageError({
          code: 'file-too-large',
          message: `${path} has ${facts.size} bytes; at most ${limitBytes} are read.`,
          hint: 'Check that it is the file you mean.',
        });
      return await handle.readFile();
    } finally {
      await handle.close();
    }
  });
}

/**
 * The bytes of a file below a folder, as some other file names it: no link leads out of the folder.
 *
 * @param path Of plain names, with `/`; whoever calls has looked at them.
 * @throws usage error (exit 2) where it is absent, a link or below one, too large or not a file.
 */
export async function readFileWithin(folder: string, path: string, limitBytes: number): Promise<Uint8Array> {
  const parts = path.split('/');
  for (let depth = 1; depth <= parts.length; depth += 1) {
    const at = join(folder, ...parts.slice(0, depth));
    const facts = await lstat(at).catch(() => undefined);
    if (facts?.isSymbolicLink() === true)
      throw usageError({
        code: 'link-refused',
        message: `${at} is a link; a file that another file names is read where it lies, and nowhere else.`,
        hint: 'Put the file itself there.',
      });
  }
  return readWholeFile(join(folder, ...parts), limitBytes);
}

function notAFile(path: string, isFolder: boolean): Error {
  return usageError({
    code: 'not-a-file',
    message: `${path} is ${isFolder ? 'a folder' : 'a device or a pipe'}, expected a file.`,
    hint: 'Name a file.',
  });
}

/** A folder cannot be replaced by a file, and a device must not be: `rename` would put a file in the place of /dev/null. */
async function refuseWhatIsNoFile(path: string): Promise<void> {
  const facts = await stat(path).catch(() => undefined);
  if (facts !== undefined && !facts.isFile()) throw notAFile(path, facts.isDirectory());
}

/** What keeps a new file out of a folder, with the name of the file that was wanted instead of a temporary one. */
function unwritable(path: string, error: unknown): unknown {
  if (!isAbsent(error)) return error;
  return usageError({
    code: 'path-not-usable',
    message: `${path} cannot be written: ${dirname(path)} takes no new files (ENOENT).`,
    hint: 'Name a file in a folder on an ordinary disk.',
    cause: error,
  });
}

/**
 * Writes a file whole: a kill leaves the old one, or none, never half of the new one. Makes the folders above it.
 * `mode` is 0o600 for what only this user may read.
 *
 * @throws usage error (exit 2) where the place cannot be written, or is a folder or a device.
 */
export async function writeWholeFile(
  path: string,
  content: Uint8Array | string,
  environment: Environment,
  mode: 0o600 | 0o644 = 0o644,
): Promise<void> {
  await onDisk(path, async () => {
    await refuseWhatIsNoFile(path);
    const folder = dirname(path);
    await makeFolder(folder);
    await sweepAbandoned(folder, environment);
    const finished = join(folder, temporaryName(environment));
    try {
      await writeFlushed(finished, content, mode);
      await replaceWith(finished, path);
    } catch (error) {
      throw unwritable(path, error);
    }
  });
}
