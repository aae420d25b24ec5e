import { describe, expect, it } from 'vitest';
import { nameFinder } from './composed.ts';

const [one, two] = ['caf\u00e9', 'cafe\u0301'];

describe('nameFinder', () => {
  it.each([
    [one, two],
    [two, one],
  ])('finds %j by both spellings of its letters', (known, other) => {
    const find = nameFinder(['age', known]);
    expect([known, other, 'age', 'cafe', 'Age'].map(find)).toEqual([
      known,
      known,
      'age',
      undefined,
      undefined,
    ]);
  });

  it('takes names that stand there as they are, and guesses between none', () => {
    expect([one, two].map(nameFinder([two, one]))).toEqual([one, two]);
    // U+212B, the sign of the unit, is composed to the letter Å, as A with a ring is.
    expect(nameFinder(['\u00c5', 'A\u030a'])('\u212b')).toBeUndefined();
  });

  it('finds nothing but itself among plain names', () => {
    const find = nameFinder(['a', 'b.c']);
    expect(['a', 'b.c', two].map(find)).toEqual(['a', 'b.c', undefined]);
  });
});
