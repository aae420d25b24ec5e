import { posix } from 'node:path';
import type { BundleFiles } from '../packaging/manifest.ts';
import { openBase } from './bases/index.ts';
import type { Base } from './documents.ts';
import { putBlob, storeLayer, sweepAbandoned } from './blobs/index.ts';
import type { OwnLayer } from './config.ts';
import { imageConfig, imageManifest } from './config.ts';
import type { BuiltImage, BuiltLayer, ImageContext, ImageFacts, ImageOptions } from './image.ts';
import { imageLabels } from './labels.ts';
import type { LayerEntry } from './layer.ts';
import { withParents } from './layer.ts';
import { writeLayout } from './layout/index.ts';
import { mediaTypes } from './mediaTypes.ts';
import { withTag } from './reference.ts';
import { inside } from './runtime.ts';
import { collectSoftware } from './software/index.ts';

/**
 * The tag of a reference without one: the version; for a model that has none, the start of its bundle's digest; without a model,
 * the version of aieng.
 */
export const defaultTag = ({ version, bundleDigest, softwareVersion }: ImageFacts): string =>
  version === null
    ? (bundleDigest?.replace(/^sha256:/, '').slice(0, 12) ?? softwareVersion)
    : String(version);

function bundleEntries(bundle: BundleFiles): LayerEntry[] {
  const root = inside.bundle.slice(1);
  const entries = [...bundle].map(([name, content]): LayerEntry => {
    // Bundles verify their paths when they are opened; a layer must not be the place that finds out they did not.
    if (name.startsWith('/') || posix.normalize(name) !== name || name.split('/').includes('..'))
      throw new Error(`${JSON.stringify(name)} is no path inside of a bundle`);
    return { kind: 'file', path: `${root}/${name}`, mode: 0o644, content };
  });
  return withParents(entries, root);
}

/** Dependencies, aieng, bundle: what changes least often comes first, so that a new model changes the last layer only. */
async function ownLayers(context: ImageContext, options: ImageOptions): Promise<OwnLayer[]> {
  const software = await collectSoftware(options.variant, options.platform);
  const contents = [
    { name: 'dependencies', entries: software.dependencies },
    { name: 'aieng', entries: software.aieng },
    ...(options.bundle === null ? [] : [{ name: 'bundle', entries: bundleEntries(options.bundle) } as const]),
  ] as const;
  const layers: OwnLayer[] = [];
  for (const { name, entries } of contents) {
    context.signal.throwIfAborted();
    context.progress(`image: ${name}`);
    layers.push({ name, ...(await storeLayer(context, entries)) });
  }
  return layers;
}

/** An `oci:<dir>` is a path of this machine: it says nothing elsewhere, and stays out of the image. */
const namedBase = ({ name, digest }: Base): { readonly name: string | null; readonly digest: string } => ({
  name: name.startsWith('oci:') ? null : name,
  digest,
});

const layersOf = (base: Base, own: readonly OwnLayer[]): BuiltLayer[] => [
  ...base.layers.map(({ digest, size }): BuiltLayer => ({ name: 'base', digest, bytes: size })),
  ...own.map(({ name, digest, bytes }): BuiltLayer => ({ name, digest, bytes })),
];

/**
 * Builds an OCI image without a daemon: base, production packages, aieng, bundle. The manifest's digest is a function of the
 * options, of the base's content, of the files of this installation and of the zlib of this Node; not of time, folder, machine or user.
 *
 * @throws a usage error for a reference, base or installation that cannot be used.
 */
export async function buildImage(options: ImageOptions, context: ImageContext): Promise<BuiltImage> {
  const reference = withTag(options.reference, defaultTag(options.facts));
  await sweepAbandoned(context);
  const base = await openBase(context, options.base, options.platform);
  const own = await ownLayers(context, options);
  const labels = imageLabels(options.facts, namedBase(base));
  const config = await putBlob(
    context,
    imageConfig({ base: base.config, layers: own, variant: options.variant, labels }),
  );
  const manifest = await putBlob(
    context,
    imageManifest({
      config: { mediaType: mediaTypes.config, digest: config.digest, size: config.bytes },
      baseLayers: base.layers,
      layers: own,
      annotations: labels,
    }),
  );
  const layers = layersOf(base, own);
  const facts = {
    ...manifest,
    reference,
    configDigest: config.digest,
    layerDigests: layers.map(({ digest }) => digest),
  };
  const blobs = [...new Map([manifest, config, ...layers].map((blob) => [blob.digest, blob])).values()];
  const written = await writeLayout(context, facts, blobs);
  return {
    reference,
    digest: manifest.digest,
    configDigest: config.digest,
    base: { name: base.name, digest: base.digest },
    variant: options.variant,
    platform: options.platform,
    layers,
    ...written,
  };
}
