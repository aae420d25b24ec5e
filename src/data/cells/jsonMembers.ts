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
 * only ever accepts: false for any other text, whatever is wrong with it, and where a member is not taken. `parseJson`
 * says what such a text holds.
 *
 * @param keys in the order in which they mostly come
 */
export function memberReader(
  field: string,
  keys: readonly string[],
): (text: string, take: TakeMember) => boolean {
  const quoted = keys.map((key) => JSON.stringify(key));
  const places = new Map(keys.map((key, place) => [key, place]));
  const seen = new Uint8Array(keys.length);

  const placeOf = (reader: JsonReader, expected: number): number => {
    const guess = quoted[expected];
    if (guess !== undefined && reader.take(guess)) return expected;
    return reader.skipSpace() === quote ? (places.get(reader.string()) ?? -1) : -1;
  };
  const member = (reader: JsonReader, expected: number, take: TakeMember): number => {
    reader.skipSpace();
    const place = placeOf(reader, expected);
    // One of two values would be lost.
    if (place === -1 || seen[place] === 1) return -1;
    seen[place] = 1;
    if (reader.skipSpace() !== colon || !reader.take(':')) return -1;
    const code = reader.skipSpace();
    if (code === openObject || code === openList) return -1;
    return take(place, reader.value()) ? place : -1;
  };
  const members = (reader: JsonReader, take: TakeMember): boolean => {
    for (let place = -1; ;) {
      place = member(reader, place + 1, take);
      if (place === -1) return false;
      const code = reader.skipSpace();
      if (code === closeObject) return reader.take('}');
      if (code !== comma || !reader.take(',')) return false;
    }
  };
  const open = (reader: JsonReader): boolean => reader.skipSpace() === openObject && reader.take('{');
  const document = (reader: JsonReader, take: TakeMember): boolean => {
    if (!open(reader) || reader.skipSpace() !== quote || reader.string() !== field) return false;
    if (reader.skipSpace() !== colon || !reader.take(':') || !open(reader)) return false;
    if (!members(reader, take)) return false;
    return reader.skipSpace() === closeObject && reader.take('}') && reader.isOver();
  };
  return (text, take) => {
    seen.fill(0);
    try {
      return document(new JsonReader(text), take);
    } catch (error) {
      if (error instanceof Refusal) return false;
      throw error;
    }
  };
}
