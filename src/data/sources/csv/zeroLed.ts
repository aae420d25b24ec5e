import type { RowsFile } from '../../source.ts';
import { openTextBytes } from '../bytes.ts';

const [plus, minus, zero, nine] = [43, 45, 48, 57];
/** Where the delimiter is not declared. */
const anyDelimiter = ',;|\t';

/** Where in a field the reader is: `led` = a zero with digits behind it, so far. */
type Place = 'elsewhere' | 'start' | 'zero' | 'led';

/**
 * Whether a field of a CSV file may be digits with a zero before them (`06101`): codes, which a column of numbers would
 * lose the zeros of. It may say yes of what stands within quotes, and always does where fields are not parted by one
 * byte; its no is certain.
 */
export async function mayHoldZeroLed(file: RowsFile): Promise<boolean> {
  const { delimiter, quote } = file.dialect;
  if (delimiter !== null && Buffer.byteLength(delimiter) !== 1) return true;
  const parts = new Set(Buffer.from(`${delimiter ?? anyDelimiter}\n\r`));
  const around = new Set(Buffer.from(` ${quote ?? '"'}`));
  const bytes = await openTextBytes(file);
  try {
    let place: Place = 'start';
    for await (const chunk of bytes.stream())
      for (const byte of chunk) {
        if (parts.has(byte)) {
          if (place === 'led') return true;
          place = 'start';
        } else if (place !== 'elsewhere') place = placeAfter(place, byte, around.has(byte));
      }
    return place === 'led';
  } finally {
    await bytes.close();
  }
}

function placeAfter(place: Exclude<Place, 'elsewhere'>, byte: number, isAround: boolean): Place {
  const isDigit = byte >= zero && byte <= nine;
  if (place === 'start') {
    if (isAround || byte === plus || byte === minus) return 'start';
    return byte === zero ? 'zero' : 'elsewhere';
  }
  if (isDigit) return 'led';
  return place === 'led' && isAround ? 'led' : 'elsewhere';
}
