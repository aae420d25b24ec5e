import type { Digest } from '../../../digest.ts';
import { AiengError } from '../../../errors.ts';
import type { Evaluation } from '../../../evaluation/evaluation.ts';
import { parseDocument } from '../../../packaging/documents.ts';
import { parseManifest } from '../../../packaging/parseManifest.ts';
import type { Manifest } from '../../../packaging/manifest.ts';
import type { Context } from '../../../project/context.ts';

/** The manifest of a bundle, or null where it is gone or damaged. Nothing else of it is read. */
export async function manifestOf(
  { store }: Pick<Context, 'store'>,
  bundle: Digest,
): Promise<Manifest | null> {
  try {
    return parseManifest(await store.get(bundle), bundle.slice(0, 12));
  } catch (error) {
    if (error instanceof AiengError) return null;
    throw error;
  }
}

/** How good a bundle was on its test part, or null where it does not say. */
export async function evaluationOf(
  context: Pick<Context, 'store'>,
  bundle: Digest,
): Promise<Evaluation | null> {
  const manifest = await manifestOf(context, bundle);
  const file = manifest?.files['evaluation.json'];
  if (manifest === null || file === undefined) return null;
  try {
    return parseDocument('evaluation.json', await context.store.get(file.sha256), manifest.name);
  } catch (error) {
    if (error instanceof AiengError) return null;
    throw error;
  }
}
