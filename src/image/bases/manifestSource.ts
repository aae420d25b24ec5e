import type { Base } from '../documents.ts';
import { hasBlob, readBlob, takeBlob } from '../blobs/index.ts';
import type { Descriptor } from '../documents.ts';
import {
  choosePlatform,
  imageDamaged,
  parseConfig,
  parseManifest,
  platformMissing,
  platformName,
} from '../documents.ts';
import type { ImageContext, Platform } from '../image.ts';
import { ociLayerType } from '../mediaTypes.ts';

/** What is read of an image besides its layers may weigh this much; OCI's spec asks registries for 4 MiB of manifest. */
export const maxDocumentBytes = 8 * 1024 ** 2;

/** Somewhere that blobs come from: a registry, or a folder. */
export interface ManifestSource {
  /** In messages: `registry.example.com/ml/node:20`, `oci:images/node`. */
  readonly where: string;
  /** The manifest or index by its digest, not yet verified. */
  readonly manifest: (descriptor: Descriptor) => Promise<AsyncIterable<Uint8Array>>;
  readonly blob: (descriptor: Descriptor) => Promise<AsyncIterable<Uint8Array>>;
}

async function bring(
  context: ImageContext,
  source: ManifestSource,
  descriptor: Descriptor,
  get: ManifestSource['blob'],
): Promise<void> {
  const blob = { digest: descriptor.digest, bytes: descriptor.size };
  if (await hasBlob(context, blob)) return;
  context.signal.throwIfAborted();
  await takeBlob(context, await get(descriptor), blob, (problem) => imageDamaged(source.where, problem));
}

async function document(
  context: ImageContext,
  source: ManifestSource,
  descriptor: Descriptor,
  get: ManifestSource['blob'],
): Promise<Uint8Array> {
  if (descriptor.size > maxDocumentBytes)
    throw imageDamaged(
      source.where,
      `${descriptor.digest} has ${descriptor.size} bytes, over the limit of ${maxDocumentBytes}`,
    );
  const known = await readBlob(context, descriptor.digest, maxDocumentBytes);
  if (known !== undefined) return known;
  await bring(context, source, descriptor, get);
  const read = await readBlob(context, descriptor.digest, maxDocumentBytes);
  if (read === undefined) throw imageDamaged(source.where, `${descriptor.digest} in the cache is damaged`);
  return read;
}

/** The layers as OCI names them, when there are as many as the config says. */
function ociLayers(layers: readonly Descriptor[], diffIds: readonly string[], where: string): Descriptor[] {
  if (layers.length !== diffIds.length)
    throw imageDamaged(where, `it has ${layers.length} layers, and its config tells of ${diffIds.length}`);
  return layers.map(({ mediaType, digest, size }) => {
    const known = ociLayerType(mediaType);
    if (known === undefined)
      throw imageDamaged(
        where,
        `a layer has the format ${JSON.stringify(mediaType.slice(0, 100))}, which cannot be copied`,
      );
    return { mediaType: known, digest, size };
  });
}

/**
 * The image that a manifest (or, for one platform, an index) describes, brought into the blob cache; what is there already is not
 * fetched again, and an image that is all there is not asked for.
 */
export async function baseOf(
  context: ImageContext,
  source: ManifestSource,
  top: Descriptor,
  platform: Platform,
): Promise<Omit<Base, 'name'>> {
  let digest = top.digest;
  let manifest = parseManifest(await document(context, source, top, source.manifest), source.where);
  if (manifest.kind === 'index') {
    const chosen = choosePlatform(manifest, platform, source.where);
    digest = chosen.digest;
    manifest = parseManifest(await document(context, source, chosen, source.manifest), source.where);
    if (manifest.kind === 'index') throw imageDamaged(source.where, 'it is an index of indexes');
  }
  const config = parseConfig(await document(context, source, manifest.config, source.blob), source.where);
  if (config.os !== platform.os || config.architecture !== platform.architecture)
    throw platformMissing(source.where, platform, [platformName(config)]);
  const layers = ociLayers(manifest.layers, config.diffIds, source.where);
  for (const [index, layer] of layers.entries()) {
    if (!(await hasBlob(context, { digest: layer.digest, bytes: layer.size })))
      context.progress(`base: layer ${index + 1} of ${layers.length}, ${Math.ceil(layer.size / 1e6)} MB`);
    await bring(context, source, layer, source.blob);
  }
  return { digest, layers, config };
}
