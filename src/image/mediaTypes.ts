/** Names of the formats (OCI image-spec 1.1, "Media Types") and those of Docker's schema 2, which registries still give. */
export const mediaTypes = {
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  index: 'application/vnd.oci.image.index.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
  dockerIndex: 'application/vnd.docker.distribution.manifest.list.v2+json',
} as const;

/** What a registry is asked for when a manifest is pulled. */
export const acceptedManifests = [
  mediaTypes.manifest,
  mediaTypes.index,
  mediaTypes.dockerManifest,
  mediaTypes.dockerIndex,
].join(', ');

const layerTypes: Readonly<Record<string, string>> = {
  [mediaTypes.layer]: mediaTypes.layer,
  'application/vnd.oci.image.layer.v1.tar': 'application/vnd.oci.image.layer.v1.tar',
  'application/vnd.oci.image.layer.v1.tar+zstd': 'application/vnd.oci.image.layer.v1.tar+zstd',
  'application/vnd.docker.image.rootfs.diff.tar.gzip': mediaTypes.layer,
  'application/vnd.docker.image.rootfs.diff.tar': 'application/vnd.oci.image.layer.v1.tar',
};

/** OCI's name of a layer's format; undefined for one that may not be copied on (foreign layers) or is unknown. */
export const ociLayerType = (mediaType: string): string | undefined =>
  Object.hasOwn(layerTypes, mediaType) ? layerTypes[mediaType] : undefined;
