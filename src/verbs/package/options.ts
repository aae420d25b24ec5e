import type { StageOptions } from '../../cascade/stage.ts';
import type { PortableTarget } from '../../portable/targets.ts';

/** What a bundle is also written as: tar, image, folder, file for a place without aieng, ONNX. */
export interface PackageOptions extends StageOptions, ImageFlags {
  /** Also write the deterministic tar here. */
  readonly output?: string;
  /** Write a Dockerfile, .dockerignore and the bundle into this folder, for those who build themselves. */
  readonly dockerfile?: string;
  /** Also write it as a file of its own, for a place without aieng. */
  readonly target?: PortableTarget;
  /** Also write it with its features as an ONNX file. */
  readonly onnx?: boolean;
  /** Folder for these; left out, `<name>-<target>` and `<name>-onnx`. */
  readonly into?: string;
}

/** How an image of the bundle is to be made; what is left out is the pipeline's `deploy.image`. */
export interface ImageFlags {
  readonly image?: string;
  readonly base?: string;
  readonly variant?: 'serve' | 'full';
  /** `linux/arm64` */
  readonly platform?: string;
  readonly push?: boolean;
}
