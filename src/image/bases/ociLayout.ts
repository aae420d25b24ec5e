import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { usageError } from '../../errors.ts';
import type { Base } from '../documents.ts';
import { choosePlatform, imageDamaged, parseManifest } from '../documents.ts';
import type { Descriptor } from '../documents.ts';
import type { ImageContext, Platform } from '../image.ts';
import { hexOf } from '../reference.ts';
import { baseOf, maxDocumentBytes } from './manifestSource.ts';

async function indexBytes(folder: string, where: string): Promise<Uint8Array> {
  const path = join(folder, 'index.json');
  try {
    if ((await stat(path)).size > maxDocumentBytes) throw imageDamaged(where, 'its index.json is too large');
    return await readFile(path);
  } catch (error) {
    if (error instanceof Error && error.name === 'AiengError') throw error;
    throw usageError({
      code: 'base-not-found',
      message: `There is no OCI image layout in ${folder}: it has no readable index.json.`,
      hint: 'Name the folder that `skopeo copy docker://<image> oci:<dir>` wrote, relative to where the command is called.',
      cause: error,
    });
  }
}

/** The one image that a layout lists, or the one for the platform. */
function chosenOf(bytes: Uint8Array, platform: Platform, where: string): Descriptor {
  const index = parseManifest(bytes, where);
  if (index.kind !== 'index') throw imageDamaged(where, 'its index.json is not an index');
  const [only, ...more] = index.manifests;
  if (only === undefined) throw imageDamaged(where, 'its index.json lists no image');
  return more.length === 0 ? only : choosePlatform(index, platform, where);
}

/**
 * A base image from an OCI layout folder (`oci:<dir>`), with every digest verified. The path is relative to the folder of the caller.
 *
 * @throws a usage error where there is none, or where it does not verify.
 */
export async function baseOfLayout(context: ImageContext, path: string, platform: Platform): Promise<Base> {
  const folder = resolve(context.cwd, path);
  const where = `oci:${path}`;
  const chosen = chosenOf(await indexBytes(folder, where), platform, where);
  // A digest that was checked is 64 hexadecimal digits: nothing that a layout says becomes another path.
  const open = async ({ digest }: Descriptor): Promise<AsyncIterable<Uint8Array>> => {
    const file = join(folder, 'blobs', 'sha256', hexOf(digest));
    const facts = await stat(file).catch(() => undefined);
    if (facts?.isFile() !== true) throw imageDamaged(where, `the blob ${digest} is missing`);
    return createReadStream(file, { highWaterMark: 1 << 20 });
  };
  context.progress(`base: ${where}`);
  return { name: where, ...(await baseOf(context, { where, manifest: open, blob: open }, chosen, platform)) };
}
