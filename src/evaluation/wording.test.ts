import { describe, expect, it } from 'vitest';
import { formatNumber, formatRows } from './wording.ts';

describe('figures for people', () => {
  it.each([
    [0.41234, '0.412'],
    [0, '0'],
    [-0.000123456, '-0.000123'],
    [12.345, '12.3'],
    [999.4, '999'],
    [1000, '1,000'],
    [-1234.5, '-1,234'],
    [1234567.5, '1,234,568'],
    [1e15, '1000000000000000'],
    [Number.NaN, 'undefined'],
    [Infinity, 'undefined'],
  ])('%d is %s', (value, expected) => expect(formatNumber(value)).toBe(expected));

  it('counts rows', () => {
    expect([0, 1, 2, 1200].map(formatRows)).toEqual(['0 rows', '1 row', '2 rows', '1,200 rows']);
  });
});
