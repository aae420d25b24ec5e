import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ColumnSchema } from '../schema.ts';
import type { Cell, CellIssue, TypedValue } from './cell.ts';
import { isIssue } from './cell.ts';
import { JsonNumber, parseJson } from './json.ts';
import { cellParser } from './parser.ts';

const column = (overrides: Partial<ColumnSchema>): ColumnSchema => ({
  name: 'x',
  kind: 'number',
  type: 'number',
  nullable: true,
  required: true,
  closed: false,
  ...overrides,
});
const missing = ['', 'NA', '?'];
type Outcome = Cell | CellIssue;
const parser = (overrides: Partial<ColumnSchema>, words: readonly string[] = missing) =>
  cellParser(column(overrides), { missing: words });
const text = (overrides: Partial<ColumnSchema>, raw: string): Outcome => parser(overrides).text(raw);
const typed = (overrides: Partial<ColumnSchema>, value: TypedValue): Outcome =>
  parser(overrides).typed(value);
/** The value that the source text of a JSON value gives. */
const json = (overrides: Partial<ColumnSchema>, source: string): Outcome => {
  const parsed = parseJson(source);
  if (!('value' in parsed)) throw new Error(parsed.problem);
  return parser(overrides).json(parsed.value);
};
const word = { kind: 'category', type: 'string' } as const;
const note = { kind: 'text', type: 'string' } as const;
const time = { kind: 'time', type: 'string' } as const;

describe('numbers', () => {
  it('refuse what a 64-bit float cannot hold, by every way in', () => {
    const asText = 'make the column text or a category in the row schema to keep it as written';
    const told = (got: string): CellIssue => ({
      issue: `expected a number that a 64-bit float holds, got ${got}, which would become 9007199254740992; ${asText}`,
    });
    expect(text({}, '9007199254740993')).toEqual(told('"9007199254740993"'));
    expect(json({}, '9007199254740993')).toEqual(told('the number 9007199254740993'));
    expect(typed({}, 9007199254740993n)).toEqual(told('9007199254740993'));
    expect(text({}, '9007199254740992')).toBe(2 ** 53);
    expect(json({}, '9007199254740992')).toBe(2 ** 53);
    expect(typed({}, 9007199254740992n)).toBe(2 ** 53);
    expect(json({}, '1e400')).toEqual({
      issue: `expected a finite number, got the number 1e400, which is too large for a 64-bit float; ${asText}`,
    });
    expect(typed({}, Infinity)).toEqual({ issue: 'expected a finite number, got Infinity' });
    expect(parser({}).json(Infinity)).toEqual({ issue: 'expected a finite number, got the number Infinity' });
  });

  it('are JSON numbers, never JSON texts', () => {
    expect(json({}, '5')).toBe(5);
    expect(json({}, '70.0')).toBe(70);
    expect(json({}, '-0.0')).toBe(0);
    expect(json({}, '7.12e2')).toBe(712);
    expect(json({}, '"5"')).toEqual({ issue: 'expected a number, got the text "5"' });
    expect(json({}, 'true')).toEqual({ issue: 'expected a number, got true' });
    expect(json({}, '[5]')).toEqual({ issue: 'expected a number, got a list' });
    expect(json({}, '{"a":1}')).toEqual({ issue: 'expected a number, got an object' });
    expect(typed({}, true)).toEqual({ issue: 'expected a number, got true' });
    expect(typed({}, '5')).toBe(5);
    expect(typed({}, -0)).toBe(0);
    expect(parser({}).json(5n)).toBe(5);
  });

  it('take whole numbers however they are written', () => {
    const whole = { type: 'integer' } as const;
    expect([text(whole, '5.0'), json(whole, '5.0'), typed(whole, 5)]).toEqual([5, 5, 5]);
    expect(text(whole, '5.5')).toEqual({ issue: 'expected a whole number, got "5.5"' });
    expect(text(whole, 'abc')).toEqual({ issue: 'expected a whole number, got "abc"' });
    expect(json(whole, '5.5')).toEqual({ issue: 'expected a whole number, got the number 5.5' });
    expect(typed(whole, 5.5)).toEqual({ issue: 'expected a whole number, got 5.5' });
  });

  it('refuse what is outside a closed range only, borders inside', () => {
    const range = { minimum: 0, maximum: 9 };
    expect([text(range, '10'), json(range, '-1')]).toEqual([10, -1]);
    const closed = { ...range, closed: true };
    expect([text(closed, '0'), text(closed, '9'), json(closed, '0'), typed(closed, 9)]).toEqual([0, 9, 0, 9]);
    expect(text(closed, '9.000001')).toEqual({ issue: 'expected a number from 0 to 9, got "9.000001"' });
    expect(json(closed, '-1e-9')).toEqual({
      issue: 'expected a number from 0 to 9, got the number -1e-9',
    });
    expect(text({ minimum: 0, closed: true }, '-1')).toEqual({
      issue: 'expected a number of at least 0, got "-1"',
    });
    expect(text({ maximum: 9, closed: true }, '10')).toEqual({
      issue: 'expected a number of at most 9, got "10"',
    });
    expect([text({ closed: true }, '10'), text({ minimum: 0, closed: true }, '99')]).toEqual([10, 99]);
  });
});

describe('missing values', () => {
  it('are the same by every way in', () => {
    for (const kind of [{}, word, note, time, { kind: 'category', type: 'boolean' }] as const) {
      const absent = [
        ...['', '  ', 'NA', ' NA ', '?', '\u00a0'].map((raw) => text(kind, raw)),
        ...['null', '""', '" NA "', '"?"'].map((source) => json(kind, source)),
        ...[null, undefined, Number.NaN, 'NA', ''].map((value) => typed(kind, value)),
        parser(kind).json(undefined),
      ];
      expect(new Set(absent)).toEqual(new Set([null]));
    }
  });

  it('are refused where a value must be', () => {
    const must = { nullable: false };
    expect(text(must, '?')).toEqual({ issue: 'expected a number, got "?", which means missing' });
    expect(text(must, ' ')).toEqual({ issue: 'expected a number, got nothing' });
    expect(json(must, 'null')).toEqual({ issue: 'expected a number, got null' });
    expect(json(must, '"NA"')).toEqual({
      issue: 'expected a number, got the text "NA", which means missing',
    });
    expect(typed(must, null)).toEqual({ issue: 'expected a number, got nothing' });
    expect(typed(must, Number.NaN)).toEqual({ issue: 'expected a number, got nothing' });
  });

  it('that look like numbers are missing in every spelling of the number, and words only in columns of words', () => {
    const words = ['-999'];
    const number = parser({}, words);
    expect(['-999', '-999.0', '-9.99e2'].map((raw) => number.text(raw))).toEqual([null, null, null]);
    expect([number.json(-999), number.json(new JsonNumber('-999.0')), number.typed(-999)]).toEqual([
      null,
      null,
      null,
    ]);
    expect(number.typed(-999n)).toBeNull();
    expect(number.text('-998.9999')).toBe(-998.9999);
    expect(parser(word, words).text('-999')).toBeNull();
    expect(parser(word, words).json(-999)).toBeNull();
    expect(parser(word, words).text('-999.0')).toBe('-999.0');
    const dated = parser(time, ['9999-12-31']);
    expect([dated.text('9999-12-31T00:00Z'), dated.typed(new Date(Date.UTC(9999, 11, 31)))]).toEqual([
      null,
      null,
    ]);
  });
});

describe('categories', () => {
  it('keep their spelling', () => {
    for (const type of ['string', 'integer', 'number'] as const) {
      const kind = { kind: 'category', type } as const;
      expect(['00712', '712', '7.12e2', '712.0', ' 712 '].map((raw) => text(kind, raw))).toEqual([
        '00712',
        '712',
        '7.12e2',
        '712.0',
        '712',
      ]);
      expect(['712', '7.12e2', '712.0', '"00712"', '" 712 "', '-0'].map((one) => json(kind, one))).toEqual([
        '712',
        '7.12e2',
        '712.0',
        '00712',
        '712',
        '-0',
      ]);
      expect(json(kind, '9007199254740993')).toBe('9007199254740993');
      expect(json(kind, '1e400')).toBe('1e400');
      expect(parser(kind).json(9007199254740993n)).toBe('9007199254740993');
    }
  });

  it('of typed files are integers in decimal, integral floats as integers, other floats shortest', () => {
    expect(
      [3, 3n, 9007199254740993n, -0, 0.1, 1e21, 2 ** 60, 1e-7, true].map((value) => typed(word, value)),
    ).toEqual([
      '3',
      '3',
      '9007199254740993',
      '0',
      '0.1',
      '1000000000000000000000',
      '1152921504606846976',
      '1e-7',
      'true',
    ]);
    expect(typed(word, -Infinity)).toEqual({ issue: 'expected a finite number, got -Infinity' });
    expect(typed(word, new Date(0))).toBe('1970-01-01T00:00:00.000Z');
  });

  it('are JSON scalars', () => {
    expect([json(word, 'true'), json(word, '"TRUE"'), json(word, '"a  b"')]).toEqual([
      'true',
      'TRUE',
      'a  b',
    ]);
    expect(json(word, '{}')).toEqual({
      issue: 'expected a category, got an object',
    });
    expect(parser(word).json(Symbol('x'))).toEqual({
      issue: 'expected a category, got no JSON value',
    });
  });

  it('have booleans by true, false and declared words only', () => {
    const boolean = { kind: 'category', type: 'boolean' } as const;
    expect([text(boolean, 'TRUE'), json(boolean, 'false'), json(boolean, '"False"')]).toEqual([
      'true',
      'false',
      'false',
    ]);
    expect(typed(boolean, true)).toBe('true');
    expect(text(boolean, 'yes')).toEqual({ issue: 'expected one of "true", "false", got "yes"' });
    expect(json(boolean, '1')).toEqual({ issue: 'expected one of "true", "false", got the number 1' });
    const declared = { ...boolean, trueWords: ['yes', '1'], falseWords: ['no', '0'] };
    expect([text(declared, 'Yes'), json(declared, '1'), json(declared, '"no"'), typed(declared, 0)]).toEqual([
      'true',
      'true',
      'false',
      'false',
    ]);
    expect(isIssue(json(declared, '1.0'))).toBe(true);
    expect(isIssue(json({ ...declared, domain: ['true'], closed: true }, '"no"'))).toBe(true);
  });

  it('refuse words outside of a closed domain', () => {
    const domain = { ...word, domain: ['a', 'b', '1'] };
    expect(text({ ...domain, closed: true }, 'c')).toEqual({
      issue: 'expected one of "a", "b", "1", got "c"',
    });
    expect(json({ ...domain, closed: true }, '1')).toBe('1');
    expect(isIssue(json({ ...domain, closed: true }, '1.0'))).toBe(true);
    expect(text(domain, 'c')).toBe('c');
    const long = Array.from({ length: 11 }, (_, i) => `w${i}`);
    expect(text({ ...word, domain: long, closed: true }, 'c')).toEqual({
      issue: `expected one of ${long
        .slice(0, 10)
        .map((one) => `"${one}"`)
        .join(', ')}, … (11 in all), got "c"`,
    });
  });

  it('refuse characters that cannot be stored', () => {
    const told = 'expected a text without NUL and broken Unicode characters';
    for (const kind of [word, note]) {
      expect(json(kind, '"a\\ud800"')).toEqual({ issue: `${told}, got the text "a\\ud800"` });
      expect(json(kind, '"\\udc00b"')).toHaveProperty('issue');
      expect(json(kind, '"a\\u0000b"')).toEqual({ issue: `${told}, got the text "a\\u0000b"` });
      expect(text(kind, '😀\u0000')).toHaveProperty('issue');
      expect(json(kind, '"😀"')).toBe('😀');
    }
  });
});

describe('times and texts', () => {
  it('has times from text and from times', () => {
    expect([text(time, ' 1970-01-02 '), json(time, '"1970-01-02"'), typed(time, new Date(5))]).toEqual([
      86_400_000, 86_400_000, 5,
    ]);
    const told = 'expected a time as ISO 8601 (2024-12-31 or 2024-12-31T23:59:00Z)';
    expect(json(time, '5')).toEqual({ issue: `${told}, got the number 5` });
    expect(text(time, '5')).toEqual({ issue: `${told}, got "5"` });
    expect(typed(time, 5)).toEqual({ issue: `${told}, got 5` });
    expect(typed(time, new Date(Number.NaN))).toEqual({ issue: `${told}, got no time` });
    expect(typed({}, new Date(0))).toEqual({ issue: 'expected a number, got 1970-01-01T00:00:00.000Z' });
  });

  it('keeps text as it stands, but for a byte order mark', () => {
    expect([text(note, ' a '), json(note, '" a "'), typed(note, ' a ')]).toEqual([' a ', ' a ', ' a ']);
    expect([text(note, '\ufeffa\ufeff'), json(note, '"\\ufeffa"')]).toEqual(['a\ufeff', 'a']);
    expect([json(note, '12'), json(note, '12.0'), typed(note, 12n)]).toEqual(['12', '12.0', '12']);
  });

  it('cuts what a message quotes', () => {
    expect(text({}, 'x'.repeat(61))).toEqual({ issue: `expected a number, got "${'x'.repeat(60)}…"` });
    expect(text({}, 'x'.repeat(60))).toEqual({ issue: `expected a number, got "${'x'.repeat(60)}"` });
  });
});

describe('laws', () => {
  const kinds = fc.constantFrom<ColumnSchema['kind'][]>('number', 'category', 'time', 'text');
  const types = fc.constantFrom<ColumnSchema['type'][]>('number', 'integer', 'boolean', 'string');
  const spelling = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.double().map(String),
    fc.bigInt({ min: -(2n ** 64n), max: 2n ** 64n }).map(String),
    fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
    fc.constantFrom('NA', '?', ' ', 'true', 'FALSE', '-999', '-0', '1e400', '1.0', '007', '\ufeff', '-999.0'),
  );
  // Short keys: an object whose `toString` is no function has no text, and is nothing that a reader gives.
  const anything = fc.anything({ key: fc.string({ maxLength: 3 }) });
  const any = fc.oneof(anything, fc.bigInt(), fc.double(), fc.date(), spelling);

  it('never throws', () => {
    fc.assert(
      fc.property(kinds, types, fc.boolean(), any, (kind, type, closed, value) => {
        const each = parser({ kind, type, closed, domain: ['a'], minimum: 0 });
        each.json(value);
        each.typed(value as TypedValue);
        if (typeof value === 'string') each.text(value);
      }),
      { numRuns: 1000 },
    );
  });

  it('reads a JSON text as a file of text does, but for numbers', () => {
    fc.assert(
      fc.property(kinds, types, spelling, (kind, type, raw) => {
        const each = parser({ kind, type, closed: true, domain: ['a', 'true', '1.0'], maximum: 5 });
        const [fromText, fromJson] = [each.text(raw), each.json(raw)];
        if (kind === 'number') {
          if (!isIssue(fromJson)) expect(fromJson).toBe(fromText);
          return;
        }
        expect(isIssue(fromJson)).toBe(isIssue(fromText));
        if (!isIssue(fromJson)) expect(fromJson).toBe(fromText);
      }),
      { numRuns: 1000 },
    );
  });

  it('reads a JSON number as a file of text does', () => {
    const source = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)),
      fc.bigInt({ min: -(2n ** 64n), max: 2n ** 64n }).map(String),
      fc.constantFrom('-0', '1.0', '7.12e2', '1e400', '-999.0', '5e-324'),
    );
    fc.assert(
      fc.property(kinds, types, source, (kind, type, raw) => {
        const each = parser({ kind, type }, ['-999']);
        const parsed = parseJson(raw);
        const [fromText, fromJson] = [each.text(raw), each.json('value' in parsed ? parsed.value : null)];
        expect(isIssue(fromJson)).toBe(isIssue(fromText));
        if (!isIssue(fromJson)) expect(fromJson).toBe(fromText);
      }),
      { numRuns: 1000 },
    );
  });

  it('comes back from the prediction log: what was read is read again as the same cell', () => {
    fc.assert(
      fc.property(kinds, types, any, fc.boolean(), (kind, type, value, asText) => {
        const each = parser({ kind, type, trueWords: ['1.0'] }, ['', '-999', 'true', '1970-01-01']);
        const cell = asText ? each.text(String(Object(value))) : each.json(value);
        if (isIssue(cell)) return;
        const logged = kind === 'time' && typeof cell === 'number' ? new Date(cell).toISOString() : cell;
        const parsed = parseJson(JSON.stringify(logged));
        expect(each.json('value' in parsed ? parsed.value : undefined)).toBe(cell);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('version 1, of the bundles of 0.1', () => {
  const first = (overrides: Partial<ColumnSchema>, words: readonly string[] = missing) =>
    cellParser(column(overrides), { missing: words, cells: 1 });

  it('has numeric categories without their spelling', () => {
    for (const type of ['integer', 'number'] as const) {
      const kind = first({ kind: 'category', type, domain: ['0', '1'], closed: true });
      expect(['0.0', '0', '1e0', ' 1.0 '].map((raw) => kind.text(raw))).toEqual(['0', '0', '1', '1']);
      expect([kind.json(new JsonNumber('1.0')), kind.json(0), kind.json('0.0')]).toEqual(['1', '0', '0']);
      expect(kind.typed(1)).toBe('1');
      expect([kind.text('2'), kind.text('x'), kind.text('1e999')].every(isIssue)).toBe(true);
    }
    const open = first({ kind: 'category', type: 'integer' });
    expect(open.text('12345678901234567890')).toBe('12345678901234567890');
    expect(open.text('5.0e0')).toBe('5');
  });

  it('has JSON numbers as doubles in every category', () => {
    const kind = first(word);
    expect([kind.json(new JsonNumber('1.0')), kind.json(new JsonNumber('7.12e2'))]).toEqual(['1', '712']);
    expect(kind.json(new JsonNumber('9007199254740993'))).toBe('9007199254740992');
    expect([kind.text('1.0'), kind.text('007')]).toEqual(['1.0', '007']);
    expect(kind.json(new JsonNumber('1e400'))).toEqual({
      issue: 'expected a finite number, got the number Infinity',
    });
  });

  it('rounds numbers, and knows missing words by their spelling only', () => {
    const kind = first({}, ['-999']);
    expect(kind.text('9007199254740993')).toBe(2 ** 53);
    expect(kind.json(new JsonNumber('9007199254740993'))).toBe(2 ** 53);
    expect(kind.typed(9007199254740993n)).toBe(2 ** 53);
    expect([kind.text('-999'), kind.text('-999.0'), kind.json(-999)]).toEqual([null, -999, -999]);
    expect([kind.text('1e400'), kind.text('x')].every(isIssue)).toBe(true);
    expect(first({ closed: true, maximum: 5 }).text('6')).toHaveProperty('issue');
  });

  it('keeps texts, and with them row ids, as they are written', () => {
    const kind = first(note);
    expect([kind.json(new JsonNumber('9007199254740993')), kind.json(new JsonNumber('7.0'))]).toEqual([
      '9007199254740993',
      '7.0',
    ]);
  });
});
