import { basename, dirname } from 'node:path/posix';
import { canonicalJson } from '../digest.ts';
import type { BaseConfig, Descriptor } from './documents.ts';
import type { BuiltLayer, ImageVariant } from './image.ts';
import { mediaTypes } from './mediaTypes.ts';
import { inside, variantCommand, variantEnv } from './runtime.ts';

/** A layer of ours as config and manifest need it. */
export interface OwnLayer {
  readonly name: Exclude<BuiltLayer['name'], 'base'>;
  readonly digest: string;
  readonly bytes: number;
  /** Digest of the uncompressed tar. */
  readonly diffId: string;
}

const defaultPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const epoch = '1970-01-01T00:00:00Z';

const encode = (value: unknown): Uint8Array => new TextEncoder().encode(canonicalJson(value));

const nameOf = (variable: string): string => variable.split('=', 1)[0] ?? '';

/** The base's variables in their order, then ours, which win. PATH is the base's. An image of ours may be the base of another variant. */
function environmentOf(base: BaseConfig, variant: ImageVariant): string[] {
  const own = variantEnv(variant);
  const kept = base.env.filter(
    (variable) => !Object.hasOwn(own, nameOf(variable)) && !variable.startsWith('AIENG_'),
  );
  const path = kept.some((variable) => nameOf(variable) === 'PATH') ? [] : [`PATH=${defaultPath}`];
  return [...kept, ...path, ...Object.entries(own).map(([name, value]) => `${name}=${value}`)];
}

/**
 * The program of the entry point: `node` by PATH, but the base's own where its entry point ends in a node binary that is
 * not on the PATH (distroless images have `/nodejs/bin/node`).
 */
export function nodeProgram(base: Pick<BaseConfig, 'env' | 'entrypoint'>): string {
  const last = base.entrypoint.at(-1) ?? '';
  if (!last.startsWith('/') || !['node', 'nodejs'].includes(basename(last))) return 'node';
  const variable = base.env.find((entry) => nameOf(entry) === 'PATH');
  const path = (variable?.slice('PATH='.length) ?? defaultPath).split(':');
  return basename(last) === 'node' && path.includes(dirname(last)) ? 'node' : last;
}

export interface ConfigOptions {
  readonly base: BaseConfig;
  readonly layers: readonly OwnLayer[];
  readonly variant: ImageVariant;
  readonly labels: Readonly<Record<string, string>>;
}

/** The base's steps, as they stand there; made up where they do not tell the same number of layers, as the format demands. */
function historyOf(base: BaseConfig): BaseConfig['history'] {
  const told = base.history.filter(({ emptyLayer }) => !emptyLayer).length;
  if (told === base.diffIds.length) return base.history;
  return base.diffIds.map(() => ({ createdBy: 'base image', emptyLayer: false }));
}

/** The image's config (OCI image-spec, "Image Configuration") as bytes: a function of its arguments, no time in it. */
export function imageConfig({ base, layers, variant, labels }: ConfigOptions): Uint8Array {
  const history = [
    ...historyOf(base).map(({ createdBy, emptyLayer }) => ({
      created: epoch,
      created_by: createdBy,
      ...(emptyLayer ? { empty_layer: true } : {}),
    })),
    ...layers.map(({ name }) => ({ created: epoch, created_by: `aieng: ${name}` })),
  ];
  return encode({
    created: epoch,
    architecture: base.architecture,
    os: base.os,
    ...(base.variant === null ? {} : { variant: base.variant }),
    config: {
      User: `${inside.user}:${inside.user}`,
      WorkingDir: inside.work,
      Env: environmentOf(base, variant),
      ExposedPorts: { [`${inside.port}/tcp`]: {} },
      Volumes: { [inside.store]: {} },
      StopSignal: 'SIGTERM',
      Entrypoint: [nodeProgram(base), inside.entry],
      Cmd: variantCommand(variant),
      Labels: { ...base.labels, ...labels },
    },
    rootfs: { type: 'layers', diff_ids: [...base.diffIds, ...layers.map(({ diffId }) => diffId)] },
    history,
  });
}

export interface ManifestOptions {
  readonly config: Descriptor;
  readonly baseLayers: readonly Descriptor[];
  readonly layers: readonly OwnLayer[];
  readonly annotations: Readonly<Record<string, string>>;
}

/** The manifest (OCI image-spec, "Image Manifest") as bytes; its SHA-256 is the image's digest. */
export function imageManifest({ config, baseLayers, layers, annotations }: ManifestOptions): Uint8Array {
  return encode({
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    config,
    layers: [
      ...baseLayers,
      ...layers.map(({ digest, bytes, name }) => ({
        mediaType: mediaTypes.layer,
        digest,
        size: bytes,
        annotations: { 'dev.aieng.layer': name },
      })),
    ],
    annotations,
  });
}
