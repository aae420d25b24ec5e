import { describe, expect, it } from 'vitest';
import {
  formatCount,
  formatDigits,
  formatList,
  formatNumber,
  formatPercent,
  formatShare,
  grouped,
} from './figures.ts';

describe('figures for people', () => {
  it.each([
    [0.41234, '0.412'],
    [0, '0'],
    [-0.000123456, '-0.000123'],
    [12.345, '12.3'],
    [12.04, '12.0'],
    [0.83976, '0.840'],
    [0.0299999, '0.0300'],
    [0.84, '0.84'],
    [0.1 + 0.2, '0.3'],
    [31, '31'],
    [-1.9996, '-2.00'],
    [1.2345e-9, '1.23e-9'],
    [999.4, '999'],
    [999.6, '1,000'],
    [1000, '1,000'],
    [-1234.5, '-1,234'],
    [1234567.5, '1,234,568'],
    [1e15, '1000000000000000'],
    [Number.NaN, 'undefined'],
    [Infinity, 'undefined'],
  ])('%d is %s', (value, expected) => expect(formatNumber(value)).toBe(expected));

  it('has its thousands apart as the locale en-US has them', () => {
    for (const value of [0, 7, -7, 999, -999, 1000, -1000, 12345, 123456, 1234567, -1234567, 1e15, 1234.5])
      expect(grouped(value)).toBe(value.toLocaleString('en-US'));
  });

  it('have as many digits as are asked for', () => {
    expect([0.41234, 1234.5, 12].map((value) => formatDigits(value, 4))).toEqual(['0.4123', '1,235', '12']);
  });

  it.each([
    [0, '0 %', '0 %'],
    [0.00001, '< 0.1 %', '< 0.1 %'],
    [0.00099, '< 0.1 %', '< 0.1 %'],
    [0.001, '0.1 %', '0.1 %'],
    [0.01234, '1.2 %', '1.2 %'],
    [0.0999, '10 %', '10 %'],
    [0.09949, '9.9 %', '9.9 %'],
    [0.1, '10 %', '10 %'],
    [0.1234, '12 %', '12.3 %'],
    [0.999, '100 %', '99.9 %'],
    [0.9991, '100 %', '> 99.9 %'],
    [1, '100 %', '100 %'],
    [2.5, '250 %', '250 %'],
  ])('a share of %d is %s in a sentence and %s in a table', (share, sentence, cell) => {
    expect([formatShare(share), formatPercent(share)]).toEqual([sentence, cell]);
  });

  it('count things', () => {
    expect([0, 1, 2, 1200].map((count) => formatCount(count, 'row'))).toEqual([
      '0 rows',
      '1 row',
      '2 rows',
      '1,200 rows',
    ]);
  });

  it('list names, and say how many more there are', () => {
    const listed = (count: number): string => formatList(['a', 'b', 'c', 'd'].slice(0, count), 3);
    expect([0, 1, 2, 3, 4].map(listed)).toEqual(['', 'a', 'a and b', 'a, b and c', 'a, b, c and 1 more']);
    expect(formatList(['a', 'b', 'c', 'd'], 2)).toBe('a, b and 2 more');
  });
});
