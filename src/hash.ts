/** Bijective scrambling of 32 bits (the finaliser of MurmurHash3, Appleby 2011): every bit of the input reaches all. */
export function avalanche(value: number): number {
  let hash = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

/** FNV's offset basis: where a hash of text starts. */
export const fnvBasis = 0x811c9dc5;

/** One code unit more in an FNV-1a hash. */
export const fnvStep = (hash: number, unit: number): number => Math.imul(hash ^ unit, 0x01000193);

/**
 * Unsigned 32-bit hash of a text's UTF-16 code units: FNV-1a, then an avalanche, which makes the low bits fit for a
 * small number of buckets. Not cryptographic; the same in every runtime.
 *
 * @param basis A hash to go on from, so that the same texts hash otherwise.
 */
export function hashText(text: string, basis: number = fnvBasis): number {
  let hash = basis;
  for (let i = 0; i < text.length; i += 1) hash = fnvStep(hash, text.charCodeAt(i));
  return avalanche(hash) >>> 0;
}
