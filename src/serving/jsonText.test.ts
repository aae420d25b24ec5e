import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonErrorOffset, parseJsonBody } from './jsonText.ts';

const parse = (text: string): unknown => parseJsonBody(Buffer.from(text));

describe('parseJsonBody', () => {
  it('gives what JSON.parse gives', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
        const text = JSON.stringify(value);
        if (text.includes('__proto__')) return;
        expect(parse(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it('takes a byte order mark and lets 1e400 through as Infinity for the row check', () => {
    expect(parse('\uFEFF{"a": 1e400}')).toEqual({ a: Infinity });
  });

  it.each([
    ['{"a": NaN}', /line 1, column 7 .*NaN is not a JSON number; send null/],
    ['{"a":\n -Infinity}', /line 2, column 2 .*-Infinity is not a JSON number/],
    ['{"a": 1', /ends too early/],
    ["{'a': 1}", /column 2/],
    ['[1,]', /column 4/],
    ['{"a" 1}', /column 6/],
    ['{"a": 01}', /column 8/],
    ['[1] x', /column 5/],
    ['"a\u0001"', /column 3/],
    ['"\\x"', /column 3/],
    ['', /empty/],
    [' \n', /empty/],
  ])('says where %j is wrong', (text, message) => {
    expect(() => parse(text)).toThrow(message);
  });

  it.each([
    ['{"__proto__": {"admin": true}}', '/__proto__'],
    ['[{"features": {"\\u005f_proto__": 1}}]', '/0/features/__proto__'],
    ['{"constructor": {"prototype": {"x": 1}}}', '/constructor'],
  ])('refuses %s', (text, path) => {
    expect(() => parse(text)).toThrow(`Bad input at ${path}`);
    expect(Object.hasOwn({}, 'admin')).toBe(false);
  });

  it('takes a column that is called constructor', () => {
    expect(Object.hasOwn(parse('{"constructor": "Ferrari"}') as object, 'constructor')).toBe(true);
  });

  it('refuses nesting that would exhaust a stack, well-formed or not', () => {
    expect(() => parse('['.repeat(200_000) + ']'.repeat(200_000))).toThrow(/nested deeper/);
    expect(() => parse('['.repeat(200_000))).toThrow(/ends too early/);
  });

  it('refuses bytes that are not UTF-8', () => {
    expect(() => parseJsonBody(Buffer.from([0x22, 0xff, 0x22]))).toThrow(/UTF-8/);
  });
});

function errorOf(text: string): string | null {
  try {
    JSON.parse(text);
    return null;
  } catch (error) {
    return String(error);
  }
}

describe('jsonErrorOffset', () => {
  it('finds no error in valid JSON but its end', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        expect(jsonErrorOffset(text)).toBe(text.length);
      }),
    );
  });

  it('names an offset up to which the text can be the begin of JSON: V8 agrees where it says a position', () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.nat(),
        fc.constantFrom('#', '}', ']', ',', ':', '"'),
        (value, at, char) => {
          const good = JSON.stringify(value);
          const cut = at % (good.length + 1);
          const bad = good.slice(0, cut) + char + good.slice(cut);
          const message = errorOf(bad);
          if (message === null) return;
          const position = /at position (\d+)/.exec(message)?.[1];
          const offset = jsonErrorOffset(bad);
          expect(offset).toBeGreaterThanOrEqual(0);
          expect(offset).toBeLessThanOrEqual(bad.length);
          // Inside a number or literal V8 points at the character, we at its begin.
          if (position !== undefined) expect(bad.slice(offset, Number(position))).toMatch(/^[-+.\da-zE]*$/);
          if (position !== undefined) expect(offset).toBeLessThanOrEqual(Number(position));
        },
      ),
    );
  });
});
