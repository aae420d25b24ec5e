/** Crockford's base 32, the alphabet of ULIDs: texts are in the order of the numbers. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/** All pairs of two letters: half as many look-ups. */
const pairs = Array.from({ length: 1024 }, (_, pair) => `${alphabet[pair >> 5]!}${alphabet[pair & 31]!}`);

/** A whole number below 2^40 as eight letters. */
function eightLetters(value: number): string {
  const high = Math.floor(value / 2 ** 20);
  const low = value % 2 ** 20;
  return pairs[high >> 10]! + pairs[high & 1023]! + pairs[low >> 10]! + pairs[low & 1023]!;
}

/** ms since 1970 (48 bits) as ten letters. */
const tenLetters = (ms: number): string => pairs[Math.floor(ms / 2 ** 40)]! + eightLetters(ms % 2 ** 40);

const letterValues = 2 ** 40;

/**
 * Makes ULIDs (github.com/ulid/spec): ten letters of time and sixteen of chance, in ascending order also within a
 * millisecond and where the clock goes back. Chance is drawn once a millisecond; within it the ids count on from there.
 *
 * @param now ms since 1970
 * @param draw uniform whole numbers below 2^40
 */
export function createIds(now: () => number, draw: () => number): () => string {
  let last = -1;
  let head = '';
  let high = 0;
  let low = 0;
  const begin = (ms: number): void => {
    last = ms;
    high = draw();
    low = draw();
    head = tenLetters(ms) + eightLetters(high);
  };
  return () => {
    const ms = now();
    if (ms > last) begin(ms);
    else if (low + 1 < letterValues) low += 1;
    else if (high + 1 < letterValues) {
      high += 1;
      low = 0;
      head = tenLetters(last) + eightLetters(high);
    } else begin(last + 1);
    return head + eightLetters(low);
  };
}
