import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** An open file of the log. */
export interface LogFile {
  /** Appends from `offset` on; how many bytes the system took. */
  write(bytes: Uint8Array, offset: number): Promise<number>;
  truncate(size: number): Promise<void>;
  sync(): Promise<void>;
  stat(): Promise<FileFacts>;
  close(): Promise<void>;
}

export interface FileFacts {
  readonly size: number;
  /** Tells the file from another one of the same name. */
  readonly ino: number;
}

/**
 * Every operation by which the log touches the disk. A test gives its own, in which the n-th one fails: what the log
 * promises has to hold whichever that is.
 */
export interface LogFiles {
  /** Makes a new file and opens it for appending; EEXIST where there is one. */
  create(path: string): Promise<LogFile>;
  makeFolder(path: string): Promise<void>;
  /** Makes names that were added to a folder survive a power cut. */
  syncFolder(path: string): Promise<void>;
  /** Null: there is no such file. */
  stat(path: string): Promise<FileFacts | null>;
  /** Removes a file; one that is not there is removed already. */
  remove(path: string): Promise<void>;
  /** Writes a file whole or not at all, over whatever was there. */
  replace(path: string, bytes: Uint8Array): Promise<void>;
}

/** The system's word for what went wrong: `ENOSPC`. */
export const faultOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : 'write failed';

/** Not every platform can open or flush a folder; there, its journal has to do. */
const unsyncable = new Set(['EISDIR', 'EPERM', 'EACCES', 'EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'EBADF']);

async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    await handle.sync().finally(() => handle.close());
  } catch (error) {
    if (!unsyncable.has(faultOf(error))) throw error;
  }
}

async function create(path: string): Promise<LogFile> {
  const handle = await open(path, 'ax', 0o600);
  return {
    write: async (bytes, offset) => (await handle.write(bytes, offset)).bytesWritten,
    truncate: (size) => handle.truncate(size),
    sync: () => handle.datasync(),
    stat: () => handle.stat(),
    close: () => handle.close(),
  };
}

/** The disk itself. Files are private to their user: a log holds what people were asked about. */
export const disk: LogFiles = {
  create,
  makeFolder: async (path) => {
    const made = await mkdir(path, { recursive: true });
    if (made !== undefined) await syncFolder(dirname(made));
  },
  syncFolder,
  stat: async (path) => {
    try {
      return await stat(path);
    } catch (error) {
      if (['ENOENT', 'ENOTDIR'].includes(faultOf(error))) return null;
      throw error;
    }
  },
  remove: (path) => rm(path, { force: true }),
  replace: async (path, bytes) => {
    const beside = `${path}.new`;
    try {
      const handle = await open(beside, 'w', 0o600);
      await handle
        .writeFile(bytes)
        .then(() => handle.sync())
        .finally(() => handle.close());
      await rename(beside, path);
    } catch (error) {
      await rm(beside, { force: true });
      throw error;
    }
    await syncFolder(dirname(path));
  },
};
