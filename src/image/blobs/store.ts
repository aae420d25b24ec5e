import { once } from 'node:events';
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { sha256 } from '../../digest.ts';
import { moveIntoPlace } from '../../disk/durable.ts';
import { isAbsent, onDisk } from '../../disk/faults.ts';
import type { ImageContext } from '../image.ts';
import { hexOf } from '../reference.ts';
import { temporaryPath, writeWhole } from './unfinished.ts';

/** A blob of the cache. */
export interface Blob {
  /** `sha256:…` */
  readonly digest: string;
  readonly bytes: number;
}

/** Where a blob of the cache stands or would stand. `digest` was checked by `isDigest`, so the name is safe. */
export const blobFile = (context: ImageContext, digest: string): string =>
  join(context.folder, 'blobs', 'sha256', hexOf(digest));

/**
 * Whether the cache holds a blob of that size. Its content was verified when it came in. From then on it is as young as
 * a new one: `aieng gc` takes nothing from a build that is running.
 */
export async function hasBlob(context: ImageContext, { digest, bytes }: Blob): Promise<boolean> {
  const file = blobFile(context, digest);
  if ((await fileSize(file)) !== bytes) return false;
  const now = context.now() / 1000;
  // Another user's stays as old as it is.
  await utimes(file, now, now).catch(() => undefined);
  return true;
}

/** Bytes of a plain file; null where there is none. */
export async function fileSize(path: string): Promise<number | null> {
  try {
    const facts = await stat(path);
    return facts.isFile() ? facts.size : null;
  } catch (error) {
    if (isAbsent(error)) return null;
    throw error;
  }
}

/** Puts bytes into the cache. */
export async function putBlob(context: ImageContext, content: Uint8Array): Promise<Blob> {
  const blob = { digest: `sha256:${sha256(content)}`, bytes: content.byteLength };
  await onDisk(context.folder, async () => {
    if (!(await hasBlob(context, blob))) await writeWhole(context, blobFile(context, blob.digest), content);
  });
  return blob;
}

/** The bytes of a blob that the cache holds and that is no larger than `limit`; undefined where it is not there, or damaged. */
export async function readBlob(
  context: ImageContext,
  digest: string,
  limit: number,
): Promise<Uint8Array | undefined> {
  const path = blobFile(context, digest);
  const size = await fileSize(path);
  if (size === null || size > limit) return undefined;
  const handle = await open(path, 'r');
  try {
    const bytes = await handle.readFile();
    return `sha256:${sha256(bytes)}` === digest ? bytes : undefined;
  } finally {
    await handle.close();
  }
}

/** A blob of the cache as a stream, from byte `start` up to, not including, `end`. */
export function streamBlob(
  context: ImageContext,
  digest: string,
  range?: { readonly start: number; readonly end: number },
): NodeJS.ReadableStream {
  return createReadStream(blobFile(context, digest), {
    signal: context.signal,
    highWaterMark: 1 << 18,
    ...(range === undefined ? {} : { start: range.start, end: range.end - 1 }),
  });
}

/** What went through a stream. */
export interface Tally {
  digest: string;
  bytes: number;
}

/** Passes bytes on and fills `tally` at their end. */
export async function* tallying(source: AsyncIterable<Uint8Array>, tally: Tally): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  for await (const piece of source) {
    hash.update(piece);
    tally.bytes += piece.byteLength;
    yield piece;
  }
  tally.digest = `sha256:${hash.digest('hex')}`;
}

/** Refuses to go on after `limit` bytes: what a sender says of its size is not trusted. */
async function* atMost(
  source: AsyncIterable<Uint8Array>,
  limit: number,
  tooMuch: () => Error,
): AsyncGenerator<Uint8Array> {
  let given = 0;
  for await (const piece of source) {
    given += piece.byteLength;
    if (given > limit) throw tooMuch();
    yield piece;
  }
}

/** Streams into a file of the cache that gets its name when `check` has seen what came. Nothing is kept where it throws. */
export async function fillBlob(
  context: ImageContext,
  source: AsyncIterable<Uint8Array>,
  check: (came: Blob) => void,
): Promise<Blob> {
  return onDisk(context.folder, async () => {
    const finished = await temporaryPath(context);
    const came: Tally = { digest: '', bytes: 0 };
    const file = createWriteStream(finished, { flags: 'wx', mode: 0o444 });
    try {
      await pipeline(tallying(source, came), file, { signal: context.signal });
      check(came);
      await moveIntoPlace(finished, blobFile(context, came.digest));
    } catch (error) {
      // What fails at once may come before the file is made: it is not left behind then, either.
      if (!file.closed) await once(file, 'close').catch(() => undefined);
      await rm(finished, { force: true });
      context.signal.throwIfAborted();
      throw error;
    }
    return came;
  });
}

/**
 * Takes a blob from somewhere else into the cache, if what comes is what was promised. `refused` makes the error.
 */
export async function takeBlob(
  context: ImageContext,
  source: AsyncIterable<Uint8Array>,
  promised: Blob,
  refused: (problem: string) => Error,
): Promise<void> {
  const tooMuch = (): Error =>
    refused(`${promised.digest} is larger than the ${promised.bytes} bytes it should have`);
  await fillBlob(context, atMost(source, promised.bytes, tooMuch), (came) => {
    if (came.bytes !== promised.bytes)
      throw refused(`${promised.digest} ended after ${came.bytes} of ${promised.bytes} bytes`);
    if (came.digest !== promised.digest)
      throw refused(`what came as ${promised.digest} has the digest ${came.digest}`);
  });
}
