import { X509Certificate } from 'node:crypto';
import { Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import type { Digest } from '../digest.ts';
import type { Shape } from '../shape.ts';
import { trustedIssuer } from './certificates.ts';
import type { SignedContents } from './contents.ts';
import { requireContents } from './contents.ts';
import { fromBase64, preAuthentication } from './dsse.ts';
import type { Trusted } from './keys.ts';
import { keyFingerprint } from './keys.ts';
import { refusal } from './refusal.ts';
import type { Signer } from './signer.ts';
import { isSignedBy } from './signer.ts';
import { modelStatement, parseStatement } from './statement.ts';

const mediaType = 'application/vnd.dev.sigstore.bundle.v0.3+json';
const payloadType = 'application/vnd.in-toto+json';

const base64 = (maxLength: number) => Type.String({ maxLength });
const signatureShape = Type.Object({
  mediaType: Type.String(),
  verificationMaterial: Type.Object({
    publicKey: Type.Optional(Type.Object({ hint: Type.Optional(Type.String({ maxLength: 1_000 })) })),
    x509CertificateChain: Type.Optional(
      Type.Object({
        certificates: Type.Array(Type.Object({ rawBytes: base64(100_000) }), { minItems: 1, maxItems: 20 }),
      }),
    ),
    certificate: Type.Optional(Type.Unknown()),
  }),
  dsseEnvelope: Type.Object({
    payload: base64(500_000_000),
    payloadType: Type.String(),
    signatures: Type.Array(Type.Object({ sig: base64(10_000) }), { minItems: 1, maxItems: 1 }),
  }),
});
type WrittenSignature = Shape<typeof signatureShape>;

const encoded = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

/** What is to be signed. */
export interface ToSign {
  /** `churn@3`: it is signed, too, so that a version cannot be passed off as another one. */
  readonly name: string;
  /** SHA-256 of each file. */
  readonly files: ReadonlyMap<string, Digest>;
  /** Paths beside them that are no part of it. */
  readonly ignored: readonly string[];
}

/**
 * A detached signature of a model: `model.sig` of OpenSSF Model Signing v1.0, a Sigstore bundle around a DSSE envelope.
 * ECDSA is not deterministic: signing twice gives two signatures, and both hold.
 */
export async function signModel({ name, files, ignored }: ToSign, signer: Signer): Promise<string> {
  const payload = Buffer.from(modelStatement(name, files, ignored));
  const signature = await signer.sign(preAuthentication(payloadType, payload));
  const verificationMaterial =
    signer.chain.length === 0
      ? { publicKey: { hint: keyFingerprint(signer.publicKey) } }
      : {
          x509CertificateChain: { certificates: signer.chain.map(({ raw }) => ({ rawBytes: encoded(raw) })) },
        };
  return `${JSON.stringify({
    mediaType,
    verificationMaterial: { ...verificationMaterial, tlogEntries: [] },
    dsseEnvelope: {
      payload: encoded(payload),
      payloadType,
      signatures: [{ sig: encoded(signature) }],
    },
  })}\n`;
}

function parseSignature(content: Uint8Array, where: string): WrittenSignature {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(content));
  } catch (error) {
    throw refusal('signature-damaged', where, 'its file is not JSON', error);
  }
  if (!Value.Check(signatureShape, value))
    throw refusal('signature-unknown-form', where, 'its file is no Sigstore bundle with one signature');
  if (!/^application\/vnd\.dev\.sigstore\.bundle(\+json;version=|\.v)0\.\d(\+json)?$/.test(value.mediaType))
    throw refusal(
      'signature-unknown-form',
      where,
      `its file is of the type ${JSON.stringify(value.mediaType.slice(0, 100))}`,
    );
  if (value.dsseEnvelope.payloadType !== payloadType)
    throw refusal(
      'signature-unknown-form',
      where,
      `what was signed is of the type ${JSON.stringify(value.dsseEnvelope.payloadType.slice(0, 100))}`,
    );
  return value;
}

function bytesOf(text: string, what: string, where: string): Uint8Array {
  const bytes = fromBase64(text);
  if (bytes === undefined) throw refusal('signature-damaged', where, `${what} is not base64`);
  return bytes;
}

/** A signature that holds: whose, and for what. */
export interface HeldSignature {
  /** Name of the trusted key or certificate. */
  readonly key: string;
  readonly method: 'key' | 'certificate';
  /** What was signed, as the signer named it. */
  readonly name: string;
  /** How many files it covers. */
  readonly files: number;
}

const isKey = (trusted: Trusted): trusted is Extract<Trusted, { kind: 'key' }> => trusted.kind === 'key';
const isCertificate = (trusted: Trusted): trusted is Extract<Trusted, { kind: 'certificate' }> =>
  trusted.kind === 'certificate';

/** How to sign so that it can be verified, whatever else signed it. */
const byAKey = 'sign it by a key on P-256 or P-384 as well: `aieng sign`, or `model_signing sign key`';

/** Who of those that are trusted made this signature. */
function signedBy(
  { verificationMaterial, dsseEnvelope }: WrittenSignature,
  payload: Uint8Array,
  { trusted, at }: { readonly trusted: readonly Trusted[]; readonly at: number },
  where: string,
): Trusted {
  const message = preAuthentication(payloadType, payload);
  const signature = bytesOf(dsseEnvelope.signatures[0]?.sig ?? '', 'it', where);
  const { x509CertificateChain: chain, publicKey, certificate } = verificationMaterial;
  if (chain !== undefined) {
    let certificates: readonly X509Certificate[];
    try {
      certificates = chain.certificates.map(
        ({ rawBytes }) => new X509Certificate(bytesOf(rawBytes, 'a certificate', where)),
      );
    } catch (error) {
      throw refusal('signature-damaged', where, 'a certificate of it cannot be read', error);
    }
    const issuer = trustedIssuer(certificates, trusted.filter(isCertificate), at, where);
    const [leaf] = certificates;
    if (leaf !== undefined && isSignedBy(message, signature, leaf.publicKey)) return issuer;
    throw refusal('signature-damaged', where, 'it was changed, or what was signed was');
  }
  if (publicKey === undefined)
    throw refusal(
      'signature-unknown-form',
      where,
      certificate === undefined
        ? 'it names neither a key nor certificates'
        : `it was made by an identity (Sigstore, keyless) and without a key, which aieng does not verify; ${byAKey}`,
    );
  const keys = trusted.filter(isKey);
  const maker = keys.find(({ key }) => isSignedBy(message, signature, key));
  if (maker !== undefined) return maker;
  // The hint proves nothing; it tells a changed payload from a foreign key.
  const named = keys.find(({ key }) => keyFingerprint(key) === publicKey.hint);
  if (named !== undefined)
    throw refusal('signature-damaged', where, 'it was changed, or what was signed was');
  const [, other] = /^(ML_DSA_\d+):/.exec(publicKey.hint ?? '') ?? [];
  if (other !== undefined)
    throw refusal(
      'signature-unknown-form',
      where,
      `it was made with a key of ${other}, and aieng verifies ECDSA on P-256, P-384 and P-521; ${byAKey}`,
    );
  throw refusal(
    'signature-untrusted',
    where,
    `it was made with the key ${(publicKey.hint ?? 'without a name').slice(0, 16)}…, which is none of those that are trusted (${keys.map(({ name, key }) => `${name}: ${keyFingerprint(key).slice(0, 16)}…`).join(', ') || 'there are none'})`,
  );
}

/** What a signature is verified with. */
export interface Verification {
  readonly trusted: readonly Trusted[];
  /** For which moment certificates have to hold, ms since 1970 UTC. */
  readonly at: number;
  /** What it must be for, where it has a version and the signature says one: `churn@3`. */
  readonly name?: string;
}

/**
 * Verifies a model's signature: it is by somebody who is trusted, and each file is what was signed, with none missing and
 * none besides. Nothing of what was signed is believed before the signature holds.
 *
 * @param where Names the model in messages.
 * @throws damaged (exit 8) saying what does not hold: signature, certificate or which file.
 */
export function verifyModel(
  signature: Uint8Array,
  contents: SignedContents,
  verification: Verification,
  where: string,
): HeldSignature {
  const written = parseSignature(signature, where);
  const payload = bytesOf(written.dsseEnvelope.payload, 'what was signed', where);
  const { kind, name: key } = signedBy(written, payload, verification, where);
  const statement = parseStatement(payload, where);
  requireContents(statement, contents, where);
  const { name } = verification;
  // Other tools name a folder; a name with a version is ours, and holds for that version alone.
  if (name !== undefined && /@(\d+|sha256:[0-9a-f]{64})$/.test(statement.name) && statement.name !== name)
    throw refusal(
      'signed-name-differs',
      where,
      `it is the signature of ${JSON.stringify(statement.name.slice(0, 200))}, and this says that it is ${name}`,
    );
  return { key, method: kind, name: statement.name, files: statement.resources.length };
}
