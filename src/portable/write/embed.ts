import type { RowSchema } from '../../data/schema.ts';
import type { FittedFeatures } from '../../features/spec.ts';
import type { ModelFiles } from '../../modeling/model.ts';
import type { Bundle, Golden } from '../../packaging/manifest.ts';
import type { Embedded, EmbeddedFile } from '../embedded.ts';

/** Bytes as text where they are UTF-8 that comes back as it was, else in base64. */
function embeddedFile(bytes: Uint8Array): EmbeddedFile {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    // A NUL is no sign of text: weights often are valid UTF-8.
    if (!text.includes('\0')) return { text };
  } catch {
    // Not UTF-8.
  }
  return { base64: Buffer.from(bytes).toString('base64') };
}

/** The parsed parts of a bundle. */
export interface BundleParts {
  readonly bundle: Bundle;
  readonly version: number | null;
  readonly schema: RowSchema;
  readonly features: FittedFeatures;
  readonly modelFiles: ModelFiles;
}

/** What a written file carries of a bundle. Not what it carries of training: the reference profile, the evaluation. */
export function embed(
  { bundle, version, schema, features, modelFiles }: BundleParts,
  golden: Golden,
): Embedded {
  const files = [...modelFiles].map(([path, bytes]) => [path, embeddedFile(bytes)] as const);
  const { manifest, digest } = bundle;
  return { manifest, digest, version, schema, features, golden, files: Object.fromEntries(files) };
}
