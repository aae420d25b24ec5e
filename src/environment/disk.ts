import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Bytes that may still be written to the disk of a folder, which need not be there yet. */
export async function freeDiskBytes(folder: string): Promise<number> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT') || dirname(folder) === folder)
      throw error;
    return freeDiskBytes(dirname(folder));
  }
}
