import { createReadStream, createWriteStream } from 'node:fs';
import { copyFile, link, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { flush, makeFolder, moveIntoPlace } from '../../disk/durable.ts';
import { faultCode, onDisk } from '../../disk/faults.ts';
import { temporaryPath, writeWhole } from '../blobs/unfinished.ts';
import { blobFile, fileSize } from '../blobs/store.ts';
import type { Blob } from '../blobs/store.ts';
import type { ImageContext } from '../image.ts';
import type { LayerEntry } from '../layer.ts';
import { tarLayer, tarSize, withParents } from '../layer.ts';
import { hexOf } from '../reference.ts';
import type { LayoutFacts } from './documents.ts';
import { blobPath, dockerManifest, layoutIndex, layoutMarker } from './documents.ts';

/** An image as files: a folder and a tar of the same. */
export interface WrittenLayout {
  /** Absolute. */
  readonly layout: string;
  readonly archive: string;
  /** Both were there, for this reference. */
  readonly existed: boolean;
}

const isText = async (path: string, text: string): Promise<boolean> =>
  readFile(path, 'utf8').then(
    (there) => there === text,
    () => false,
  );

/** Present, with the right sizes and names: contents were verified when they were written. */
async function isWhole(folder: string, blobs: readonly Blob[], index: string): Promise<boolean> {
  if (!(await isText(join(folder, 'index.json'), index))) return false;
  for (const { digest, bytes } of blobs)
    if ((await fileSize(join(folder, blobPath(digest)))) !== bytes) return false;
  return (await fileSize(join(folder, 'oci-layout'))) !== null;
}

/** A second name for a blob of the cache; a copy where the disk knows no second names. */
async function linkOrCopy(source: string, target: string): Promise<void> {
  try {
    await link(source, target);
  } catch (error) {
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'EXDEV', 'EMLINK'].includes(faultCode(error))) throw error;
    await copyFile(source, target);
    await flush(target);
  }
}

async function writeFolder(
  context: ImageContext,
  folder: string,
  blobs: readonly Blob[],
  index: string,
): Promise<void> {
  const finished = await temporaryPath(context);
  try {
    await makeFolder(join(finished, 'blobs', 'sha256'));
    for (const { digest } of blobs)
      await linkOrCopy(blobFile(context, digest), join(finished, blobPath(digest)));
    await flush(join(finished, 'blobs', 'sha256'));
    await writeWhole(context, join(finished, 'oci-layout'), layoutMarker);
    await writeWhole(context, join(finished, 'index.json'), index);
    try {
      await moveIntoPlace(finished, folder);
    } catch (error) {
      if (!['EEXIST', 'ENOTEMPTY', 'EPERM', 'ENOTDIR'].includes(faultCode(error))) throw error;
      // Half of one is never there; what stands in the way was damaged, is for another tag, or was just made by another build.
      if (!(await isWhole(folder, blobs, index))) await replaceFolder(context, finished, folder);
    }
  } finally {
    await rm(finished, { recursive: true, force: true });
  }
}

/** A folder that holds something cannot be renamed over: the old one goes aside first. */
async function replaceFolder(context: ImageContext, finished: string, folder: string): Promise<void> {
  const aside = await temporaryPath(context);
  await rename(folder, aside);
  await moveIntoPlace(finished, folder);
  await rm(aside, { recursive: true, force: true });
}

function archiveEntries(
  context: ImageContext,
  facts: LayoutFacts,
  blobs: readonly Blob[],
  index: string,
): LayerEntry[] {
  const text = (path: string, content: string): LayerEntry => ({
    kind: 'file',
    path,
    mode: 0o644,
    content: new TextEncoder().encode(content),
  });
  const files = blobs.map(({ digest, bytes }): LayerEntry => {
    const read = async function* (): AsyncGenerator<Uint8Array> {
      const stream = createReadStream(blobFile(context, digest), { highWaterMark: 1 << 20 });
      for await (const piece of stream) yield piece as Uint8Array;
    };
    return { kind: 'file', path: blobPath(digest), mode: 0o644, content: { bytes, read } };
  });
  return withParents(
    [
      text('index.json', index),
      text('manifest.json', dockerManifest(facts)),
      text('oci-layout', layoutMarker),
      ...files,
    ],
    '',
  );
}

async function writeArchive(
  context: ImageContext,
  archive: string,
  entries: readonly LayerEntry[],
): Promise<void> {
  const finished = await temporaryPath(context);
  try {
    const file = createWriteStream(finished, { flags: 'wx', mode: 0o644 });
    await pipeline(tarLayer(entries), file, { signal: context.signal });
    await moveIntoPlace(finished, archive);
  } catch (error) {
    await rm(finished, { force: true });
    context.signal.throwIfAborted();
    throw error;
  }
}

/**
 * Writes the OCI layout `<folder>/<digest>/` (its blobs are second names of the cache's) and its tar beside it, each whole or
 * not at all. The folder's name is the image's digest; the reference stands in the index only, and the last build's is kept.
 */
export async function writeLayout(
  context: ImageContext,
  facts: LayoutFacts,
  blobs: readonly Blob[],
): Promise<WrittenLayout> {
  const layout = join(context.folder, hexOf(facts.digest));
  const archive = `${layout}.tar`;
  const index = layoutIndex(facts);
  return onDisk(context.folder, async () => {
    await makeFolder(dirname(layout));
    const entries = archiveEntries(context, facts, blobs, index);
    const hadFolder = await isWhole(layout, blobs, index);
    // The tar was written after the folder with this index: where that was right, so is it, if it has its size.
    const hadArchive = hadFolder && (await fileSize(archive)) === tarSize(entries);
    if (!hadArchive) {
      context.progress('image: writing the archive');
      await writeArchive(context, archive, entries);
    }
    if (!hadFolder) await writeFolder(context, layout, blobs, index);
    return { layout, archive, existed: hadFolder && hadArchive };
  });
}
