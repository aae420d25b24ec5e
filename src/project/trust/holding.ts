import { AiengError } from '../../errors.ts';
import type { Pipeline } from '../../pipeline/pipeline.ts';
import type { Trusted } from '../../trust/keys.ts';
import { refusal } from '../../trust/refusal.ts';
import type { HeldSignature } from '../../trust/signature.ts';
import { verifyModel } from '../../trust/signature.ts';
import type { NamedBundle } from '../bundles.ts';
import type { Context } from '../context.ts';
import { pipelineOf } from '../deployment/pipelineOf.ts';
import { signedOf, versionedName } from './attachments.ts';
import { trustedOf } from './keys.ts';
import { coveredFiles } from './signing.ts';

/**
 * The signature of a bundle that holds: one of those that came with it or were made here.
 *
 * @param at For which moment certificates have to hold.
 * @throws damaged (exit 8): there is none, or why the newest does not hold.
 */
export async function heldSignature(
  context: Pick<Context, 'store'>,
  named: NamedBundle,
  trusted: readonly Trusted[],
  at: number,
): Promise<HeldSignature> {
  const where = versionedName(named);
  // Without a version of its own it may be any: one that gets a version is asked again by that.
  const verification = { trusted, at, ...(named.version === null ? {} : { name: where }) };
  let first: AiengError | undefined;
  for (const attachments of await signedOf(context, named)) {
    const signature = attachments.get('model.sig');
    if (signature === undefined) continue;
    try {
      return verifyModel(signature, coveredFiles(named, attachments), verification, where);
    } catch (error) {
      if (!(error instanceof AiengError)) throw error;
      first ??= error;
    }
  }
  throw first ?? refusal('signature-missing', where, 'it has none');
}

/**
 * Lets a bundle through where its pipeline asks for no signature (`deploy.require_signature`), or one of it holds now.
 *
 * @throws damaged (exit 8) where none does.
 */
export async function requireSignature(
  context: Context,
  named: NamedBundle,
  known?: Pipeline | null,
): Promise<void> {
  const pipeline = known === undefined ? await pipelineOf(context, named.name) : known;
  if (pipeline?.deploy.require_signature !== true) return;
  await heldSignature(context, named, await trustedOf(context, pipeline), context.environment.now());
}
