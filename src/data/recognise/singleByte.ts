/** What windows-1252 has from 0x80 to 0x9F, where ISO 8859-1 has control characters; five of them are not assigned. */
const specials = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

/**
 * Bytes of windows-1252 as text. By hand: `TextDecoder` of some versions of Node reads it as ISO 8859-1 where it is given
 * all bytes at once.
 */
export const decodeWindows1252 = (bytes: Buffer): string =>
  bytes.toString('latin1').replaceAll(/[\u0080-\u009f]/g, (char) => specials[char.charCodeAt(0) - 0x80]!);
