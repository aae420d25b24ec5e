import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Column, Table } from '../data/columns.ts';
import { columnsOf, judging, misfit } from './formula.ts';
import { FormulaError, parseCondition } from './parse.ts';

const numbers = (...values: number[]): Column => ({ kind: 'number', values: Float64Array.from(values) });
const table = (columns: Readonly<Record<string, Column>>, rows: number): Table => ({
  rows,
  columns: new Map(Object.entries(columns)),
});
const verdicts = (formula: string, of: Table, tolerance = 0): (boolean | null)[] => {
  const judge = judging(parseCondition(formula), of, tolerance);
  return Array.from({ length: of.rows }, (_, row) => judge(row));
};

describe('a formula', () => {
  const three = table({ a: numbers(1, 2, 3), b: numbers(2, 2, 2), 'net amount': numbers(0, 1, NaN) }, 3);

  it.each([
    ['a < b', [true, false, false]],
    ['a <= b', [true, true, false]],
    ['a == b', [false, true, false]],
    ['a != b', [true, false, true]],
    ['a >= b', [false, true, true]],
    ['a > b', [false, false, true]],
    ['a + b * 2 == 6', [false, true, false]],
    ['(a + b) * 2 == 6', [true, false, false]],
    ['a - b - 1 == -2', [true, false, false]],
    ['-a == -(b + 1)', [false, false, true]],
    ['`net amount` + 1 == a', [true, true, null]],
    ['a / 0 > 1e300', [true, true, true]],
  ] as const)('%s', (formula, expected) => {
    expect(verdicts(formula, three)).toEqual(expected);
  });

  it('judges a calculation without a result as false, not as missing', () => {
    expect(verdicts('a / b == a', table({ a: numbers(0), b: numbers(0) }, 1))).toEqual([false]);
  });

  it('forgives the rounding of a sum, and what the tolerance says, to its border', () => {
    const sums = table({ a: numbers(0.1), b: numbers(0.2), c: numbers(0.3) }, 1);
    expect(verdicts('a + b == c', sums)).toEqual([true]);
    expect(verdicts('a + b <= c', sums)).toEqual([true]);
    const off = table({ a: numbers(10, 10), b: numbers(10.5, 10.75) }, 2);
    expect(verdicts('a == b', off, 0.5)).toEqual([true, false]);
    expect(verdicts('b <= a', off, 0.5)).toEqual([true, false]);
    expect(verdicts('a < b', off, 0.5)).toEqual([true, true]);
  });

  it('tells infinities apart', () => {
    const ends = table({ a: numbers(Infinity, -Infinity), b: numbers(Infinity, Infinity) }, 2);
    expect(verdicts('a == b', ends)).toEqual([true, false]);
  });

  it('compares words by == and !=', () => {
    const words = table(
      {
        state: { kind: 'category', codes: Int32Array.of(0, 1, -1), dictionary: ['paid', 'open'] },
        copy: { kind: 'text', values: ['paid', 'paid', 'paid'] },
      },
      3,
    );
    expect(verdicts("state == 'paid'", words)).toEqual([true, false, null]);
    expect(verdicts("'paid' != state", words)).toEqual([false, true, null]);
    expect(verdicts('state == copy', words)).toEqual([true, false, null]);
  });

  it('names its columns once, in order', () => {
    expect(columnsOf(parseCondition('b + a * (b - 1) <= `net amount` / umsatz_ü.1'))).toEqual([
      'b',
      'a',
      'net amount',
      'umsatz_ü.1',
    ]);
  });

  it.each([
    ['', "expected a column, a number or a 'text' at character 1, the formula ends"],
    ['a', 'expected one of <= >= == != < > at character 2, the formula ends'],
    ['a = b', '"=" at character 3: equality is written "=="'],
    ['a <= b <= c', 'expected the end at character 8, got "<="'],
    ['(a <= b', 'expected ")" at character 4, got "<="'],
    ['a ; b', '";" at character 3 means nothing here'],
    ["a == 'open", '"\'" at character 6 means nothing here'],
    ['a + == 2', 'expected a column, a number or a \'text\' at character 5, got "=="'],
    [`${'('.repeat(60)}a${')'.repeat(60)} == 1`, 'it is nested too deeply'],
  ])('says what is wrong with %j', (formula, message) => {
    expect(() => parseCondition(formula)).toThrow(new FormulaError(message));
  });

  it('ends for any text, by a condition or by a FormulaError', () => {
    const piece = fc.constantFrom('a', '1', "'x'", '(', ')', '+', '-', '<=', '==', ' ', '`n m`', '=', '"');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        try {
          expect(columnsOf(parseCondition(pieces.join('')))).toBeDefined();
        } catch (error) {
          expect(error).toBeInstanceOf(FormulaError);
        }
      }),
    );
  });

  it('says what does not go with the kinds of its columns', () => {
    const kinds = new Map([
      ['a', 'number'],
      ['start', 'time'],
      ['state', 'category'],
      ['note', 'text'],
    ] as const);
    const said = (formula: string): string | undefined => misfit(parseCondition(formula), kinds);
    expect(said('a + 1 <= start')).toBeUndefined();
    expect(said('state == note')).toBeUndefined();
    expect(said('state + 1 == a')).toBe('state holds words: nothing can be calculated with it');
    expect(said('-state == a')).toBe('state holds words: nothing can be calculated with it');
    expect(said('state == a')).toBe('state holds words, a does not');
    expect(said('1 != note')).toBe('note holds words, 1 does not');
    expect(said("state < 'x'")).toBe('words are compared by == and != only, got <');
  });
});
