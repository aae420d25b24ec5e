import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isJsonObject, JsonNumber, jsonText, parseJson } from './json.ts';

const read = (text: string): unknown => {
  const outcome = parseJson(text);
  return 'value' in outcome ? outcome.value : `${outcome.problem} at ${outcome.offset}`;
};

describe('numbers', () => {
  it.each(['0', '5', '-5', '123456789012345', '0.5', '-70.35', '0.000001', '1e+21', '1e-7', '123456.123456'])(
    '%s is a plain number: String writes it back',
    (text) => {
      expect(read(text)).toBe(Number(text));
      expect(String(read(text))).toBe(text);
    },
  );

  it.each([
    '-0',
    '1.0',
    '70.10',
    '0.0000001',
    '7.12e2',
    '1e2',
    '1E+21',
    '9007199254740993',
    '123456789012345678901234567890',
    '0.12345678901234567890',
    '1e400',
    '5e-325',
    '0.0',
    '-0.0',
  ])('%s keeps its spelling', (text) => {
    expect(read(text)).toEqual(new JsonNumber(text));
    expect(JSON.stringify(read(text))).toBe(JSON.stringify(Number(text)));
  });

  it('keep spelling or are plain, for every double in every way to write it', () => {
    const double = fc.double({ noNaN: true, noDefaultInfinity: true });
    const digits = fc.nat({ max: 20 });
    const text = fc.oneof(
      double.map((value) => JSON.stringify(value)),
      fc.tuple(double, digits).map(([value, count]) => value.toExponential(count)),
      fc
        .tuple(fc.double({ noNaN: true, min: -1e20, max: 1e20 }), digits)
        .map(([value, count]) => value.toFixed(count)),
      fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }).map(String),
    );
    fc.assert(
      fc.property(text, (source) => {
        const value = read(source);
        expect(value instanceof JsonNumber ? value.source : String(value)).toBe(source);
        if (value instanceof JsonNumber) expect(String(Number(source))).not.toBe(source);
        else expect(value).toBe(Number(source));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('what JSON.parse reads', () => {
  it('is read alike where no number loses its spelling', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 8 }), fc.nat({ max: 2 }), (text, indent) => {
        const value: unknown = JSON.parse(text);
        const spaced = JSON.stringify(value, null, indent);
        // JSON.stringify writes every number as String does but for -0, which it writes as 0.
        expect(read(spaced)).toEqual(JSON.parse(spaced));
      }),
      { numRuns: 1000 },
    );
  });

  it('is refused alike', () => {
    const piece = fc.constantFrom(
      ...[
        '{',
        '}',
        '[',
        ']',
        ',',
        ':',
        '"a"',
        '"',
        '1',
        '-',
        '.',
        'e',
        '0',
        'true',
        'null',
        ' ',
        '\n',
        '\\u00',
        'é',
      ],
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join('');
        const outcome = parseJson(text);
        let valid = true;
        try {
          JSON.parse(text);
        } catch {
          valid = false;
        }
        const double = 'problem' in outcome && outcome.problem.includes('twice');
        expect('value' in outcome || double).toBe(valid);
      }),
      { numRuns: 5000 },
    );
  });

  it('has the same texts', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (word) => {
        expect(read(JSON.stringify(word))).toBe(word);
        expect(read(`{${JSON.stringify(word)}: [${JSON.stringify(word)}]}`)).toEqual(
          Object.fromEntries([[word, [word]]]),
        );
      }),
    );
    expect(read('"\\ud800\\u0000\\/"')).toBe('\ud800\0/');
  });
});

describe('what is refused', () => {
  it.each([
    ['', 'it ends too early at 0'],
    ['  ', 'it ends too early at 2'],
    ['{"a":1', 'it ends too early at 6'],
    ['"abc', 'it ends too early at 4'],
    ['"abc\\', 'it ends too early at 5'],
    ['{"a":1,}', 'unexpected "}" at 7'],
    ['{a:1}', 'unexpected "a:1}" at 1'],
    ['{"a" 1}', 'unexpected "1}" at 5'],
    ['[1 2]', 'unexpected "2]" at 3'],
    ['[1,]', 'unexpected "]" at 3'],
    ['1 1', 'unexpected "1" at 2'],
    ['01', 'a JSON number has no leading zero; write it as text at 0'],
    ['[-00712]', 'a JSON number has no leading zero; write it as text at 1'],
    ['1.', 'it ends too early at 2'],
    ['1.e1', 'unexpected "e1" at 2'],
    ['1e', 'it ends too early at 2'],
    ['1e+x', 'unexpected "x" at 3'],
    ['-', 'unexpected "-" at 0'],
    ['+1', 'unexpected "+1" at 0'],
    ['[NaN]', 'NaN is not a JSON number; write null for a missing value at 1'],
    ['-Infinity', '-Infinity is not a JSON number; write null for a missing value at 0'],
    ['"a\nb"', 'unexpected "\\nb\\"" at 2'],
    ['"a\\x"', 'unexpected "\\\\x\\"" at 2'],
    ['"\\u12g4"', 'unexpected "\\\\u12g4\\"" at 1'],
    ['nul', 'unexpected "nul" at 0'],
    ['{"a":1,"a":2}', 'the key "a" stands twice in one object at 7'],
    ['[{"b":{"a":[1,{"a":2}], "a" :2}}]', 'the key "a" stands twice in one object at 24'],
    ['{"a":1,"\\u0061":2}', 'the key "a" stands twice in one object at 7'],
    ['{"__proto__":1,"__proto__":2}', 'the key "__proto__" stands twice in one object at 15'],
  ])('%j: %s', (text, told) => {
    expect(read(text)).toBe(told);
  });

  it('is nesting beyond 32 levels', () => {
    const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);
    expect(parseJson(nested(32))).toHaveProperty('value');
    expect(parseJson(nested(33))).toEqual({ problem: 'nested deeper than 32 levels', offset: 32 });
    expect(parseJson('{"a":'.repeat(1e6))).toEqual({ problem: 'nested deeper than 32 levels', offset: 160 });
    // Levels are depth, not number.
    expect(parseJson(`[${Array.from({ length: 100 }, () => '[{}]').join(',')}]`)).toHaveProperty('value');
  });
});

it('takes __proto__ for a key like any other', () => {
  const value = read('{"__proto__":{"polluted":1},"constructor":2}');
  expect(Object.keys(value as object)).toEqual(['__proto__', 'constructor']);
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  expect(value).not.toHaveProperty('polluted');
});

it('tells objects from what looks like one', () => {
  expect([{}, Object.create(null)].every(isJsonObject)).toBe(true);
  expect([null, [], 'x', 5, true, undefined, new JsonNumber('1.0')].some(isJsonObject)).toBe(false);
});

it('writes a value as a CSV file would hold it', () => {
  expect([null, undefined].map(jsonText)).toEqual([null, null]);
  expect(['x', '', 5, true, new JsonNumber('1.0'), [1], { a: new JsonNumber('2.0') }].map(jsonText)).toEqual([
    'x',
    '',
    '5',
    'true',
    '1.0',
    '[1]',
    '{"a":2}',
  ]);
});
