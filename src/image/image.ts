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
  readonly bundleDigest: string;
  readonly goal: string;
  /** Of the project, where it is a clean or dirty git checkout. */
  readonly gitCommit: string | null;
  /** aieng's own version. */
  readonly softwareVersion: string;
}

/** Everything that an image is a function of. */
export interface ImageOptions {
  /** Every file of the bundle, with manifest and VERSION, by path inside it. */
  readonly bundle: BundleFiles;
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
  readonly progress: (message: string) => void;
  readonly signal: AbortSignal;
}

export interface BuiltLayer {
  /** What is in it: `base`, `dependencies`, `aieng`, `bundle`. */
  readonly name: 'base' | 'dependencies' | 'aieng' | 'bundle';
  /** `sha256:…` of the compressed blob. */
  readonly digest: string;
  /** Compressed. */
  readonly bytes: number;
}

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
export interface PushedImage {
  /** `registry.example.com/ml/churn@sha256:…` */
  readonly pullReference: string;
  readonly uploadedBytes: number;
  /** Blobs that the registry had. */
  readonly reusedBytes: number;
}
