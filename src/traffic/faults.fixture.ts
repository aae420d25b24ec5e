import { writeFile } from 'node:fs/promises';
import { disk } from './files.ts';
import type { LogFile, LogFiles } from './files.ts';

/** What the n-th operation of a log meets. */
export interface Fault {
  /** Counts from 1 over all operations of the log. */
  readonly at: number;
  /** So many operations in a row fail. */
  readonly times: number;
  /** The share of its bytes that a write puts into the file before it fails. */
  readonly torn: number;
  /**
   * A write that took a part of its bytes says so, and only the next one fails: what write(2) does. Otherwise it fails
   * at once and says nothing, and other operations are done before they fail (some network disks).
   */
  readonly honest: boolean;
}

/** The disk, on which some operations fail. `count` tells how many there were. */
export function faultyDisk(fault: Fault): { files: LogFiles; count: () => number } {
  let operations = 0;
  const refusal = (): Error => Object.assign(new Error('no more'), { code: 'ENOSPC' });
  const isFaulty = (): boolean => {
    operations += 1;
    return operations >= fault.at && operations < fault.at + fault.times;
  };
  const step = async <T>(work: () => Promise<T>): Promise<T> => {
    if (!isFaulty()) return work();
    if (!fault.honest) await work();
    throw refusal();
  };
  const open = (file: LogFile): LogFile => ({
    write: async (bytes, offset) => {
      if (!isFaulty()) return file.write(bytes, offset);
      const end = offset + Math.floor((bytes.length - offset) * fault.torn);
      if (fault.honest && offset > 0) throw refusal();
      const took = end > offset ? await file.write(bytes.subarray(0, end), offset) : 0;
      if (fault.honest && took > 0) return took;
      throw refusal();
    },
    truncate: (size) => step(() => file.truncate(size)),
    // Nobody takes the power away here, and a test of a thousand runs has no time to wait for a disk.
    sync: () => step(() => Promise.resolve()),
    stat: () => step(() => file.stat()),
    close: async () => {
      await file.close();
      if (isFaulty()) throw refusal();
    },
  });
  return {
    count: () => operations,
    files: {
      create: async (path) => {
        const faulty = isFaulty();
        if (faulty && fault.honest) throw refusal();
        const file = await disk.create(path);
        if (!faulty) return open(file);
        await file.close();
        throw refusal();
      },
      makeFolder: (path) => step(() => disk.makeFolder(path)),
      syncFolder: () => step(() => Promise.resolve()),
      stat: (path) => step(() => disk.stat(path)),
      remove: (path) => step(() => disk.remove(path)),
      replace: (path, bytes) => step(() => writeFile(path, bytes)),
    },
  };
}
