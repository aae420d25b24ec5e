import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { isAbsent, onDisk } from '../../disk/faults.ts';
import { canonicalJson } from '../../digest.ts';
import type { ImageContext } from '../image.ts';
import type { LayerEntry } from '../layer.ts';
import { tarLayer } from '../layer.ts';
import { hexOf, isDigest } from '../reference.ts';
import { writeWhole } from './unfinished.ts';
import type { Blob, Tally } from './store.ts';
import { fillBlob, hasBlob, tallying } from './store.ts';

/** A layer in the cache. */
export interface StoredLayer extends Blob {
  /** Digest of the uncompressed tar. */
  readonly diffId: string;
}

const level = 6;

/**
 * Another zlib may compress the same bytes otherwise, so it is a part of the name by which a compressed layer is found
 * again: with the cache or without it, the same Node gives the same bytes. Across Node versions only `diffId` is equal.
 */
const compression = `gzip-${level}-${process.versions.zlib}`;

/** Byte 9 of a gzip header names the system that compressed (RFC 1952); 255 is "unknown", the same on every one. */
async function* withoutSystem(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let at = 0;
  for await (const piece of source) {
    if (at <= 9 && at + piece.byteLength > 9) piece[9 - at] = 255;
    at += piece.byteLength;
    yield piece;
  }
}

async function* compressed(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const gzip = createGzip({ level });
  const feeding = pipeline(source, gzip);
  // Where the source fails, so does reading from gzip, which tells it.
  feeding.catch(() => undefined);
  for await (const piece of gzip) yield piece as Uint8Array;
  await feeding;
}

const recordFile = (context: ImageContext, diffId: string): string =>
  join(context.folder, 'layers', `${hexOf(diffId)}-${compression}.json`);

/** What the tar with this digest was compressed to before, if it is still there. */
async function knownLayer(context: ImageContext, diffId: string): Promise<StoredLayer | undefined> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(recordFile(context, diffId), 'utf8'));
  } catch (error) {
    if (error instanceof SyntaxError || isAbsent(error)) return undefined;
    throw error;
  }
  if (typeof value !== 'object' || value === null || !('digest' in value) || !('bytes' in value))
    return undefined;
  const { digest, bytes } = value;
  if (typeof digest !== 'string' || !isDigest(digest) || typeof bytes !== 'number') return undefined;
  return (await hasBlob(context, { digest, bytes })) ? { digest, bytes, diffId } : undefined;
}

async function diffIdOf(context: ImageContext, entries: readonly LayerEntry[]): Promise<string> {
  const tally: Tally = { digest: '', bytes: 0 };
  for await (const _piece of tallying(tarLayer(entries), tally)) context.signal.throwIfAborted();
  return tally.digest;
}

/**
 * Entries → a compressed layer in the cache. The tar is made twice: once for its digest, and, only where that was never
 * compressed here, once more to compress it. A Node binary costs 4 s to compress and 0.4 s to hash.
 */
export async function storeLayer(
  context: ImageContext,
  entries: readonly LayerEntry[],
): Promise<StoredLayer> {
  const diffId = await onDisk(context.folder, () => diffIdOf(context, entries));
  const known = await onDisk(context.folder, () => knownLayer(context, diffId));
  if (known !== undefined) return known;
  const plain: Tally = { digest: '', bytes: 0 };
  const blob = await fillBlob(context, withoutSystem(compressed(tallying(tarLayer(entries), plain))), () => {
    if (plain.digest !== diffId) throw new Error('the files of a layer changed while they were read');
  });
  await onDisk(context.folder, () =>
    writeWhole(
      context,
      recordFile(context, diffId),
      canonicalJson({ digest: blob.digest, bytes: blob.bytes }),
    ),
  );
  return { ...blob, diffId };
}
