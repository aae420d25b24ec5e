import type { AiengError } from '../../errors.ts';
import { damagedError, usageError } from '../../errors.ts';
import { sha256 } from '../../digest.ts';
import type { Digest } from '../../digest.ts';
import { parseFeatures } from '../../features/parse.ts';
import { loadedCode, registerCode, transformsOf } from '../../features/own/loaded.ts';
import { evaluate } from '../../ownCode/realm.ts';
import { readDocument } from '../../packaging/documents.ts';
import { ownCodeName } from '../../packaging/layout.ts';
import type { Bundle } from '../../packaging/manifest.ts';
import { readConsent } from '../../tracking/trust/consents.ts';
import type { NamedBundle } from '../bundles.ts';
import type { Context } from '../context.ts';

/**
 * Evaluates own code, once a process, so that features that name its digest find it. Whether it may be is asked before.
 *
 * @param name of it, for messages
 */
export function loadCode(code: Digest, javascript: string | Uint8Array, name: string): void {
  if (loadedCode(code) !== undefined) return;
  const text = typeof javascript === 'string' ? javascript : new TextDecoder().decode(javascript);
  const { exported, within } = evaluate(text, name);
  const modules =
    typeof exported === 'object' && exported !== null && 'modules' in exported ? exported.modules : {};
  registerCode(code, { transforms: transformsOf(modules), within });
}

/** Code that a bundle brings. */
export interface BundleCode {
  readonly digest: Digest;
  readonly javascript: Uint8Array;
}

/** Is there code in a bundle? */
export const hasOwnCode = (bundle: Bundle): boolean => bundle.files.has(ownCodeName);

/**
 * The own code that a bundle's features need; null for most bundles, which are data only.
 *
 * @throws damaged (exit 8) where features and code do not belong together
 */
export function codeOfBundle(bundle: Bundle): BundleCode | null {
  const javascript = bundle.files.get(ownCodeName);
  const features = readDocument(bundle, 'features.json');
  if (features.own === undefined && javascript === undefined) return null;
  const digest = parseFeatures(features).own?.code;
  if (digest !== undefined && javascript !== undefined && sha256(javascript) === digest)
    return { digest, javascript };
  throw damagedError({
    code: 'features-damaged',
    message: `The fitted features of ${bundle.manifest.name} and ${ownCodeName} do not belong together.`,
    hint: 'Restore the bundle, or package the model again.',
  });
}

/** The error for code that nobody has allowed, with what to add. */
export function codeNotAllowed(
  { bundle, version }: Pick<NamedBundle, 'bundle' | 'version'>,
  { digest, javascript }: BundleCode,
): AiengError {
  const { name, transforms } = bundle.manifest;
  const named = version === null ? name : `${name}@${version}`;
  return usageError({
    code: 'code-not-allowed',
    message: `${named} brings code of its own (${ownCodeName}, ${javascript.byteLength} bytes, sha256 ${digest.slice(0, 12)}, transforms: ${(transforms?.names ?? []).join(', ')}), and nobody has allowed it here.`,
    hint: 'Code runs with all rights of the process. If you trust who made the bundle, add `--allow-code` to the command (or AIENG_ALLOW_CODE=1), or name whose signatures count under trust.keys of the pipeline.',
  });
}

/**
 * Loads the own code of a bundle that is about to answer, where that was allowed.
 *
 * @throws usage error `code-not-allowed` (exit 2) where nobody did
 */
export async function loadAllowedCode(
  context: Pick<Context, 'store'> | null,
  named: Pick<NamedBundle, 'bundle' | 'version'>,
): Promise<void> {
  const code = codeOfBundle(named.bundle);
  if (code === null) return;
  const consent = context === null ? undefined : await readConsent(context, code.digest);
  if (consent === undefined) throw codeNotAllowed(named, code);
  loadCode(code.digest, code.javascript, `${named.bundle.manifest.name}/${ownCodeName}`);
}
