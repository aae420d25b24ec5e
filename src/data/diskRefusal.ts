import path from 'node:path';
import { usageError } from '../errors.ts';

/**
 * Lets DuckDB write a file. A disk that refuses (full, over quota, read-only) is the user's to solve; DuckDB tells it
 * as an `IO Error` in words.
 *
 * @throws usage error (exit 2) with the folder and the system's reason.
 */
export async function writingTo(file: string, write: () => Promise<unknown>): Promise<void> {
  try {
    await write();
  } catch (cause) {
    if (!(cause instanceof Error) || !cause.message.startsWith('IO Error')) throw cause;
    const reason = cause.message.split(': ').at(-1)!.replace(/\.$/, '');
    throw usageError({
      code: 'disk-refuses',
      message: `A Parquet file cannot be written to ${path.dirname(file)}: ${reason}.`,
      hint: 'Free some space or raise the limit there, or name a folder on another disk with --store.',
      cause,
    });
  }
}
