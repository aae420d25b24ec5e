import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonNumber } from '../../data/cells/json.ts';
import { parseJsonBody } from './jsonBody.ts';

const parse = (text: string): unknown => parseJsonBody(Buffer.from(text), { rows: 1000, fields: 20 });

describe('parseJsonBody', () => {
  it('gives what JSON.parse gives of texts that JSON.stringify wrote', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
        const text = JSON.stringify(value);
        expect(parse(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it('takes a byte order mark and keeps numbers as they are written', () => {
    expect(parse('\uFEFF{"a": 1e400}')).toEqual({ a: new JsonNumber('1e400') });
  });

  it.each([
    ['{"a": NaN}', /line 1, column 7 .*NaN is not a JSON number; write null/],
    ['{"a":\n -Infinity}', /line 2, column 2 .*-Infinity is not a JSON number/],
    ['{"a": 1', /line 1, column 8 \(offset 7\): it ends too early/],
    ["{'a': 1}", /column 2/],
    ['[1,]', /column 4/],
    ['{"a" 1}', /column 6/],
    ['{"a": 01}', /column 7/],
    ['[1] x', /column 5/],
    ['"a\u0001"', /column 3/],
    ['"\\x"', /column 2/],
    ['{"a": 1,\n "a": 2}', /line 2, column 2 .*the key "a" stands twice/],
    ['', /empty/],
    [' \n', /empty/],
  ])('says where %j is wrong', (text, message) => {
    expect(() => parse(text)).toThrow(message);
  });

  it('takes __proto__ for a name like any other', () => {
    const value = parse('{"__proto__": {"admin": true}, "constructor": "Ferrari"}') as object;
    expect(Object.keys(value)).toEqual(['__proto__', 'constructor']);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect('admin' in value).toBe(false);
  });

  it('refuses nesting that would exhaust a stack, well-formed or not', () => {
    expect(() => parse('['.repeat(200_000) + ']'.repeat(200_000))).toThrow(/nested deeper/);
    expect(() => parse('['.repeat(200_000))).toThrow(/nested deeper/);
  });

  it('refuses bytes that are not UTF-8', () => {
    expect(() => parseJsonBody(Buffer.from([0x22, 0xff, 0x22]), { rows: 1, fields: 1 })).toThrow(/UTF-8/);
  });
});
