import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exp, ln } from './exponential.ts';

/** Bits of a double, so that neighbours are 1 apart. */
const place = (value: number): bigint => new BigInt64Array(Float64Array.of(value).buffer)[0]!;
const apart = (left: number, right: number): number => Number(place(left) - place(right));

describe('exp and ln', () => {
  it('are within a last place or two of what the engine gives', () => {
    fc.assert(
      fc.property(fc.double({ min: -745, max: 709.7, noNaN: true }), (x) => {
        expect(Math.abs(apart(exp(x), Math.exp(x)))).toBeLessThanOrEqual(2);
      }),
      { numRuns: 2000 },
    );
    fc.assert(
      fc.property(fc.double({ min: 5e-324, max: Number.MAX_VALUE, noNaN: true }), (x) => {
        expect(Math.abs(ln(x) - Math.log(x))).toBeLessThanOrEqual(3e-16 * Math.abs(Math.log(x)));
      }),
      { numRuns: 2000 },
    );
  });

  it('give these bits, whatever the engine', () => {
    const bits = (value: number): string => place(value).toString(16);
    expect([0.1, -1, 0.5, 3.7, -20.25, 700, -744].map((x) => bits(exp(x)))).toEqual([
      '3ff1aec7b35a00d4',
      '3fd78b56362cef38',
      '3ffa61298e1e069c',
      '4044394144eeec81',
      '3e1b93de1e27ca3b',
      '7f0d945df4f8ec8e',
      '2',
    ]);
    expect([0.1, 2, 0.999, 3.7, 1e-320, 1.5, 1e300].map((x) => bits(ln(x)))).toEqual([
      '-3ffd944e444aaaeb',
      '3fe62e42fefa39ef',
      '-40af9b98f268648d',
      '3ff4eeee650ae550',
      '-3f78f961cf871ad3',
      '3fd9f323ecbf984c',
      '4085963447f87fb5',
    ]);
  });

  it('know their ends', () => {
    expect([exp(0), exp(1), exp(710), exp(-746), exp(-Infinity)]).toEqual([1, Math.E, Infinity, 0, 0]);
    expect(exp(NaN)).toBeNaN();
    expect([ln(1), ln(0), ln(Infinity)]).toEqual([0, -Infinity, Infinity]);
    expect([ln(-1), ln(NaN)]).toEqual([NaN, NaN]);
  });
});
