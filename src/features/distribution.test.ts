import { describe, expect, it } from 'vitest';
import {
  fittedMoments,
  fittedQuantile,
  fittedRange,
  hasMissing,
  shareBetween,
  shortNumber,
} from './distribution.ts';

const array = (...values: number[]): Float64Array => Float64Array.from(values);

describe('what is fitted', () => {
  it('is 0 where a column has no finite value: it has to be JSON', () => {
    const none = array(NaN, Infinity);
    expect(fittedMoments(none)).toEqual({ mean: 0, std: 0 });
    expect(fittedRange(none)).toEqual({ low: 0, high: 0 });
    expect(fittedQuantile(array(), 0.5)).toBe(0);
  });
  it('is of the finite values', () => {
    const some = array(1, NaN, 3, -Infinity);
    expect(fittedMoments(some)).toEqual({ mean: 2, std: 1 });
    expect(fittedRange(some)).toEqual({ low: 1, high: 3 });
    expect(fittedQuantile(array(1, 3), 0.25)).toBe(1.5);
    expect([hasMissing(some), hasMissing(array(0, Infinity))]).toEqual([true, false]);
  });
});

describe('where a value stands between two bounds', () => {
  it('is 0 at the lower, 1 at the upper, also where their distance overflows', () => {
    expect([0, 5, 10, -10].map((value) => shareBetween(value, 0, 10))).toEqual([0, 0.5, 1, -1]);
    const most = Number.MAX_VALUE;
    expect([-most, 0, most].map((value) => shareBetween(value, -most, most))).toEqual([0, 0.5, 1]);
  });
});

it('numbers are shortened for names', () => {
  expect([0.1 + 0.2, 1234567, 1e-9].map(shortNumber)).toEqual(['0.3', '1234570', '1e-9']);
});
