import { badRequest, RequestProblem } from '../problem.ts';

/** How much a body may hold, whatever its bytes: what a reader would build of it is bounded before it is built. */
export interface Bounds {
  /** Rows (or labels) in one request. */
  readonly rows: number;
  /** Columns that a row may have. */
  readonly fields: number;
}

/** A body up to this size cannot hold enough to hurt. */
const harmlessBytes = 16 * 1024;

/** As deep as `parseJson` goes. */
const mostLevels = 32;

/** Longest text of one cell, bytes. */
const mostTextBytes = 256 * 1024;

/** Values that so many rows need at most: each cell, and what stands around a row. */
const mostValues = ({ rows, fields }: Bounds): number => rows * (fields + 4);

/** Keys of one object, or columns of a header: a few times what the model knows, since protocols let others pass. */
export const mostKeys = ({ fields }: Bounds): number => Math.max(1000, 4 * fields);

const tooMany = (bounds: Bounds): RequestProblem =>
  new RequestProblem(
    413,
    `The body holds more than ${mostValues(bounds)} values, which is more than ${bounds.rows} rows of this model need. Send several requests or use batch prediction.`,
  );

const tooLong = (offset: number): RequestProblem =>
  new RequestProblem(413, `The text at offset ${offset} has more than ${mostTextBytes} bytes.`);

const [quote, backslash, comma, colon, openList, closeList, openObject, closeObject, newline] = [
  0x22, 0x5c, 0x2c, 0x3a, 0x5b, 0x5d, 0x7b, 0x7d, 0x0a,
] as const;

/** Where the text that begins before `from` ends: at its closing quote, or at the end of the body. */
function endOfText(bytes: Uint8Array, from: number): number {
  let at = from;
  for (let byte = bytes[at]; byte !== quote && at < bytes.length; byte = bytes[(at += 1)])
    if (byte === backslash) at += 1;
  return at;
}

/**
 * Counts values, keys, levels and the bytes of texts in one walk over the bytes, before anything is parsed. What is no
 * JSON passes: the parser says where it is wrong.
 *
 * @throws RequestProblem 413 for too many values or too long a text, 400 for too many keys or levels.
 */
export function checkJsonBounds(bytes: Uint8Array, bounds: Bounds): void {
  if (bytes.length <= harmlessBytes) return;
  const [values, keys] = [mostValues(bounds), mostKeys(bounds)];
  const keysAt = new Uint32Array(mostLevels + 1);
  let [counted, level] = [1, 0];
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === quote) {
      const end = endOfText(bytes, at + 1);
      if (end - at > mostTextBytes) throw tooLong(at);
      at = end;
    } else if (byte === comma) counted += 1;
    else if (byte === colon) {
      keysAt[level]! += 1;
      if (keysAt[level]! > keys)
        throw badRequest(`The object before offset ${at} has more than ${keys} keys.`);
    } else if (byte === openList || byte === openObject) {
      counted += 1;
      level += 1;
      if (level > mostLevels)
        throw badRequest(
          `The body is not valid JSON at offset ${at}: nested deeper than ${mostLevels} levels.`,
        );
      keysAt[level] = 0;
    } else if ((byte === closeList || byte === closeObject) && level > 0) level -= 1;
    if (counted > values) throw tooMany(bounds);
  }
}

/**
 * The same for a body of CSV: records and cells.
 *
 * @throws RequestProblem 413.
 */
export function checkCsvBounds(bytes: Uint8Array, bounds: Bounds): void {
  if (bytes.length <= harmlessBytes) return;
  const values = mostValues(bounds);
  let counted = 1;
  for (let at = 0; at < bytes.length; at += 1) {
    if (bytes[at] === comma || bytes[at] === newline) counted += 1;
    if (counted > values) throw tooMany(bounds);
  }
}
