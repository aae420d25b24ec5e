import type { RowSchema } from '../data/schema.ts';
import type { FittedFeatures } from '../features/spec.ts';
import type { ModelFiles } from '../modeling/model.ts';
import type { Golden, Manifest } from '../packaging/manifest.ts';

/** A file of a model: its text where it is UTF-8, else its bytes in base64. */
export type EmbeddedFile = { readonly text: string } | { readonly base64: string };

/** What of a bundle a file that runs anywhere carries. It was checked where it was written. */
export interface Embedded {
  readonly manifest: Manifest;
  readonly digest: string;
  readonly version: number | null;
  readonly schema: RowSchema;
  readonly features: FittedFeatures;
  /** Rows with the answers that must come out. */
  readonly golden: Golden;
  /** The model's own files, by path. */
  readonly files: Readonly<Record<string, EmbeddedFile>>;
}

/** The model's files as bytes. */
export function filesOf({ files }: Embedded): ModelFiles {
  const encoder = new TextEncoder();
  return new Map(
    Object.entries(files).map(([path, file]) => [
      path,
      'text' in file
        ? encoder.encode(file.text)
        : Uint8Array.from(atob(file.base64), (letter) => letter.charCodeAt(0)),
    ]),
  );
}
