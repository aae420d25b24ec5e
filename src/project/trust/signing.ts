import { sha256 } from '../../digest.ts';
import { carriedFiles } from '../../packaging/bundle.ts';
import type { Attachments } from '../../packaging/bundle.ts';
import { attachmentNames, versionName } from '../../packaging/layout.ts';
import type { AttachmentName } from '../../packaging/layout.ts';
import type { Pipeline } from '../../pipeline/pipeline.ts';
import { keyFingerprint } from '../../trust/keys.ts';
import type { Trusted } from '../../trust/keys.ts';
import { signModel, verifyModel } from '../../trust/signature.ts';
import type { Signer } from '../../trust/signer.ts';
import type { NamedBundle } from '../bundles.ts';
import type { Context } from '../context.ts';
import { documentsOf, keepAttachments, signedOf, versionedName } from './attachments.ts';
import { signerOf, wishOf } from './keys.ts';

const [signatureName] = attachmentNames;

/** What a signature of a bundle covers: every file of it, and the documents that go with it. */
export function coveredFiles(
  { bundle }: NamedBundle,
  attachments: Attachments,
): ReadonlyMap<string, Uint8Array> {
  const files = new Map(carriedFiles(bundle, null, attachments));
  files.delete(signatureName);
  return files;
}

/** A bundle's documents with a new signature of both. Nothing is kept. */
export async function signedAttachments(
  context: Context,
  named: NamedBundle,
  signer: Signer,
): Promise<Attachments> {
  const carried = new Map<AttachmentName, Uint8Array>(named.attachments ?? []);
  carried.delete(signatureName);
  const documents = carried.size > 0 ? carried : await documentsOf(context, named);
  const files = new Map([...coveredFiles(named, documents)].map(([path, bytes]) => [path, sha256(bytes)]));
  const signature = await signModel(
    { name: versionedName(named), files, ignored: [versionName, signatureName] },
    signer,
  );
  return new Map(documents).set(signatureName, new TextEncoder().encode(signature));
}

/** Has this key signed this very version before? */
async function isSignedBy(
  context: Context,
  named: NamedBundle,
  { publicKey, chain }: Signer,
): Promise<boolean> {
  const [certificate] = chain;
  const itself: Trusted =
    certificate === undefined
      ? { kind: 'key', name: '', key: publicKey }
      : { kind: 'certificate', name: '', certificate };
  const trusted = [itself];
  for (const attachments of await signedOf(context, named))
    try {
      const signature = attachments.get(signatureName);
      if (signature === undefined) continue;
      const verification = { trusted, at: context.environment.now(), name: versionedName(named) };
      verifyModel(signature, coveredFiles(named, attachments), verification, named.name);
      return true;
    } catch {
      // One that does not hold is no signature of this key.
    }
  return false;
}

/** What came of signing by the pipeline file. */
export interface SignedAsAsked {
  /** Fingerprint of the key; null where nothing was signed. */
  readonly key: string | null;
  /** Why not, as a sentence; null where nobody asked, or it was. */
  readonly because: string | null;
}

/** Why nobody can sign here by the pipeline file, as a sentence; null where somebody can. */
export async function cannotSign(context: Context, pipeline: Pipeline): Promise<string | null> {
  const wish = wishOf(context, pipeline);
  if (wish === null) return 'trust.sign_with names neither a key nor a command.';
  return (await signerOf(context, wish)) === null
    ? `The variable of ${wish.key ?? ''} (trust.sign_with.key) is not set here.`
    : null;
}

/**
 * Signs a version with the key that `trust.sign_with` names, and keeps the signature. Once for each key: a version that it
 * signed before stays as it is.
 *
 * @throws usage error (exit 2) for a key that cannot be used.
 */
export async function signAsAsked(
  context: Context,
  pipeline: Pipeline,
  named: NamedBundle,
): Promise<SignedAsAsked> {
  const wish = wishOf(context, pipeline);
  if (wish === null) return { key: null, because: null };
  const signer = await signerOf(context, wish);
  if (signer === null) return { key: null, because: await cannotSign(context, pipeline) };
  const key = keyFingerprint(signer.publicKey);
  if (await isSignedBy(context, named, signer)) return { key, because: null };
  await keepAttachments(context, { ...named, attachments: await signedAttachments(context, named, signer) });
  return { key, because: null };
}
