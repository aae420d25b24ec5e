import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { Digest } from '../../digest.ts';
import { usageError } from '../../errors.ts';

/**
 * SHA-256 of a file as it is on disk: what tells whether a source changed. Read in pieces.
 *
 * @param display The path as the user wrote it, for messages.
 * @param hint What to do where it cannot be read.
 * @throws usage error (exit 2) where the file cannot be read.
 */
export async function fileDigest(
  path: string,
  display: string,
  hint = 'Correct source.path in the pipeline file, or put the file there.',
): Promise<Digest> {
  const hash = createHash('sha256');
  try {
    for await (const piece of createReadStream(path, { highWaterMark: 1 << 20 }))
      hash.update(piece as Uint8Array);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    const why =
      code === 'ENOENT'
        ? 'does not exist'
        : code === 'EISDIR'
          ? 'is a folder'
          : `cannot be read (${String(code)})`;
    throw usageError({
      code: code === 'ENOENT' ? 'source-not-found' : 'source-unreadable',
      message: `The source ${display} ${why}.`,
      hint,
      at: { file: display },
      cause,
    });
  }
  return hash.digest('hex');
}
