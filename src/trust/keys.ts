import type { KeyObject } from 'node:crypto';
import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import { sha256, type Digest } from '../digest.ts';
import { usageError } from '../errors.ts';
import { requireCurve } from './curves.ts';
import type { TrustedCertificate } from './certificates.ts';

/** A public key that is trusted, by the name that the project gives it. */
interface TrustedKey {
  readonly kind: 'key';
  readonly name: string;
  readonly key: KeyObject;
}

/** Whoever may have signed. */
export type Trusted = TrustedKey | TrustedCertificate;

const pemBlock = /-----BEGIN ([A-Z ]+)-----[\s\S]*?-----END \1-----/g;

/** Blocks of a PEM file, with their kinds. */
const blocksOf = (pem: string): readonly { readonly kind: string; readonly text: string }[] =>
  [...pem.matchAll(pemBlock)].map(([text, kind = '']) => ({ kind, text: `${text}\n` }));

// What a key's text says must not get into a message, not even by a cause: Node's errors do not quote it, but a
// library between may one day.
const unreadable = (where: string, expected: string): Error =>
  usageError({
    code: 'key-unreadable',
    message: `${where} cannot be read as ${expected}.`,
    hint: 'It has to be PEM text; `openssl pkey -in <file> -noout` says what is wrong with a key, `openssl x509 -in <file> -noout` with a certificate.',
  });

/** How a signature names the key that it was made with: SHA-256 of the public key's PEM (OpenSSF Model Signing, `hint`). */
export const keyFingerprint = (key: KeyObject): Digest =>
  sha256(key.export({ type: 'spki', format: 'pem' }).toString());

/** @throws usage error (exit 2) for what is no public key on a curve that models are signed with. */
export function parsePublicKey(pem: string, where: string): KeyObject {
  let key;
  try {
    // A private key would do for Node, too: where a public one is asked for, it is a mistake that must not go unsaid.
    if (pem.includes('PRIVATE KEY')) throw new RangeError('private');
    key = createPublicKey(pem);
  } catch {
    throw pem.includes('PRIVATE KEY')
      ? usageError({
          code: 'key-is-private',
          message: `${where} is a private key; whoever verifies needs the public one only.`,
          hint: 'Write it with `openssl pkey -in <private> -pubout -out <public>`, and keep the private one out of the project.',
        })
      : unreadable(where, 'a public key');
  }
  requireCurve(key, where);
  return key;
}

/** @throws usage error (exit 2) for what is no private key on a curve that models are signed with. */
export function parsePrivateKey(pem: string, where: string): KeyObject {
  // A variable of a CI server often holds the lines of a key with `\n` between them.
  const text = pem.includes('\n') ? pem : pem.replaceAll('\\n', '\n');
  if (/ENCRYPTED/.test(text))
    throw usageError({
      code: 'key-encrypted',
      message: `${where} is encrypted with a password, which nobody can type in an unattended run.`,
      hint: 'Decrypt it where the run keeps its secrets (`openssl pkey -in <file>`) and hand it over by `--key env:NAME`, or sign by a command that holds the key.',
    });
  let key;
  try {
    key = createPrivateKey(text);
  } catch {
    throw unreadable(where, 'a private key');
  }
  requireCurve(key, where);
  return key;
}

/** Certificates of a PEM file, in its order. @throws usage error (exit 2) where there is none. */
export function parseCertificates(pem: string, where: string): readonly X509Certificate[] {
  const blocks = blocksOf(pem).filter(({ kind }) => kind === 'CERTIFICATE');
  try {
    const chain = blocks.map(({ text }) => new X509Certificate(text));
    if (chain.length > 0) return chain;
  } catch {
    // Said below.
  }
  throw unreadable(where, 'a certificate');
}

/** A file of `trust.keys`: a public key, or certificates. @throws usage error (exit 2) for anything else. */
export function parseTrusted(name: string, pem: string, where: string): readonly Trusted[] {
  if (!pem.includes('-----BEGIN CERTIFICATE-----'))
    return [{ kind: 'key', name, key: parsePublicKey(pem, where) }];
  return parseCertificates(pem, where).map((certificate) => ({ kind: 'certificate', name, certificate }));
}
