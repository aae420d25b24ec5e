import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../random.ts';
import { sortDoubles } from './sortDoubles.ts';

const bitsOf = (values: Float64Array): BigUint64Array => new BigUint64Array(Float64Array.from(values).buffer);
/** Bit for bit what the runtime's own sort gives. */
function expectSorted(values: Float64Array): void {
  const expected = Float64Array.from(values).sort();
  expect(bitsOf(sortDoubles(Float64Array.from(values)))).toEqual(bitsOf(expected));
}

const random = createRandom('sortDoubles');
const many = (n: number, value: (i: number) => number): Float64Array =>
  Float64Array.from({ length: n }, (_, i) => value(i));

describe('sortDoubles', () => {
  it.each<[string, (i: number) => number]>([
    ['numbers of every size and both signs', () => random.normal() * 10 ** random.integer(300)],
    ['prices', () => Number((random.next() * 1000 - 200).toFixed(2))],
    ['small counts', () => random.integer(73)],
    ['negative numbers alone', () => -random.next()],
    ['one value', () => -2.5],
    ['numbers that agree in their upper half', () => 2 ** 20 + random.next() / 2],
    ['short runs that agree in their upper half', (i) => (i >> 2) + random.next() * 1e-9],
    ['negative runs that agree in their upper half', (i) => -(i >> 2) - random.next() * 1e-9],
    [
      'the smallest and the largest',
      () => [5e-324, -5e-324, Number.MAX_VALUE, -Number.MAX_VALUE, 2 ** -1022][random.integer(5)]!,
    ],
    ['infinities and zeros of both signs', () => [Infinity, -Infinity, 0, -0, 1][random.integer(5)]!],
    ['times', () => 1.6e12 + random.integer(1e11)],
    ['what is in order', (i) => i],
    ['what is in reverse order', (i) => -i],
  ])('sorts %s', (_name, value) => {
    expectSorted(many(5000, value));
  });

  it('sorts few and many alike, on both sides of the border', () => {
    for (const n of [0, 1, 2, 2047, 2048, 2049]) expectSorted(many(n, () => random.normal()));
  });

  it('sorts a part of an array without touching the rest', () => {
    const whole = many(6000, () => random.normal());
    const [before, after] = [whole.slice(0, 1001), whole.slice(5001)];
    const expected = whole.slice(1001, 5001).sort();
    expect(sortDoubles(whole.subarray(1001, 5001))).toEqual(expected);
    expect(whole.slice(0, 1001)).toEqual(before);
    expect(whole.slice(5001)).toEqual(after);
  });

  it('is the runtime’s sort for any doubles', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ noNaN: true }), { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 0, max: 1e9 }),
        (some, seed) => {
          const dealt = createRandom(String(seed));
          expectSorted(
            many(2100, () => some[dealt.integer(some.length)]! * (dealt.next() < 0.5 ? 1 : dealt.next())),
          );
        },
      ),
      { numRuns: 60 },
    );
  });
});
