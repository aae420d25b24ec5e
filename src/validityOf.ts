import type { X509Certificate } from 'node:crypto';

/** When a certificate holds, both ends included, in ms since 1970 UTC. The words are those of OpenSSL: `Nov 30 08:00:00 2026 GMT`. */
export function validityOf({ validFrom, validTo }: Pick<X509Certificate, 'validFrom' | 'validTo'>): {
  readonly from: number;
  readonly to: number;
} {
  // No cell of data, and no form that aieng reads elsewhere; Node 20 has no other way to ask.
  // eslint-disable-next-line no-restricted-properties
  return { from: Date.parse(validFrom), to: Date.parse(validTo) };
}
