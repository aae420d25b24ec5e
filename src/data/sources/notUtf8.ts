import { isUtf8 } from 'node:buffer';

/** Length of an incomplete UTF-8 sequence at the end of `bytes`: 0–3. */
export function openSequence(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back]!;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0;
  }
  return 0;
}

/** Offset of the first byte that is not UTF-8 (bisection over valid prefixes). */
function firstInvalid(bytes: Buffer): number {
  let valid = 0;
  let invalid = bytes.length;
  while (invalid - valid > 1) {
    const middle = (valid + invalid) >>> 1;
    const prefix = bytes.subarray(0, middle);
    if (isUtf8(prefix.subarray(0, middle - openSequence(prefix)))) valid = middle;
    else invalid = middle;
  }
  const prefix = bytes.subarray(0, valid);
  return valid - openSequence(prefix);
}

const fault = 'expected UTF-8';

/** Is this the reason of a record that is not UTF-8? */
export const isEncodingFault = (reason: string): boolean => reason.startsWith(fault);

/** Why a record is not UTF-8, as the reason of its rejection; undefined where it is. */
export function notUtf8(record: Buffer): string | undefined {
  if (isUtf8(record)) return undefined;
  const at = firstInvalid(record);
  // What a decoder leaves where bytes are no character of the encoding that was declared or found out.
  if (record[at] === 0xff && record[at + 1] === 0xfe && record[at + 2] === 0xff)
    return `${fault} or the declared encoding, got bytes that are no character of it`;
  const byte = record[at]!.toString(16).toUpperCase().padStart(2, '0');
  return `${fault}, got the byte 0x${byte} (byte ${at + 1} of the record)`;
}

/** Does a stretch of a text hold anything that is not UTF-8? A character that is cut off at its end does not count. */
export const holdsNotUtf8 = (bytes: Buffer): boolean =>
  !isUtf8(bytes.subarray(0, bytes.length - openSequence(bytes)));
