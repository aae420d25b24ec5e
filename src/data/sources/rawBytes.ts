import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import type { Digest } from '../../digest.ts';
import type { AiengError } from '../../errors.ts';
import { usageError } from '../../errors.ts';
import type { RowsFile } from '../source.ts';

const chunkBytes = 1 << 20;

/** What was read of a file: all of it. */
export interface RawEnd {
  readonly digest: Digest;
  readonly bytes: number;
}

/** The bytes of a file or of standard input as they are, each of them hashed as it passes. Read once. */
export interface RawBytes {
  chunks(): AsyncGenerator<Buffer, void, void>;
  /** Reads what `chunks` left (padding after a gzip member, say) and tells what all of it was. */
  finish(): Promise<RawEnd>;
  close(): Promise<void>;
}

type Named = Pick<RowsFile, 'path' | 'displayPath'>;

const codeOf = (cause: unknown): string =>
  cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);

function refuse({ displayPath }: Named, code: string, problem: string, cause?: unknown): AiengError {
  return usageError({
    code,
    message: `${displayPath}: ${problem}.`,
    hint: 'Check the path (relative paths start at the project root) and that you may read the file.',
    at: { file: displayPath },
    cause,
  });
}

function refuseUnreadable(file: Named, cause: unknown): AiengError {
  return usageError({
    code: 'source-unreadable',
    message: `${file.displayPath}: the file cannot be read (${codeOf(cause)}).`,
    hint: 'Check that you may read the file and that the disk is well.',
    at: { file: file.displayPath },
    cause,
  });
}

/**
 * Opens a file for reading. What is read through the handle stays the same file, whatever takes its name meanwhile.
 *
 * @throws usage error (exit 2) where there is none, it is a folder, or may not be read.
 */
export async function openFile(file: Named): Promise<FileHandle> {
  const handle = await open(file.path, 'r').catch((cause: unknown) => {
    const code = codeOf(cause);
    if (code === 'ENOENT' || code === 'ENOTDIR')
      throw refuse(file, 'source-not-found', 'there is no such file', cause);
    throw refuse(file, 'source-unreadable', `the file cannot be read (${code})`, cause);
  });
  const facts = await handle.stat();
  if (!facts.isDirectory()) return handle;
  await handle.close();
  throw refuse(file, 'source-is-a-folder', 'expected a file, got a folder');
}

/** Pieces of a handle, the next one being read while the one before is worked on. */
async function* pieces(handle: FileHandle, file: Named): AsyncGenerator<Buffer, void, void> {
  const read = async (): Promise<Buffer> => {
    const piece = Buffer.allocUnsafeSlow(chunkBytes);
    const { bytesRead } = await handle.read(piece, 0, chunkBytes, null);
    return piece.subarray(0, bytesRead);
  };
  let next = read();
  try {
    for (;;) {
      const piece = await next.catch((cause: unknown) => {
        throw refuseUnreadable(file, cause);
      });
      if (piece.length === 0) return;
      next = read();
      yield piece;
    }
  } finally {
    // One that was read ahead for nobody.
    await next.catch(() => undefined);
  }
}

async function* received(stdin: AsyncIterable<Uint8Array | string>): AsyncGenerator<Buffer, void, void> {
  for await (const chunk of stdin) yield Buffer.from(chunk);
}

/** Opens the bytes of a file, or of standard input (`-`). */
export async function openRawBytes(file: RowsFile): Promise<RawBytes> {
  const handle = file.path === '-' ? null : await openFile(file);
  const source = handle === null ? received(file.stdin ?? process.stdin) : pieces(handle, file);
  const hash = createHash('sha256');
  const size = (await handle?.stat())?.size ?? 0;
  let bytes = 0;
  async function* chunks(): AsyncGenerator<Buffer, void, void> {
    for (;;) {
      // Not `for await`: whoever stops early must not close the source, which `finish` reads on.
      const next = await source.next();
      if (next.done === true) return;
      hash.update(next.value);
      bytes += next.value.length;
      if (size > 0) file.onBytes?.(bytes, size);
      yield next.value;
    }
  }
  return {
    chunks,
    finish: async () => {
      for await (const _rest of chunks()) continue;
      return { digest: hash.digest('hex'), bytes };
    },
    close: async () => {
      await source.return();
      await handle?.close();
    },
  };
}
