import { describe, expect, it } from 'vitest';
import { categoryWords } from './categories.ts';

const ascii = (text: string): number[] => [...new TextEncoder().encode(text)];

describe('categoryWords', () => {
  it('reads words and numbers, and none where a feature has no categories', () => {
    const enc = [
      { offsets: [0, 2, 2, 5], values: ascii('Noyes') },
      { type: 15, values: [10, 20] },
      { offsets: [], values: [] },
    ];
    expect(categoryWords({ enc }, 3)).toEqual([['No', '', 'yes'], ['10', '20'], undefined]);
    expect(categoryWords(undefined, 3)).toEqual([]);
    expect(categoryWords({ enc: [] }, 3)).toEqual([]);
  });

  it('takes no words that XGBoost has cut off', () => {
    expect(categoryWords({ enc: [{ offsets: [0, 1, 3], values: [120, -61, -97] }] }, 1)).toEqual([undefined]);
  });

  it.each([
    ['too few features', { enc: [{ offsets: [], values: [] }] }],
    ['words out of order', { enc: [{ offsets: [0, 3, 1, 4], values: ascii('abcd') }, {}] }],
    ['bytes that no word has', { enc: [{ offsets: [0, 1], values: ascii('abcd') }, {}] }],
    ['a place beyond the bytes', { enc: [{ offsets: [0, 9], values: ascii('ab') }, {}] }],
    ['no bytes', { enc: [{ offsets: [0, 1], values: ['a'] }, {}] }],
    ['no lists', { enc: [1, 2] }],
    ['nothing', 1],
  ])('refuses %s', (_, cats) => expect(() => categoryWords(cats, 2)).toThrow(/refused/));
});
