import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Column, Table } from '../data/columns.ts';
import { takeRows } from '../data/columns.ts';
import { evenly } from '../statistics/evenly.fixture.ts';
import { profile, profileColumn } from './profiling.ts';

const numbers = (values: readonly number[]): Column => ({
  kind: 'number',
  values: Float64Array.from(values),
});
const words = (values: readonly (string | null)[]): Column => {
  const dictionary = [...new Set(values.filter((value) => value !== null))];
  const codes = Int32Array.from(values, (value) => (value === null ? -1 : dictionary.indexOf(value)));
  return { kind: 'category', codes, dictionary };
};

describe('profile', () => {
  it('gives the moments and quantiles that Python gives', () => {
    const values = [3.5, -2, 0, 7.25, NaN, 0, 12, 4.5, 100];
    const { numeric, missing, distinct } = profileColumn('x', numbers(values), values.length);
    // Python: v = [3.5,-2,0,7.25,0,12,4.5,100]; statistics.mean(v), statistics.stdev(v), quantiles by numpy's linear rule
    expect([missing, distinct, numeric?.zeros, numeric?.min, numeric?.max]).toEqual([1, 7, 2, -2, 100]);
    expect(numeric?.mean).toBeCloseTo(15.65625, 12);
    expect(numeric?.std).toBeCloseTo(34.37631490991602, 10);
    const expected = [-2, -1.86, -1.3, 0, 4, 8.4375, 69.2, 93.84, 100];
    numeric?.quantiles.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 10));
  });

  it('counts every finite value in the histogram, extremes included', () => {
    const { numeric } = profileColumn('x', numbers([0, 1, 2, 3, 10, 10, NaN]), 7);
    expect(numeric?.histogram.edges).toHaveLength(21);
    expect(numeric?.histogram.counts.reduce((a, b) => a + b)).toBe(6);
    expect(numeric?.histogram.counts.at(-1)).toBe(2);
    const one = profileColumn('x', numbers([5, 5]), 2).numeric;
    expect(one?.histogram).toEqual({ edges: [5, 5], counts: [2] });
    expect(one?.std).toBe(0);
  });

  it('keeps the 50 most frequent values and counts the others', () => {
    const values = Array.from({ length: 60 }, (_, i) => Array.from({ length: i + 1 }, () => `w${i}`)).flat();
    const { top, other, distinct } = profileColumn('w', { kind: 'text', values }, values.length);
    expect([top?.length, top?.[0], distinct]).toEqual([50, { value: 'w59', count: 60 }, 60]);
    expect(other).toBe((10 * 11) / 2);
  });

  it('counts missing words, text lengths and unused words', () => {
    const text = profileColumn('t', { kind: 'text', values: ['ab', null, 'abcd'] }, 3);
    expect([text.missing, text.text]).toEqual([1, { meanLength: 3, maxLength: 4 }]);
    const column: Column = { kind: 'category', codes: Int32Array.of(1, -1, 1), dictionary: ['unused', 'b'] };
    expect(profileColumn('c', column, 3)).toMatchObject({
      missing: 1,
      distinct: 1,
      top: [{ value: 'b', count: 2 }],
    });
  });

  it('says nothing of numbers that are not there', () => {
    expect(profileColumn('x', numbers([NaN, NaN]), 2)).toEqual({
      name: 'x',
      kind: 'number',
      rows: 2,
      missing: 2,
      distinct: 0,
    });
    expect(profile({ rows: 0, columns: new Map([['x', numbers([])]]) }).columns[0]?.distinct).toBe(0);
    expect(profileColumn('x', numbers([Infinity, 1]), 2)).toMatchObject({
      missing: 0,
      distinct: 2,
      numeric: { max: 1 },
    });
  });

  it('does not depend on the order of the rows, and is plain JSON', () => {
    const cell = fc.record({
      x: fc.oneof(fc.double({ noDefaultInfinity: true }), evenly(-3, 3)),
      w: fc.option(fc.constantFrom('a', 'b', 'c', 'd')),
    });
    fc.assert(
      fc.property(fc.array(cell, { minLength: 1 }), fc.array(fc.nat()), (rows, keys) => {
        const table: Table = {
          rows: rows.length,
          columns: new Map([
            ['x', numbers(rows.map((row) => row.x))],
            ['w', words(rows.map((row) => row.w))],
            ['t', { kind: 'text', values: rows.map((row) => row.w) }],
          ]),
        };
        const order = rows.map((_, i) => i).sort((a, b) => (keys[a] ?? 0) - (keys[b] ?? 0) || b - a);
        const found = profile(table);
        expect(profile(takeRows(table, order))).toEqual(found);
        expect(JSON.parse(JSON.stringify(found))).toEqual(found);
      }),
    );
  });
});
