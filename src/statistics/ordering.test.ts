import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../random.ts';
import { ascending } from './metrics/ranking.ts';
import { doubleOrder, hasRuns, radixOrder, sortRuns, textOrder } from './ordering.ts';

const compared = (values: Float64Array): number[] =>
  Array.from(values, (_, row) => row).sort((left, right) => values[left]! - values[right]! || left - right);

describe('doubleOrder', () => {
  it('orders doubles as comparing them does, equal ones as they stood', () => {
    const value = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.constantFrom(0, -0, 1, -1, 5e-324, -5e-324, 1.7e308, -1.7e308),
    );
    fc.assert(
      fc.property(fc.array(value), (list) => {
        const values = Float64Array.from(list);
        expect([...doubleOrder(values)]).toEqual(compared(values));
      }),
    );
    expect([...doubleOrder(Float64Array.of(Infinity, 1, -Infinity, -1))]).toEqual([2, 3, 1, 0]);
  });

  it.each([3, 400])('orders runs of about %d that differ in their lower halves only', (run) => {
    const random = createRandom(`runs of ${run}`);
    const values = Float64Array.from(
      { length: 2000 },
      () => (random.integer(2000 / run) - 1) * (1 + random.integer(50) * Number.EPSILON),
    );
    expect([...doubleOrder(values)]).toEqual(compared(values));
  });

  it('is what many rows are ranked by', () => {
    const random = createRandom('ranks');
    for (const rows of [8191, 8192]) {
      const values = Float64Array.from({ length: rows }, () => Math.round(random.normal() * 1000) / 100);
      expect([...ascending(values)]).toEqual(compared(values));
    }
  });
});

describe('radixOrder', () => {
  it('orders unsigned keys, equal ones as they stood or as they are given', () => {
    const keys = Uint32Array.of(70_000, 5, 0xffffffff, 5, 0, 65_536, 65_535);
    expect([...radixOrder(keys)]).toEqual([4, 1, 3, 6, 5, 0, 2]);
    expect([...radixOrder(keys, Int32Array.of(6, 5, 4, 3, 2, 1, 0))]).toEqual([4, 3, 1, 6, 5, 0, 2]);
    expect([...radixOrder(new Uint32Array(0))]).toEqual([]);
  });
});

describe('runs', () => {
  const values = [1, 1, 2, 3, 3, 3, 4];
  const same = (left: number, right: number): boolean => values[left] === values[right];
  const order = (): Int32Array => Int32Array.from(values.keys());

  it('are neighbours that are equal', () => {
    expect(hasRuns(order(), same)).toBe(true);
    expect(hasRuns(Int32Array.of(0, 2, 3, 6), same)).toBe(false);
    expect(hasRuns(Int32Array.of(0, 2, 1), same)).toBe(false);
    expect(hasRuns(Int32Array.of(2, 0, 1), same)).toBe(true);
    expect([hasRuns(Int32Array.of(0), same), hasRuns(new Int32Array(0), same)]).toEqual([false, false]);
  });

  it('are sorted, each by itself, and nothing else is', () => {
    const sorted = order();
    sortRuns(sorted, same, (left, right) => right - left);
    expect([...sorted]).toEqual([1, 0, 2, 5, 4, 3, 6]);
    const pair = Int32Array.of(6, 0, 1);
    sortRuns(pair, same, (left, right) => right - left);
    expect([...pair]).toEqual([6, 1, 0]);
  });
});

describe('textOrder', () => {
  const byUnits = (texts: readonly string[]): number[] =>
    Array.from(texts.keys()).sort((left, right) => {
      const [a, b] = [texts[left]!, texts[right]!];
      return a < b ? -1 : a > b ? 1 : left - right;
    });

  it('orders texts by their code units, equal ones as they stood', () => {
    const letter = fc.constantFrom(
      'a',
      'b',
      'z',
      'é',
      '\u00fd',
      '\u00fe',
      '\u00ff',
      '\u0100',
      '😀',
      '\0',
      ' ',
    );
    const text = fc.array(letter, { maxLength: 11 }).map((letters) => letters.join(''));
    fc.assert(
      fc.property(fc.array(text, { maxLength: 40 }), (texts) => {
        expect([...textOrder(texts)]).toEqual(byUnits(texts));
      }),
    );
  });

  it.each([
    [['b', 'a', '', 'a', 'ab']],
    [['abcdefgh2', 'abcdefgh1', 'abcdefgh', 'abcdefgi', 'abcdefg']],
    [['abcdz', 'abcda', 'abcd', 'abce']],
    [['ab\u0200a', 'ab\u0100z', 'ab\u00fd', 'ab\u00fe', 'ab']],
    [['\u00fea', '\u00ffa', '\u00fdz', '\u00fe']],
    [['a\0', 'a', 'a\0\0', 'a\u0001']],
  ])('orders %j, whose first letters are alike', (texts) => {
    expect([...textOrder(texts)]).toEqual(byUnits(texts));
  });
});
