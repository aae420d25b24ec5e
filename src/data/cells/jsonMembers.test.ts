import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isJsonObject, JsonNumber, parseJson } from './json.ts';
import { memberReader } from './jsonMembers.ts';

const keys = ['a', 'b c', '"', 'ü', '__proto__'];
const read = memberReader('row', keys);

/** What the reader tells of a text; null where it accepts none. */
function told(text: string): ReadonlyMap<string, unknown> | null {
  const members = new Map<string, unknown>();
  return read(text, (place, value) => members.set(keys[place]!, value).size > 0) === null ? null : members;
}

/** What `parseJson` says of the same text, where it has the form that is read. */
function asParsed(text: string): ReadonlyMap<string, unknown> | null {
  const outcome = parseJson(text);
  if (!('value' in outcome) || !isJsonObject(outcome.value)) return null;
  const { row, ...others } = outcome.value;
  if (!isJsonObject(row) || Object.keys(others).length > 0 || Object.keys(row).length === 0) return null;
  const members = new Map(Object.keys(row).map((key) => [key, row[key]]));
  const plain = [...members].every(
    ([key, value]) =>
      keys.includes(key) && (typeof value !== 'object' || value === null || value instanceof JsonNumber),
  );
  return plain ? members : null;
}

const space = fc.constantFrom('', '', ' ', '\n\t');
const scalar = fc.oneof(
  fc.constantFrom(
    '1',
    '-0',
    '1.50',
    '1e400',
    'true',
    'null',
    '"x"',
    '"\\u0041"',
    '01',
    'NaN',
    '[]',
    '{}',
    '"',
  ),
  fc.double().map((value) => JSON.stringify(value)),
  fc.string().map((value) => JSON.stringify(value)),
);
const key = fc.constantFrom('"a"', '"b c"', '"\\""', '"\\u0061"', '"ü"', '"__proto__"', '"other"', 'a');
const member = fc
  .tuple(space, key, space, scalar, space)
  .map(([s1, k, s2, v, s3]) => `${s1}${k}${s2}:${s3}${v}${s1}`);
const text = fc
  .tuple(
    fc.array(member, { maxLength: 4 }),
    space,
    fc.constantFrom('}', '}', '}', '},"b":1', ',}', '}}', '} x', ''),
    fc.constantFrom('"row"', '"row"', '"row"', '"\\u0072ow"', '"rows"', 'row'),
  )
  .map(([members, s, end, field]) => `${s}{${s}${field}${s}:${s}{${members.join(',')}${end}${s}}${s}`);

describe('memberReader', () => {
  it('tells what parseJson gives, of any text of its form, and accepts no other', () => {
    fc.assert(
      fc.property(text, (given) => {
        expect(told(given)).toEqual(asParsed(given));
      }),
      { numRuns: 2000 },
    );
  });

  it('gives the text of an object that is what JSON.stringify writes of all keys in order, and of no other', () => {
    const reading = memberReader('row', ['a', 'b "', 'ü'], ['c']);
    const own = (text: string): string | null => reading(text, () => true);
    const value = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.double(),
      fc.boolean(),
      fc.constant(null),
    );
    fc.assert(
      fc.property(value, value, value, (a, b, c) => {
        const written = JSON.stringify({ a, 'b "': b, ü: c });
        const escaped = /\\/.test(written.replace('b \\"', ''));
        expect(own(`{"row":${written}}`)).toBe(escaped ? '' : written);
        expect(own(`{"row":${JSON.stringify({ a, 'b "': b, ü: c }, null, 1)}}`)).toBe('');
        expect(own(`{"row":${JSON.stringify({ 'b "': b, a, ü: c })}}`)).toBe('');
        expect(own(`{"row":${JSON.stringify({ a, 'b "': b })}}`)).toBe('');
        expect(own(`{"row":${JSON.stringify({ a, 'b "': b, ü: c, c: 1 })}}`)).toBe('');
      }),
    );
  });

  it('keeps spellings, in any order of keys, and begins anew with each text', () => {
    for (let again = 0; again < 2; again += 1)
      expect(told('{"row": {"ü": 1.0, "a": "x"}}')).toEqual(
        new Map<string, unknown>([
          ['ü', new JsonNumber('1.0')],
          ['a', 'x'],
        ]),
      );
  });

  it.each(['{"row":{"a":1,"a":2}}', '{"row":{"a":1,"\\u0061":2}}', '{"row":{}}', '', '{"row":1}', '[]'])(
    'accepts no %s',
    (given) => {
      expect(told(given)).toBeNull();
    },
  );

  it('stops where a member is not taken', () => {
    const seen: number[] = [];
    expect(read('{"row":{"a":1,"ü":2,"b c":3}}', (place) => seen.push(place) < 2)).toBeNull();
    expect(seen).toEqual([0, 3]);
  });
});
