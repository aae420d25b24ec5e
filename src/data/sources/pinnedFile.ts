import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { dataError } from '../../errors.ts';
import type { RowsFile } from '../source.ts';
import type { RawEnd } from './rawBytes.ts';
import { openFile } from './rawBytes.ts';

/** A file whose parts are read by their place. It stays the same file, whatever takes its name meanwhile. */
export interface PinnedFile {
  readonly handle: FileHandle;
  readonly bytes: number;
  /** Hashes the file once more in full; refuses where it was written to since it was opened. */
  finish(): Promise<RawEnd>;
  close(): Promise<void>;
}

const factsOf = async (handle: FileHandle): Promise<string> => {
  // Not the time of its last change of state: that its name was taken by another file changes nothing of it.
  const { size, mtimeNs } = await handle.stat({ bigint: true });
  return `${size} ${mtimeNs}`;
};

async function digestOfHandle(handle: FileHandle): Promise<RawEnd> {
  const hash = createHash('sha256');
  const piece = Buffer.allocUnsafe(1 << 20);
  let bytes = 0;
  for (;;) {
    const { bytesRead } = await handle.read(piece, 0, piece.length, bytes);
    if (bytesRead === 0) return { digest: hash.digest('hex'), bytes };
    hash.update(piece.subarray(0, bytesRead));
    bytes += bytesRead;
  }
}

function changedMeanwhile({ displayPath }: Pick<RowsFile, 'displayPath'>): Error {
  return dataError({
    code: 'input-changed',
    message: `${displayPath} was changed while it was read.`,
    hint: 'Wait until it is written to its end, and run the same command again.',
    at: { file: displayPath },
  });
}

/**
 * Opens a file whose parts are read by their place (Parquet, Arrow, workbooks, zip archives).
 *
 * @throws usage error (exit 2) for what cannot be opened.
 */
export async function openPinned(file: Pick<RowsFile, 'path' | 'displayPath'>): Promise<PinnedFile> {
  const handle = await openFile(file);
  try {
    const facts = await factsOf(handle);
    const { size } = await handle.stat();
    return {
      handle,
      bytes: size,
      finish: async () => {
        const end = await digestOfHandle(handle);
        if ((await factsOf(handle)) !== facts) throw changedMeanwhile(file);
        return end;
      },
      close: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}
