import { describe, expect, it } from 'vitest';
import { missing } from './prepared.ts';
import { countWords, mostFrequent, wordLookup } from './words.ts';

const codes = (...values: number[]): Int32Array => Int32Array.from(values);

describe('wordLookup', () => {
  it('asks once for each word of a dictionary, also one that grows, and anew for another', () => {
    const asked: string[] = [];
    const lookUp = wordLookup((word) => asked.push(word));
    const growing = ['a', 'b'];
    expect(lookUp({ kind: 'category', codes: codes(1, -1, 1), dictionary: growing })).toEqual(
      codes(1, missing, 1),
    );
    expect(lookUp({ kind: 'category', codes: codes(1), dictionary: growing })).toEqual(codes(1));
    growing.push('c');
    expect(lookUp({ kind: 'category', codes: codes(2, 1), dictionary: growing })).toEqual(codes(2, 3));
    expect(lookUp({ kind: 'category', codes: codes(0), dictionary: ['b'] })).toEqual(codes(4));
    expect(asked).toEqual(['b', 'c', 'b', 'b']);
  });
  it('takes a code that the dictionary does not have as missing', () => {
    expect(wordLookup(() => 7)({ kind: 'category', codes: codes(5), dictionary: ['a'] })).toEqual(
      codes(missing),
    );
  });
});

describe('mostFrequent', () => {
  it('orders by count, then by code unit', () => {
    const counts = countWords({ kind: 'text', values: ['b', null, 'a', 'B', 'b', 'a', 'c', '__proto__'] });
    expect(mostFrequent(counts)).toEqual(['a', 'b', 'B', '__proto__', 'c']);
  });
});
