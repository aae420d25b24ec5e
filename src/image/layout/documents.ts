import { canonicalJson } from '../../digest.ts';
import { mediaTypes } from '../mediaTypes.ts';
import { formatReference, hexOf, parseReference } from '../reference.ts';

/** `oci-layout` (OCI image-spec, "Image Layout"). */
export const layoutMarker = '{"imageLayoutVersion":"1.0.0"}';

export interface LayoutFacts {
  /** Of the manifest. */
  readonly digest: string;
  readonly bytes: number;
  /** With its tag. */
  readonly reference: string;
  readonly configDigest: string;
  /** The base's first. */
  readonly layerDigests: readonly string[];
}

/** A blob's path in a layout. */
export const blobPath = (digest: string): string => `blobs/sha256/${hexOf(digest)}`;

/** `index.json`: the one manifest and its name, for podman and skopeo, and once more as containerd reads it. */
export function layoutIndex({ digest, bytes, reference }: LayoutFacts): string {
  const name = formatReference(parseReference(reference));
  return canonicalJson({
    schemaVersion: 2,
    mediaType: mediaTypes.index,
    manifests: [
      {
        mediaType: mediaTypes.manifest,
        digest,
        size: bytes,
        annotations: { 'io.containerd.image.name': name, 'org.opencontainers.image.ref.name': name },
      },
    ],
  });
}

/** `manifest.json`, by which `docker load` finds its way through the same blobs. */
export function dockerManifest({ reference, configDigest, layerDigests }: LayoutFacts): string {
  return canonicalJson([
    {
      Config: blobPath(configDigest),
      RepoTags: [reference],
      Layers: layerDigests.map(blobPath),
    },
  ]);
}
