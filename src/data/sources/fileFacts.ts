import type { BigIntStats } from 'node:fs';
import { stat } from 'node:fs/promises';

/** What the file system says of a file. While it says the same, the file was not written to. */
export interface FileFacts {
  readonly bytes: string;
  /** Nanoseconds since 1970, of its content and of its state (which no program can set back). */
  readonly modified: string;
  readonly changed: string;
  readonly inode: string;
  readonly device: string;
}

/** File systems tell time in steps of up to two seconds (FAT). */
const stepMs = 3000;

const factsOf = ({ size, mtimeNs, ctimeNs, ino, dev }: BigIntStats): FileFacts => ({
  bytes: size.toString(),
  modified: mtimeNs.toString(),
  changed: ctimeNs.toString(),
  inode: ino.toString(),
  device: dev.toString(),
});

/** The facts of a file; undefined where there is none, or it may not be looked at. */
export async function fileFacts(path: string): Promise<FileFacts | undefined> {
  const found = await stat(path, { bigint: true }).catch(() => undefined);
  return found?.isFile() === true ? factsOf(found) : undefined;
}

/**
 * Could the file have been written to after `at` (ms since 1970) and still have these facts? So it is where it changed
 * within the same step of the file system's clock, or after it by another clock.
 */
export function isRacy({ modified, changed }: FileFacts, at: number): boolean {
  const step = BigInt(Math.floor(at - stepMs)) * 1_000_000n;
  return BigInt(modified) >= step || BigInt(changed) >= step;
}
