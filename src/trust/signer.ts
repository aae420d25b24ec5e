import type { KeyObject, X509Certificate } from 'node:crypto';
import { createHash, createPublicKey, sign, verify } from 'node:crypto';
import { usageError } from '../errors.ts';
import { hashOf, requireCurve } from './curves.ts';

/** Who signs. What it holds of secrets stays in it. */
export interface Signer {
  readonly publicKey: KeyObject;
  /** The signer's first; empty = it signs by its key alone. */
  readonly chain: readonly X509Certificate[];
  /** The signature of a message, as DER. */
  readonly sign: (message: Uint8Array) => Promise<Uint8Array>;
}

/** Is this the signature of a message by that key? DER, or `r` and `s` side by side. */
export function isSignedBy(message: Uint8Array, signature: Uint8Array, key: KeyObject): boolean {
  const hash = hashOf(key);
  if (hash === undefined) return false;
  return verify(hash, message, { key, dsaEncoding: 'der' }, signature);
}

function requirePair(publicKey: KeyObject, chain: readonly X509Certificate[], where: string): void {
  const [leaf] = chain;
  if (leaf === undefined || leaf.publicKey.equals(publicKey)) return;
  throw usageError({
    code: 'key-is-not-the-certificates',
    message: `${where} does not belong to the certificate: its public key is another one.`,
    hint: 'Name the certificate that was issued for this key, first in its file, with those that vouch for it after it.',
  });
}

/** Signs with a private key that is at hand. @throws usage error (exit 2) where the certificate is of another key. */
export function keySigner(privateKey: KeyObject, chain: readonly X509Certificate[], where: string): Signer {
  const hash = requireCurve(privateKey, where);
  const publicKey = createPublicKey(privateKey);
  requirePair(publicKey, chain, where);
  return { publicKey, chain, sign: async (message) => sign(hash, message, privateKey) };
}

/** A DER integer: as short as it can be, and never negative. */
function derInteger(bytes: Uint8Array): Buffer {
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start += 1;
  const plain = bytes.subarray(start);
  const padded = (plain[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), plain]) : Buffer.from(plain);
  return Buffer.concat([Buffer.from([0x02, padded.length]), padded]);
}

/** `r` and `s` side by side, as hardware gives them, as DER (RFC 3279, section 2.2.3). */
function derSignature(sides: Uint8Array): Buffer {
  const half = sides.length / 2;
  const body = Buffer.concat([derInteger(sides.subarray(0, half)), derInteger(sides.subarray(half))]);
  const length = body.length < 0x80 ? [body.length] : [0x81, body.length];
  return Buffer.concat([Buffer.from([0x30, ...length]), body]);
}

/**
 * Signs by something that keeps the key: it is given the digest of what is to be signed and gives the signature, as DER or
 * as `r` and `s` side by side (what PKCS#11 calls ECDSA). What it gave is verified before anything is written.
 *
 * @throws usage error (exit 2) for an answer that is no signature by that key.
 */
export function commandSigner(
  answer: (digest: Uint8Array) => Promise<Uint8Array>,
  publicKey: KeyObject,
  chain: readonly X509Certificate[],
  where: string,
): Signer {
  const hash = requireCurve(publicKey, where);
  requirePair(publicKey, chain, where);
  return {
    publicKey,
    chain,
    sign: async (message) => {
      const given = await answer(createHash(hash).update(message).digest());
      const forms = given.length > 0 && given.length % 2 === 0 ? [given, derSignature(given)] : [given];
      const signature = forms.find((form) => isSignedBy(message, form, publicKey));
      if (signature !== undefined) return signature;
      throw usageError({
        code: 'command-signs-otherwise',
        message: `The command of ${where} gave ${given.length} bytes that are no signature of the digest by the public key.`,
        hint: `It gets the ${hash} digest as bytes on stdin, and has to write the ECDSA signature of that very digest (DER, or r and s side by side) to stdout, and nothing else; the public key has to be that of its key.`,
      });
    },
  };
}
