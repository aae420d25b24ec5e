import { AiengError } from '../../errors.ts';
import { readConsent, writeConsent } from '../../tracking/trust/consents.ts';
import type { NamedBundle } from '../bundles.ts';
import type { Context } from '../context.ts';
import { pipelineOf } from '../deployment/pipelineOf.ts';
import { codeNotAllowed, codeOfBundle } from './allowedCode.ts';
import { versionedName } from './attachments.ts';
import { heldSignature } from './holding.ts';
import { trustedOf } from './keys.ts';

/** Does somebody who is trusted vouch for the bundle? The name of the key; null where nobody does. */
async function voucherOf(context: Context, named: NamedBundle): Promise<string | null> {
  const pipeline = await pipelineOf(context, named.name);
  const trusted = pipeline === null ? [] : await trustedOf(context, pipeline);
  if (trusted.length === 0) return null;
  try {
    return (await heldSignature(context, named, trusted, context.environment.now())).key;
  } catch (error) {
    if (error instanceof AiengError) return null;
    throw error;
  }
}

/**
 * Lets a bundle's own code be loaded, where that was allowed before, is allowed now (`--allow-code`, AIENG_ALLOW_CODE=1), or
 * where somebody whom the pipeline trusts signed the bundle. What was allowed is written down by the code's digest. A bundle
 * without code passes.
 *
 * @throws usage error `code-not-allowed` (exit 2) with what to add
 */
export async function consentTo(context: Context, named: NamedBundle): Promise<void> {
  const code = codeOfBundle(named.bundle);
  if (code === null || (await readConsent(context, code.digest)) !== undefined) return;
  const { allowCode = false, environment } = context;
  const allowed = allowCode || environment.variables['AIENG_ALLOW_CODE'] === '1';
  const by = allowed ? null : await voucherOf(context, named);
  if (!allowed && by === null) throw codeNotAllowed(named, code);
  await writeConsent(context, code.digest, {
    at: environment.now(),
    because: allowed ? 'flag' : 'signature',
    by,
    bundle: versionedName(named),
  });
}
