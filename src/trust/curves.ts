import type { KeyObject } from 'node:crypto';
import { usageError } from '../errors.ts';

/** Curves of OpenSSF Model Signing by their OpenSSL name, each with the hash that goes with it. */
const hashes: Readonly<Record<string, 'sha256' | 'sha384' | 'sha512'>> = {
  prime256v1: 'sha256',
  secp384r1: 'sha384',
  secp521r1: 'sha512',
};

/** The hash that goes with a key; undefined for a key that signs no models. */
export const hashOf = ({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): string | undefined =>
  asymmetricKeyType === 'ec' ? hashes[asymmetricKeyDetails?.namedCurve ?? ''] : undefined;

/** @throws usage error (exit 2) for a key that signs no models: what it is is said, never what is in it. */
export function requireCurve(key: KeyObject, where: string): 'sha256' | 'sha384' | 'sha512' {
  const { asymmetricKeyType = 'secret', asymmetricKeyDetails } = key;
  const hash = asymmetricKeyType === 'ec' ? hashes[asymmetricKeyDetails?.namedCurve ?? ''] : undefined;
  if (hash !== undefined) return hash;
  const curve = asymmetricKeyDetails?.namedCurve;
  throw usageError({
    code: 'key-kind-unknown',
    message: `${where} is a key of the kind ${asymmetricKeyType}${curve === undefined ? '' : ` on the curve ${curve}`}; models are signed with P-256, P-384 or P-521.`,
    hint: 'Make one: `openssl ecparam -name prime256v1 -genkey -noout -out signing-key.pem`.',
  });
}
