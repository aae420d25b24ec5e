import type { ImageResult } from '../../project/images.ts';

export interface PackageResult {
  readonly name: string;
  readonly version: number;
  readonly digest: string;
  readonly existed: boolean;
  /** Folder of the bundle. */
  readonly path: string;
  readonly tar: string | null;
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
  readonly image: ImageResult | null;
  /** Files for `docker build`, relative to where the command was called. */
  readonly dockerfile: readonly string[];
}
