import { createHash } from 'node:crypto';

/** Lower-case hexadecimal SHA-256, 64 characters. */
export type Digest = string;

/** Plain JSON: what crosses a door or is written down. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** SHA-256 of bytes or of a string's UTF-8. */
export function sha256(content: Uint8Array | string): Digest {
  return createHash('sha256').update(content).digest('hex');
}

/**
 * JSON with object keys sorted by code unit and no white space, so that equal values give equal text whatever
 * order they were built in. `undefined` members are left out, as `JSON.stringify` does.
 *
 * @example canonicalJson({ b: 1, a: [true, null] }) === '{"a":[true,null],"b":1}'
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) => {
    if (typeof member !== 'object' || member === null || Array.isArray(member)) return member;
    return Object.fromEntries(
      Object.entries(member).sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0)),
    );
  });
}

/** Digest of a value's canonical JSON. */
export function digestOf(value: unknown): Digest {
  return sha256(canonicalJson(value));
}
