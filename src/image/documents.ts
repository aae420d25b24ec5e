import { usageError } from '../errors.ts';
import type { Platform } from './image.ts';
import { mediaTypes } from './mediaTypes.ts';
import { isDigest } from './reference.ts';

/** What points to a blob. */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  /** Bytes. */
  readonly size: number;
}

/** A manifest of one platform, or an index that lists some. */
export type ManifestDocument =
  | { readonly kind: 'manifest'; readonly config: Descriptor; readonly layers: readonly Descriptor[] }
  | {
      readonly kind: 'index';
      readonly manifests: readonly (Descriptor & {
        readonly platform: Platform | null;
        readonly variant: string;
      })[];
    };

/** What a base image's config says that goes on to ours. */
export interface BaseConfig {
  readonly os: string;
  readonly architecture: string;
  /** Of the architecture: `v8`. */
  readonly variant: string | null;
  /** `NAME=value` */
  readonly env: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly entrypoint: readonly string[];
  /** Of the uncompressed layers. */
  readonly diffIds: readonly string[];
  /** One for each step of the base, as it stands there. */
  readonly history: readonly { readonly createdBy: string; readonly emptyLayer: boolean }[];
}

/** A base image whose layers lie in the blob cache, verified. */
export interface Base {
  /** In full: `docker.io/library/node:20-slim`, `oci:<dir>`, `this-machine`. */
  readonly name: string;
  /** `sha256:…` of the manifest of the platform; of the layer for `this-machine`. */
  readonly digest: string;
  /** With OCI's media types. */
  readonly layers: readonly Descriptor[];
  readonly config: BaseConfig;
}

type Fields = Readonly<Record<string, unknown>>;

const maxLayers = 500;
const maxLayerBytes = 32 * 1024 ** 3;

/** A registry, or whoever wrote an OCI layout, gave something that no image is. */
export function imageDamaged(where: string, problem: string, cause?: unknown): Error {
  return usageError({
    code: 'image-damaged',
    message: `${where} cannot be used as an image: ${problem}.`,
    hint: 'Try another image or another tag; `skopeo inspect` shows what is there.',
    cause,
  });
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? // An object of JSON: every member is `unknown` until it is looked at.
      (value as Fields)
    : {};
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const textsOf = (value: unknown): string[] =>
  listOf(value).filter((entry): entry is string => typeof entry === 'string');

/** JSON of somebody else, as an object. @throws where it is not one. */
export function parseFields(bytes: Uint8Array, where: string): Fields {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw imageDamaged(where, 'a document of it is not JSON', error);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw imageDamaged(where, 'a document of it is not a JSON object');
  return fieldsOf(value);
}

function descriptorOf(value: unknown, where: string): Descriptor {
  const { mediaType, digest, size } = fieldsOf(value);
  if (typeof digest !== 'string' || !isDigest(digest))
    throw imageDamaged(where, 'it points to a blob by something else than a sha256 digest');
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0 || size > maxLayerBytes)
    throw imageDamaged(where, `the size of ${digest} is not a number of bytes up to 32 GiB`);
  return { mediaType: textOf(mediaType), digest, size };
}

/**
 * A manifest or index, of OCI or of Docker's schema 2.
 *
 * @throws a usage error for anything else, `where` named.
 */
export function parseManifest(bytes: Uint8Array, where: string): ManifestDocument {
  const fields = parseFields(bytes, where);
  if (fields.schemaVersion !== 2)
    throw imageDamaged(where, 'its manifest is not of schema version 2 (very old images have version 1)');
  const mediaType = textOf(fields.mediaType);
  const isIndex =
    mediaType === mediaTypes.index || mediaType === mediaTypes.dockerIndex || Array.isArray(fields.manifests);
  if (isIndex) {
    const manifests = listOf(fields.manifests).slice(0, 1000);
    return {
      kind: 'index',
      manifests: manifests.map((entry) => {
        const { os, architecture, variant } = fieldsOf(fieldsOf(entry).platform);
        const known = typeof os === 'string' && typeof architecture === 'string';
        return {
          ...descriptorOf(entry, where),
          platform: known ? { os, architecture } : null,
          variant: textOf(variant),
        };
      }),
    };
  }
  const layers = listOf(fields.layers);
  if (layers.length > maxLayers) throw imageDamaged(where, `it has more than ${maxLayers} layers`);
  return {
    kind: 'manifest',
    config: descriptorOf(fields.config, where),
    layers: layers.map((layer) => descriptorOf(layer, where)),
  };
}

/** An image's config. @throws where layers are not given by digest. */
export function parseConfig(bytes: Uint8Array, where: string): BaseConfig {
  const fields = parseFields(bytes, where);
  const config = fieldsOf(fields.config);
  const diffIds = textsOf(fieldsOf(fields.rootfs).diff_ids);
  if (!diffIds.every(isDigest))
    throw imageDamaged(where, 'its config names layers by something else than sha256');
  const labels = Object.entries(fieldsOf(config.Labels)).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return {
    os: textOf(fields.os),
    architecture: textOf(fields.architecture),
    variant: textOf(fields.variant) || null,
    env: textsOf(config.Env),
    labels: Object.fromEntries(labels),
    entrypoint: textsOf(config.Entrypoint),
    diffIds,
    history: listOf(fields.history).map((entry) => {
      const { created_by: createdBy, empty_layer: emptyLayer } = fieldsOf(entry);
      return { createdBy: textOf(createdBy), emptyLayer: emptyLayer === true };
    }),
  };
}

/** `linux/amd64` */
export const platformName = ({ os, architecture }: Platform): string => `${os}/${architecture}`;

/**
 * The manifest of a platform in an index. Of several variants the plain one, or `v8`, which 64-bit ARM always is.
 *
 * @throws a usage error that lists the platforms that are there.
 */
export function choosePlatform(
  index: Extract<ManifestDocument, { kind: 'index' }>,
  platform: Platform,
  where: string,
): Descriptor {
  const fitting = index.manifests.filter(
    (entry) => entry.platform?.os === platform.os && entry.platform.architecture === platform.architecture,
  );
  const found = fitting.find(({ variant }) => variant === '' || variant === 'v8') ?? fitting[0];
  if (found !== undefined) return found;
  const there = [
    ...new Set(
      index.manifests.flatMap((entry) => (entry.platform === null ? [] : [platformName(entry.platform)])),
    ),
  ];
  throw platformMissing(where, platform, there);
}

/** @returns the error for an image that is not made for the platform that is wanted. */
export function platformMissing(where: string, platform: Platform, there: readonly string[]): Error {
  const known = there.filter((name) => !name.includes('unknown')).slice(0, 20);
  return usageError({
    code: 'base-platform-missing',
    message: `${where} is not there for ${platformName(platform)}${known.length === 0 ? '' : `; it is there for ${known.join(', ')}`}.`,
    hint: 'Choose another base image, or another platform.',
  });
}
