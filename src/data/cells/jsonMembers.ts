import { JsonReader, Refusal } from './json.ts';

const [quote, colon, comma] = [0x22, 0x3a, 0x2c];
const [openObject, closeObject, openList] = [0x7b, 0x7d, 0x5b];

/**
 * Tells each member by the place of its key, with its value (as `parseJson` gives it). False: it is not taken, and
 * nothing more is told.
 */
export type TakeMember = (place: number, value: unknown) => boolean;

/**
 * Reads texts of one form, `{"<field>": {…}}` with an object of known keys and scalars, without making that object. It
 * only ever accepts: null for any other text, whatever is wrong with it, and where a member is not taken. `parseJson`
 * says what such a text holds.
 *
 * Gives the object's own text where it has all of `keys`, in order and no other, and is what `JSON.stringify` writes (of a
 * `JsonNumber` its spelling); else an empty one.
 *
 * @param keys in the order in which they mostly come; they have the first places
 * @param others that may come as well
 */
export function memberReader(
  field: string,
  keys: readonly string[],
  others: readonly string[] = [],
): (text: string, take: TakeMember) => string | null {
  const heads = keys.map((key) => `${JSON.stringify(key)}:`);
  const known = [...keys, ...others];
  const places = new Map(known.map((key, place) => [key, place]));
  const seen = new Uint8Array(known.length);

  /** Goes past a key and its colon, where they are not those that were expected. */
  const placeOf = (reader: JsonReader): number => {
    if (reader.skipSpace() !== quote) return -1;
    const place = places.get(reader.string()) ?? -1;
    if (reader.skipSpace() !== colon) return -1;
    reader.step();
    return place;
  };
  const member = (reader: JsonReader, expected: number, take: TakeMember): number => {
    reader.skipSpace();
    const guess = heads[expected];
    const place = guess !== undefined && reader.take(guess) ? expected : placeOf(reader);
    // One of two values would be lost.
    if (place === -1 || seen[place] === 1) return -1;
    seen[place] = 1;
    const code = reader.skipSpace();
    if (code === openObject || code === openList) return -1;
    return take(place, reader.value()) ? place : -1;
  };
  /** The members of an object that begins at `start`, up to its end. */
  const members = (reader: JsonReader, start: number, take: TakeMember): string | null => {
    for (let place = -1, count = 1, inOrder = true; ; count += 1) {
      const expected = place + 1;
      place = member(reader, expected, take);
      if (place === -1) return null;
      inOrder &&= place === expected;
      const code = reader.skipSpace();
      if (code === closeObject) {
        reader.step();
        return inOrder && count === keys.length && reader.isTight ? reader.since(start) : '';
      }
      if (code !== comma) return null;
      reader.step();
    }
  };
  const open = (reader: JsonReader): boolean => reader.skipSpace() === openObject && reader.take('{');
  const document = (reader: JsonReader, take: TakeMember): string | null => {
    if (!open(reader) || reader.skipSpace() !== quote || reader.string() !== field) return null;
    if (reader.skipSpace() !== colon || !reader.take(':') || reader.skipSpace() !== openObject) return null;
    const start = reader.at;
    reader.take('{');
    const own = members(reader, start, take);
    if (own === null) return null;
    return reader.skipSpace() === closeObject && reader.take('}') && reader.isOver() ? own : null;
  };
  return (text, take) => {
    seen.fill(0);
    try {
      return document(new JsonReader(text), take);
    } catch (error) {
      if (error instanceof Refusal) return null;
      throw error;
    }
  };
}
