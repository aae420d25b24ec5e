/** Bytes as lower-case hexadecimal text, two digits each. Runs anywhere. */
export function hexOf(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
  return text;
}

/** The inverse of `hexOf`; what is no pair of digits ends it. */
export function bytesOfHex(text: string): Uint8Array<ArrayBuffer> {
  const pairs = /^(?:[0-9a-f]{2})*/i.exec(text)?.[0] ?? '';
  const bytes = new Uint8Array(pairs.length / 2);
  for (let at = 0; at < bytes.length; at += 1)
    bytes[at] = Number.parseInt(pairs.slice(2 * at, 2 * at + 2), 16);
  return bytes;
}
