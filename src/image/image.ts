import { Type } from '@sinclair/typebox';
import { count, flag, oneOf, orNull, text } from '../shape.ts';
import type { Shape } from '../shape.ts';
import type { BundleFiles } from '../packaging/manifest.ts';

/** `serve`: what the service needs on one platform; `full`: every verb. */
export type ImageVariant = 'serve' | 'full';

/** As OCI names it: `linux`, `amd64`. */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
}

/** What the labels and annotations say of the model inside. */
export interface ImageFacts {
  readonly name: string;
  readonly version: number | null;
  /** Null: there is no model inside. */
  readonly bundleDigest: string | null;
  readonly goal: string;
  /** Of the project, where it is a clean or dirty git checkout. */
  readonly gitCommit: string | null;
  /** aieng's own version. */
  readonly softwareVersion: string;
  /** Optional packages that the model needs, `name@version`. */
  readonly packages?: readonly string[];
}

/** Everything that an image is a function of. */
export interface ImageOptions {
  /** Every file of the bundle, with manifest and VERSION, by path inside it; null: aieng alone, which trains. */
  readonly bundle: BundleFiles | null;
  readonly facts: ImageFacts;
  /** Name of the image: `churn`, `registry.example.com/ml/churn:3`. Without a tag: the model's version. */
  readonly reference: string;
  /** A registry reference, `oci:<dir>` or `this-machine`. */
  readonly base: string;
  readonly variant: ImageVariant;
  readonly platform: Platform;
}

/** The world that building touches. */
export interface ImageContext {
  /** Absolute folder of ours: blob cache and finished images (`.aieng/images`). */
  readonly folder: string;
  /** Paths given by the user (`oci:<dir>`) are relative to it. */
  readonly cwd: string;
  /** `HOME`, `DOCKER_CONFIG`, `REGISTRY_AUTH_FILE`. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly newId: () => string;
  /** ms since 1970 UTC. */
  readonly now: () => number;
  readonly progress: (message: string) => void;
  readonly signal: AbortSignal;
}

/** One layer of an image. */
export const builtLayerShape = Type.Object({
  name: oneOf(['base', 'dependencies', 'aieng', 'bundle'], 'What is in it.'),
  digest: text('`sha256:…` of the compressed blob.'),
  bytes: count('Compressed.'),
});
export type BuiltLayer = Shape<typeof builtLayerShape>;

/** An image as it stands on disk. */
export interface BuiltImage {
  /** With its tag. */
  readonly reference: string;
  /** `sha256:…` of the manifest. */
  readonly digest: string;
  readonly configDigest: string;
  readonly base: { readonly name: string; readonly digest: string };
  readonly variant: ImageVariant;
  readonly platform: Platform;
  readonly layers: readonly BuiltLayer[];
  /** Absolute folder of the OCI layout. */
  readonly layout: string;
  /** Absolute path of its tar, which `podman load`, `docker load` and `skopeo` take. */
  readonly archive: string;
  /** It stood there already. */
  readonly existed: boolean;
}

/** What `pushImage` did. */
export const pushedImageShape = Type.Object({
  pullReference: text('`registry.example.com/ml/churn@sha256:…`'),
  uploadedBytes: count(),
  reusedBytes: count('Of blobs that the registry had.'),
});
export type PushedImage = Shape<typeof pushedImageShape>;

/** An image of a bundle, as it is told: paths as the user would write them. */
export const imageResultShape = Type.Object(
  {
    reference: text('With its tag.'),
    digest: text('`sha256:…` of the manifest.'),
    base: Type.Object({ name: text(), digest: text() }),
    variant: oneOf(['serve', 'full'], '`serve`: what the service needs; `full`: every verb.'),
    platform: text('`linux/amd64`'),
    layers: Type.Array(builtLayerShape),
    layout: text('Folder of the OCI layout.'),
    archive: text('Its tar, which `podman load`, `docker load` and `skopeo` take.'),
    existed: flag('It stood there already.'),
    pushed: orNull(pushedImageShape),
  },
  { title: 'Image' },
);
/** An OCI image of a bundle: docs/json.md#image. */
export type ImageResult = Shape<typeof imageResultShape>;
