import { describe, expect, it } from 'vitest';
import type { ColumnSchema } from '../schema.ts';
import { expected, isIssue, quoted, quotedWords } from './cell.ts';
import { flattenRow, knownColumns } from './flatten.ts';
import { JsonNumber, parseJson, scalarText } from './json.ts';
import { wordsMissing } from './missing.ts';
import { exactInteger, inRange, isNumber, parseNumber, rangeNoun } from './numbers.ts';
import { cellParser, shownJson } from './parser.ts';
import { readPlainDecimal, readPlainTime } from './plainBytes.ts';
import { daysSince1970, minutesEast, parseTime, timeGrammar, zonedTimeGrammar } from './times.ts';

const column = (overrides: Partial<ColumnSchema>): ColumnSchema => ({
  name: 'x',
  kind: 'number',
  type: 'number',
  nullable: true,
  required: true,
  closed: false,
  ...overrides,
});

describe('numbers', () => {
  it.each([
    ['inf', true],
    ['+Infinity', true],
    ['-INF', true],
    ['infinite', false],
    ['xinf', false],
    ['infx', false],
  ])('%s is a word for infinity: %s', (word, is) => {
    expect(parseNumber(word)).toEqual({
      issue: `expected a ${is ? 'finite ' : ''}number, got "${word}"`,
    });
  });

  it.each([
    ['1,5', true],
    ['-1,5', true],
    ['123,5', true],
    ['1.234,5', true],
    ['1 234 567,50', true],
    ['1234,5', false],
    ['1.23,5', false],
    ['1,5x', false],
    ['x1,5', false],
    ['1,', false],
    [',5', false],
    ['1,5,5', false],
  ])('%s has a decimal comma: %s', (word, has) => {
    const outcome = parseNumber(word);
    expect(isIssue(outcome) && outcome.issue.includes('decimal comma')).toBe(has);
  });

  it('say what they would become, in at most 40 digits', () => {
    const told = (word: string): string => {
      const outcome = parseNumber(word);
      return isIssue(outcome) ? (/become ([^;]*);/.exec(outcome.issue)?.[1] ?? 'too large') : 'held';
    };
    expect(told('9007199254740993')).toBe('9007199254740992');
    const forty = `5${'0'.repeat(38)}1`;
    expect(told(forty)).toBe(BigInt(Number(forty)).toString());
    expect(told(forty)).toHaveLength(40);
    expect(told(`5${'0'.repeat(39)}1`)).toBe('5e+40');
    expect(told('1e309')).toBe('too large');
    // 100 digits are compared with what a program would print, and no more.
    expect(told((2 ** 1000).toPrecision(100))).toBe('held');
    expect(told((2n ** 1000n).toString())).toBe('held');
  });

  it.each([
    [5, 5n],
    [-5, -5n],
    [0, 0n],
    [5.5, undefined],
    [1e21, 10n ** 21n],
    [1e300, 10n ** 300n],
    [Number.NaN, undefined],
    [Infinity, undefined],
    [new JsonNumber('1e2'), 100n],
    [new JsonNumber('100.0'), 100n],
    [new JsonNumber('-0'), 0n],
    [new JsonNumber('0.0e5'), 0n],
    [new JsonNumber('1.5'), undefined],
    [new JsonNumber('15e-1'), undefined],
    [new JsonNumber('9007199254740993'), 9_007_199_254_740_993n],
    [new JsonNumber('1e400'), 10n ** 400n],
    [new JsonNumber('1e401'), undefined],
    [new JsonNumber('x'), undefined],
    ['5', undefined],
    [null, undefined],
    [5n, undefined],
  ])('%s is exactly the integer %s', (value, integer) => {
    expect(exactInteger(value)).toBe(integer);
  });

  it('have a range, borders included', () => {
    expect([0, 5, 2].every((value) => inRange(value, { minimum: 0, maximum: 5 }))).toBe(true);
    expect([-1e-9, 5.000_001].some((value) => inRange(value, { minimum: 0, maximum: 5 }))).toBe(false);
    expect([inRange(-1e300, { maximum: 0 }), inRange(1e300, { minimum: 0 }), inRange(1, {})]).toEqual([
      true,
      true,
      true,
    ]);
    expect([{}, { minimum: 1 }, { maximum: 2 }, { minimum: 1, maximum: 2 }].map(rangeNoun)).toEqual([
      'a number',
      'a number of at least 1',
      'a number of at most 2',
      'a number from 1 to 2',
    ]);
    expect(['1', '+1', '1.', '.1', '1e5'].every(isNumber)).toBe(true);
    expect(['', ' 1', '1 ', '1e', '.', '1e5.5', '0x1'].some(isNumber)).toBe(false);
  });

  it('by a format say how they are written, and what bounds mean', () => {
    const parser = (overrides: Partial<ColumnSchema>) => cellParser(column(overrides), { missing: [''] });
    const euros = parser({ numberFormat: { decimal: ',', thousands: '.', currency: '€' } });
    expect(euros.text('1.234,50 €')).toBe(1234.5);
    expect(euros.json('1.234,50')).toBe(1234.5);
    expect(euros.json(new JsonNumber('1234.50'))).toBe(1234.5);
    expect(euros.typed(1234.5)).toBe(1234.5);
    expect(euros.text('x')).toEqual({ issue: 'expected a number written like "1.234,50 €", got "x"' });
    expect(euros.text('-inf')).toEqual({ issue: 'expected a finite number, got "-inf"' });
    const whole = parser({ type: 'integer', numberFormat: { thousands: ',' } });
    expect(whole.text('1,234')).toBe(1234);
    expect(whole.text('1,234.5')).toHaveProperty('issue', expect.stringContaining('a whole number'));
    expect(whole.text('x')).toHaveProperty('issue', expect.stringContaining('a whole number written like'));
    expect(parser({ numberFormat: { censored: 'missing' } }).text('<5')).toBeNull();
    expect(parser({ numberFormat: { censored: 'bound' } }).text('<5')).toBe(5);
    expect(parser({ numberFormat: { censored: 'missing' } }).text('5')).toBe(5);
    expect(parser({ numberFormat: { unit: 'kg' }, closed: true, maximum: 5 }).text('6 kg')).toEqual({
      issue: 'expected a number of at most 5, got "6 kg"',
    });
  });

  it('show an example by what is declared', () => {
    const like = (numberFormat: NonNullable<ColumnSchema['numberFormat']>): string | undefined => {
      const outcome = cellParser(column({ numberFormat }), { missing: [''] }).text('x');
      return isIssue(outcome) ? /like "(.*)", got/.exec(outcome.issue)?.[1] : undefined;
    };
    expect(like({})).toBe('1234.5');
    expect(like({ decimal: ',' })).toBe('1234,5');
    expect(like({ thousands: ',', grouping: 'indian' })).toBe('12,34,567.5');
    expect(like({ thousands: "'", percent: true })).toBe("1'234.5%");
    expect(like({ unit: 'kg' })).toBe('1234.5 kg');
    expect(like({ currency: '$', thousands: ',' })).toBe('$1,234.50');
    expect(like({ currency: '€', decimal: ',', thousands: '.' })).toBe('1.234,50 €');
  });
});

describe('JSON', () => {
  const read = (text: string): unknown => {
    const outcome = parseJson(text);
    return 'value' in outcome ? outcome.value : outcome;
  };

  it('has four kinds of spaces, anywhere between', () => {
    for (const space of [' ', '\n', '\r', '\t', ' \r\n\t ']) {
      const text = ['', '{', '"a"', ':', '[', '1', ',', 'true', ']', ',', '"b"', ':', '{', '}', '}', ''].join(
        space,
      );
      expect(read(text)).toEqual({ a: [1, true], b: {} });
    }
    for (const space of ['\u00a0', '\u000b', '\u000c', '\ufeff'])
      expect(read(`[1,${space}2]`)).toHaveProperty('offset', 3);
  });

  it('tells twelve characters of what it did not expect, and eighty of a key', () => {
    expect(read('[abcdefghijklmnop]')).toEqual({ problem: 'unexpected "abcdefghijkl"', offset: 1 });
    const key = 'k'.repeat(81);
    expect(read(`{"${key}":1,"${key}":1}`)).toEqual({
      problem: `the key "${'k'.repeat(80)}" stands twice in one object`,
      offset: 87,
    });
    expect(read('[-NaN]')).toHaveProperty(
      'problem',
      '-NaN is not a JSON number; write null for a missing value',
    );
    expect(read('[xNaN]')).toHaveProperty('problem', 'unexpected "xNaN]"');
  });

  it('names the key that comes again, whatever stands between', () => {
    expect(read('{ "a" : [1, {"x": 2}] , "b" : "a" , "a" : 3 }')).toEqual({
      problem: 'the key "a" stands twice in one object',
      offset: 36,
    });
  });

  it('keeps numbers of 15 digits as they are and spells those of 16 that a double would lose', () => {
    expect(read('123456789.012345')).toBe(123_456_789.012_345);
    expect(read('999999999999999')).toBe(999_999_999_999_999);
    expect(read('9999999999999999')).toEqual(new JsonNumber('9999999999999999'));
    expect(read('-1.5')).toBe(-1.5);
    expect(read('0.1234567')).toBe(0.123_456_7);
    expect(read('[0,-5,9,10.25]')).toEqual([0, -5, 9, 10.25]);
    expect([read('1e5'), read('1E5'), read('1e+21'), read('1.5e-7')]).toEqual([
      new JsonNumber('1e5'),
      new JsonNumber('1E5'),
      1e21,
      1.5e-7,
    ]);
  });

  it('has texts with every character from the space on', () => {
    expect(read('"\u0020"')).toBe(' ');
    expect(read('"\u001f"')).toHaveProperty('offset', 1);
    expect(read('"a\\"b"')).toBe('a"b');
    expect(read('"\\\\"')).toBe('\\');
    expect(read('"\\b\\f\\n\\r\\t\\u00e9"')).toBe('\b\f\n\r\té');
    expect(read('"ab\\q"')).toHaveProperty('offset', 3);
    expect(read('"\\n\\u00zz"')).toHaveProperty('offset', 3);
  });

  it('spells scalars alone', () => {
    expect([5, true, 5n, 'x', new JsonNumber('1.0')].map(scalarText)).toEqual(['5', 'true', '5', 'x', '1.0']);
    expect([null, undefined, [], {}, Symbol('x'), () => 1].map(scalarText)).toEqual(Array(6).fill(undefined));
  });
});

describe('what a message says of a value', () => {
  it('is its kind, and its beginning', () => {
    expect([null, undefined, [], {}, 'x', 5, 5n, true, Symbol('x')].map(shownJson)).toEqual([
      'null',
      'nothing',
      'a list',
      'an object',
      'the text "x"',
      'the number 5',
      'the number 5',
      'true',
      'no JSON value',
    ]);
    expect(shownJson(new JsonNumber(`1${'0'.repeat(70)}.0`))).toBe(`the number 1${'0'.repeat(59)}`);
  });

  it('is cut after 60 characters and ten words', () => {
    expect([quoted('x'.repeat(60)), quoted('x'.repeat(61))]).toEqual([
      `"${'x'.repeat(60)}"`,
      `"${'x'.repeat(60)}…"`,
    ]);
    const words = Array.from({ length: 11 }, (_, at) => `w${at}`);
    expect(quotedWords(words.slice(0, 10))).toMatch(/"w9"$/);
    expect(quotedWords(words)).toMatch(/"w9", … \(11 in all\)$/);
    expect(expected('a', 'b')).toEqual({ issue: 'expected a, got b' });
    expect([isIssue({ issue: '' }), isIssue(null), isIssue('issue'), isIssue({})]).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });
});

describe('words that mean missing', () => {
  it('are trimmed, once each, the empty one first', () => {
    expect(wordsMissing(column({ missing: [' - ', 'NA'] }), ['NA', ''])).toEqual(['', 'NA', '-']);
    expect(wordsMissing(column({}), [])).toEqual(['']);
  });

  it('mean it in the format of the column too', () => {
    const parser = cellParser(
      column({
        numberFormat: { decimal: ',', thousands: '.', censored: 'bound' },
        missing: ['-1.000,0', '<9'],
      }),
      { missing: [''] },
    );
    expect([parser.text('-1000'), parser.json(-1000), parser.text('-1.000'), parser.text('9')]).toEqual([
      null,
      null,
      null,
      9,
    ]);
    const days = cellParser(
      column({
        kind: 'time',
        type: 'string',
        timeFormat: { pattern: 'DD.MM.YYYY' },
        missing: ['01.01.1900'],
      }),
      { missing: [''] },
    );
    expect([days.text('1.1.1900'), days.text('1900-01-01'), days.text('02.01.1900')]).toEqual([
      null,
      null,
      Date.UTC(1900, 0, 2),
    ]);
    const none = cellParser(
      column({ kind: 'time', type: 'string', timeFormat: { pattern: 'none' }, missing: ['1900-01-01'] }),
      { missing: [''] },
    );
    expect(none.text('1900-01-01T00:00')).toBeNull();
  });
});

describe('times', () => {
  it.each([
    [2024, 0, 1],
    [2024, 13, 1],
    [2024, 1, 0],
    [2024, 1, 32],
    [2024, 2, 30],
    [2023, 2, 29],
    [1900, 2, 29],
    [2024, 4, 31],
    [2024, 12, 32],
  ])('%d-%d-%d is no date', (year, month, day) => {
    expect(daysSince1970(year, month, day)).toBeNaN();
  });

  it('have every day of a year, leap or not', () => {
    for (const year of [1900, 1969, 1970, 2000, 2023, 2024])
      for (let month = 1; month <= 12; month += 1) {
        const last = new Date(Date.UTC(year, month, 0)).getUTCDate();
        for (const day of [1, 2, last - 1, last])
          expect(daysSince1970(year, month, day)).toBe(Date.UTC(year, month - 1, day) / 86_400_000);
        expect(daysSince1970(year, month, last + 1)).toBeNaN();
      }
  });

  it.each([
    ['Z', 0],
    ['z', 0],
    ['+00', 0],
    ['+02', 120],
    ['-02', -120],
    ['+0230', 150],
    ['-02:30', -150],
    ['+23:59', 1439],
  ])('the zone %s is %d minutes east', (zone, minutes) => {
    expect(minutesEast(zone) + 0).toBe(minutes);
  });

  it.each([
    '',
    'Zz',
    'UTC',
    '02',
    '+2',
    '+24',
    '+24:00',
    '+02:60',
    '+02:3',
    '+02-30',
    '+0260',
    '+ab',
    '+02:ab',
    '+02:300',
    '+023',
  ])('%j is no zone', (zone) => {
    expect(minutesEast(zone)).toBeNaN();
  });

  it.each([
    ['2024-01-01T23:59:59', 86_399_000],
    ['2024-01-01t00:00', 0],
    ['2024-01-01 00:00:00,5', 500],
    ['2024-01-01T00:00:00.0009', 0],
    ['2024-01-01T00:00:00.12', 120],
    ['2024-01-01T00:00:00.999999', 999],
    ['2024-01-01T00:00 Z', 0],
    ['2024-01-01T01:00 +01', 0],
    ['2024-01-01T01:00:00.5 +01:00', 500],
  ])('%s is %d ms into the year', (text, ms) => {
    expect(parseTime(text) - Date.UTC(2024, 0, 1)).toBe(ms);
  });

  it.each([
    '2024-01-01T-1:00',
    '2024-01-01T00-00',
    '2024-01-01T00:0x',
    '2024-01-01T00:00:0x',
    '2024-01-01T00:00:00;5',
    '2024-01-01T00:00  Z',
    '2024-01-01T00:00:',
    '2024-01-01_00:00',
    '2024/01-01',
    '2024-01/01',
    '2024-01-0x',
    '+02024-01-01',
    '*012024-01-01',
    '+275760-09-14',
    '-271821-04-19',
    '+275760-09-13T00:00:00.001Z',
  ])('%s is none', (text) => {
    expect(parseTime(text)).toBeNaN();
  });

  it('reach as far as a Date does', () => {
    expect([parseTime('+275760-09-13'), parseTime('-271821-04-20'), parseTime('-000001-01-01')]).toEqual([
      8.64e15,
      -8.64e15,
      Date.parse('-000001-01-01T00:00:00Z'),
    ]);
  });

  it('have a grammar of all, and one of those that name their zone', () => {
    const any = new RegExp(`^${timeGrammar}$`);
    const zoned = new RegExp(`^${zonedTimeGrammar}$`);
    const words = ['2024-02-29', '2024-02-29T10:00', '2024-02-29T10:00Z', '2024-02-29T10:00:00.5 +0100'];
    expect(words.map((word) => any.test(word))).toEqual([true, true, true, true]);
    expect(words.map((word) => zoned.test(word))).toEqual([true, false, true, true]);
    for (const word of ['2023-02-29', '2024-04-31', '2024-01-01T24:00', '2024-01-01Z', '1900-02-29'])
      expect([any.test(word), zoned.test(word)]).toEqual([false, false]);
  });
});

describe('plain bytes', () => {
  const decimal = (text: string): number => {
    const into = new Float64Array(1);
    return readPlainDecimal(Buffer.from(text), 0, text.length, into, 0) ? into[0]! : Number.NaN;
  };
  const time = (text: string): number => {
    const into = new Float64Array(1);
    return readPlainTime(Buffer.from(text), 0, text.length, into, 0) ? into[0]! : Number.NaN;
  };

  it('are decimals of at most 19 digits, 22 of them behind the point', () => {
    expect(decimal('0.0000012345678901234567')).toBe(0.000_001_234_567_890_123_456_7);
    expect(decimal('0.00000123456789012345678')).toBeNaN();
    expect(decimal('1.234567890123456789')).toBe(Number('1.234567890123456789'));
    expect(decimal('1.2345678901234567890')).toBeNaN();
    expect(decimal('12345678901.2345.6789')).toBeNaN();
    expect(decimal('1234567890123456/')).toBeNaN();
    expect(decimal('1234567890123456:')).toBeNaN();
    expect([decimal('5/'), decimal('5:'), decimal('0'), decimal('9'), decimal('90.09')]).toEqual([
      Number.NaN,
      Number.NaN,
      0,
      9,
      90.09,
    ]);
    expect([decimal('9007199254740991'), decimal('9007199254740992')]).toEqual([2 ** 53 - 1, Number.NaN]);
  });

  it.each([
    ['2024-12-31T23:59:59Z', true],
    ['2024-12-31 00:00:00', true],
    ['2024-12-31T23:59:59z', false],
    ['2024-12-31T23:59:59ZZ', false],
    ['2024-12-31T23:59:5', false],
    ['2024-12-31T24:00:00', false],
    ['2024-12-31T23:60:00', false],
    ['2024-12-31T23:59:60', false],
    ['2024-12-31T23.59:00', false],
    ['2024-12-31T23:59.00', false],
    ['2024-12-31Tx3:59:00', false],
    ['2024-12-31T23:x9:00', false],
    ['2024-12-31T23:59:x0', false],
    ['2024-12-31T23:59:0:', false],
    ['2024-12-31T23:59:/0', false],
    ['2024-12-31t23:59:00', false],
    ['2024.12-31', false],
    ['2024-12.31', false],
    ['x024-12-31', false],
    ['20x4-12-31', false],
    ['2024-x2-31', false],
    ['2024-12-x1', false],
    ['2024-00-01', false],
    ['2024-13-01', false],
    ['2024-01-00', false],
    ['2024-01-32', false],
    ['2024-01-3', false],
    ['0000-01-01', true],
    ['2024-01-01', true],
  ])('%s is a plain time: %s', (text, is) => {
    expect(time(text)).toBe(is ? parseTime(text) : Number.NaN);
  });
});

describe('a row of nested objects', () => {
  it('knows columns by what they are below', () => {
    const { names, below } = knownColumns(['a.b.c', 'a.d', 'e', 'e']);
    expect([...names]).toEqual(['a.b.c', 'a.d', 'e']);
    expect([...below]).toEqual([
      ['a', ['a.b.c', 'a.d']],
      ['a.b', ['a.b.c']],
    ]);
  });

  it('is left alone where nothing is nested', () => {
    const row = { a: null, b: [{}], c: new JsonNumber('1.0'), d: 5, e: { f: 1 } };
    expect(flattenRow(row, knownColumns(['e']))).toEqual({ fields: row });
    expect(flattenRow({ a: null, e: 1 }, knownColumns(['a.b', 'e']))).toEqual({
      fields: { 'a.b': null, e: 1 },
    });
    expect(flattenRow({ a: { b: null } })).toEqual({ fields: { 'a.b': null } });
    expect(flattenRow({ a: { b: { x: 1 } } }, knownColumns(['a.b']))).toEqual({
      fields: { 'a.b': { x: 1 } },
    });
  });

  it('names at most 80 characters of a field that stands twice, and stops there', () => {
    const name = 'n'.repeat(100);
    expect(flattenRow({ [`a.${name}`]: 1, a: { [name]: 1 } })).toEqual({
      problem: `the field "a.${'n'.repeat(78)}" stands twice, nested and with a dot or in two spellings`,
    });
  });
});
