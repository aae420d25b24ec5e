import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isIssue } from './cell.ts';
import { decimalWord, numberGrammar, numberWord, parseNumber } from './numbers.ts';

const double = fc.double({ noNaN: true, noDefaultInfinity: true });

describe('parseNumber', () => {
  it.each([
    ['5', 5],
    [' 5 ', 5],
    ['+5', 5],
    ['-5.25', -5.25],
    ['.5', 0.5],
    ['5.', 5],
    ['1e3', 1000],
    ['1E-3', 0.001],
    ['-0', 0],
    ['0.1', 0.1],
    ['0.66666666666666666667', 2 / 3],
    ['4.9e-324', 5e-324],
    ['1e-400', 0],
    ['1.7976931348623157e308', Number.MAX_VALUE],
    ['007', 7],
    ['\u00a05\ufeff', 5],
  ])('%j', (raw, value) => {
    expect(parseNumber(raw)).toBe(value);
  });

  it.each([
    '0x10',
    '1_000',
    '1,000',
    'NaN',
    'Infinity',
    '-inf',
    '1e400',
    '-1e400',
    '5 6',
    'abc',
    '1e',
    '.',
    '+',
    '--1',
    '１',
    '',
  ])('%j is refused', (raw) => {
    expect(parseNumber(raw)).toHaveProperty('issue');
  });

  it('says why', () => {
    expect(parseNumber('abc')).toEqual({ issue: 'expected a number, got "abc"' });
    expect(parseNumber('-inf')).toEqual({ issue: 'expected a finite number, got "-inf"' });
    expect(parseNumber('1,5')).toEqual({
      issue: 'expected a number, got "1,5" (a decimal comma? numbers use a point)',
    });
  });

  it.each([
    ['9007199254740991', true],
    ['9007199254740992', true],
    ['9007199254740993', false],
    ['-9007199254740993', false],
    ['9007199254740994', true],
    ['9007199254740993.0', false],
    ['9.007199254740993e15', false],
    ['09007199254740993', false],
    ['9007199254740992.0', true],
    ['9007199254740991.25', true],
    ['9007199254740992.4', false],
    ['18446744073709551615', false],
    ['18446744073709551616', true],
    ['123456789012345680000', true],
    ['123456789012345678901', false],
    ['1e300', true],
    ['12345678901234567890.12', false],
    [`1${'0'.repeat(300)}`, true],
    [`1${'0'.repeat(299)}1`, false],
    [(2n ** 1023n).toString(), true],
    [(2n ** 1023n + 1n).toString(), false],
  ])('%s is held by a double: %s', (raw, held) => {
    expect(isIssue(parseNumber(raw))).toBe(!held);
    expect(isIssue(parseNumber(raw.startsWith('-') ? raw.slice(1) : `-${raw}`))).toBe(!held);
  });

  it('takes every double however a program prints it', () => {
    const grammar = new RegExp(`^${numberGrammar}$`);
    fc.assert(
      fc.property(double, fc.integer({ min: 17, max: 30 }), (value, digits) => {
        const wanted = value === 0 ? 0 : value;
        for (const printed of [String(value), value.toExponential(digits), value.toPrecision(digits)]) {
          expect(parseNumber(printed)).toBe(wanted);
          expect(grammar.test(printed)).toBe(true);
        }
        if (Number.isInteger(value)) expect(parseNumber(BigInt(value).toString())).toBe(wanted);
      }),
    );
  });

  it('never changes an integer', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n }), (integer) => {
        const value = parseNumber(integer.toString());
        const digits = integer.toString().replace(/^-|0+$/g, '');
        const asPrinted = Number(integer).toExponential(Math.max(0, digits.length - 1));
        const isHeld = BigInt(Number(integer)) === integer || asPrinted.replace(/^-|e.*|\./g, '') === digits;
        expect(value).toEqual(isHeld ? Number(integer) : { issue: expect.any(String) as string });
      }),
    );
  });
});

it('writes typed numbers as words that read back', () => {
  expect([3, -3, 0, -0, 0.1, 1e21, 5e-324, 12n, -(2n ** 64n)].map(numberWord)).toEqual([
    '3',
    '-3',
    '0',
    '0',
    '0.1',
    '1000000000000000000000',
    '5e-324',
    '12',
    '-18446744073709551616',
  ]);
  fc.assert(
    fc.property(double, (value) => {
      expect(Number(numberWord(value))).toBe(value + 0);
    }),
  );
});

it.each([
  ['712.50', '712.5'],
  ['712.00', '712'],
  ['700', '700'],
  ['-0.00', '0'],
  ['0.00', '0'],
  ['-0.10', '-0.1'],
  ['100.0', '100'],
  ['12345678901234567890.12', '12345678901234567890.12'],
])('writes the decimal %s as %s', (text, word) => {
  expect(decimalWord(text)).toBe(word);
});
