import { randomUUID } from 'node:crypto';
import { open, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { makeFolder, moveIntoPlace } from '../../disk/durable.ts';
import { faultCode } from '../../disk/faults.ts';
import { AiengError, usageError } from '../../errors.ts';

/** A file that appears under its name only when it is whole. */
export interface PendingFile {
  /** Where to write: a hidden file beside the target, on the same file system. */
  readonly temporary: string;
  /** Flushes the content to disk and gives it its name. */
  commit(): Promise<void>;
  /** Removes what was written. Safe after `commit`. */
  discard(): Promise<void>;
}

/** What the system says, in words. */
const reasons: Readonly<Record<string, (folder: string) => string>> = {
  ENOENT: (folder) => `the folder ${folder} does not exist`,
  ENOTDIR: (folder) => `${folder} is not a folder`,
  EACCES: (folder) => `you may not write to ${folder}`,
  EPERM: (folder) => `you may not write to ${folder}`,
  EROFS: (folder) => `${folder} is on a read-only file system`,
  ENOSPC: () => 'the disk is full',
  EDQUOT: () => 'the disk quota is used up',
  EFBIG: () => 'a file may not be that large (ulimit -f)',
};

/** The error for an output that the system refuses. */
export function unwritable(path: string, cause: unknown): Error {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
  const reason = Object.hasOwn(reasons, code) ? reasons[code]?.(dirname(path)) : undefined;
  return usageError({
    code: 'output-unwritable',
    message: `${path}: the output cannot be written: ${reason === undefined ? code : `${reason} (${code})`}.`,
    hint: 'Choose a path in a folder that exists and that you may write to, on a disk with space.',
    cause,
  });
}

/**
 * Starts a file at `path`.
 *
 * @throws usage error (exit 2) where the path is a folder, a device, or cannot be written.
 */
export async function createPendingFile(path: string): Promise<PendingFile> {
  const folder = dirname(path);
  const temporary = join(folder, `.${basename(path)}.${randomUUID().slice(0, 8)}.tmp`);
  const existing = await stat(path).catch(() => undefined);
  if (existing?.isDirectory() === true) throw unwritable(path, 'it is a folder');
  // A rename would put a file in the place of the device or pipe.
  if (existing?.isFile() === false)
    throw unwritable(path, 'it is a device or a pipe; for standard output use -');
  try {
    await (await open(temporary, 'wx')).close();
  } catch (cause) {
    throw unwritable(path, cause);
  }
  return {
    temporary,
    commit: async () => {
      try {
        await moveIntoPlace(temporary, path);
      } catch (cause) {
        throw unwritable(path, cause);
      }
    },
    discard: async () => rm(temporary, { force: true }),
  };
}

/**
 * Makes a folder for outputs and those above it, durably.
 *
 * @throws usage error (exit 2) where it cannot be made.
 */
export async function makeOutputFolder(folder: string): Promise<void> {
  try {
    await makeFolder(folder);
  } catch (cause) {
    if (cause instanceof AiengError) throw cause;
    throw unwritable(join(folder, '…'), faultCode(cause) === 'EEXIST' ? 'it is a file' : cause);
  }
}
