import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Split } from '../data/splitting.ts';
import { decodeSplit, encodeSplit, partCodes } from './split.ts';

/** A split that leaves some rows out: who does what, by row. */
const codes = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 300 });

const splitOf = (row: readonly number[]): Split => {
  const part = (code: number): Int32Array =>
    Int32Array.from(row.flatMap((own, at) => (own === code ? [at] : [])));
  return { train: part(partCodes.train), validation: part(partCodes.validation), test: part(partCodes.test) };
};

describe('encodeSplit and decodeSplit', () => {
  it('are each other’s inverse', () => {
    fc.assert(
      fc.property(codes, (row) => {
        const split = splitOf(row);
        const bytes = encodeSplit(split, row.length);
        expect([...bytes]).toEqual(row);
        expect(decodeSplit(bytes)).toEqual(split);
      }),
    );
  });
  it('give one byte a row, 0 for a row that has no part', () => {
    const split = { train: Int32Array.of(1), validation: Int32Array.of(3), test: Int32Array.of(0) };
    expect([...encodeSplit(split, 5)]).toEqual([3, 1, 0, 2, 0]);
  });
});
