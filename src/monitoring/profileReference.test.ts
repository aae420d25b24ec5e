import { describe, expect, it } from 'vitest';
import type { Column } from '../data/columns.ts';
import { categoryCounts, numberCounts, profileColumn, profileReference } from './profileReference.ts';
import { none, numbers, table, words } from './columns.fixture.ts';

describe('a column of the reference', () => {
  it('of numbers has its values, moments and range; few different ones are counted', () => {
    const column = numbers(6, (i) => [3, 1, Number.NaN, 2, 1, 1][i]!);
    expect(profileColumn('x', column, 6)).toEqual({
      name: 'x',
      kind: 'number',
      rows: 6,
      missing: 1,
      sample: [1, 1, 1, 2, 3],
      mean: 1.6,
      // √(Σ(x − 1.6)² / 5)
      std: expect.closeTo(Math.sqrt(3.2 / 5), 12),
      min: 1,
      max: 3,
      counts: [
        ['1', 3],
        ['2', 1],
        ['3', 1],
      ],
    });
    expect(
      profileColumn(
        'x',
        numbers(10, (i) => i),
        10,
      ).counts,
    ).toHaveLength(10);
    expect(
      profileColumn(
        'x',
        numbers(11, (i) => i),
        11,
      ).counts,
    ).toBeUndefined();
  });

  it('of times has the same, but no counts', () => {
    const times: Column = { kind: 'time', values: Float64Array.of(5, Number.NaN, 4) };
    const profile = profileColumn('t', times, 3);
    expect(profile).toMatchObject({ kind: 'time', missing: 1, sample: [4, 5], min: 4, max: 5 });
    expect(profile.counts).toBeUndefined();
  });

  it('keeps 2,000 order statistics of more values', () => {
    const sample = (rows: number): readonly number[] =>
      profileColumn(
        'x',
        numbers(rows, (i) => i),
        rows,
      ).sample ?? [];
    expect(sample(2000)).toEqual(Array.from({ length: 2000 }, (_, i) => i));
    expect(sample(2001)).toHaveLength(2000);
    expect(sample(6000)).toHaveLength(2000);
  });

  it('without a value has none', () => {
    expect(
      profileColumn(
        'x',
        numbers(2, () => Number.NaN),
        2,
      ),
    ).toEqual({
      name: 'x',
      kind: 'number',
      rows: 2,
      missing: 2,
      sample: [],
    });
  });

  it('of words has how often each occurs, the most frequent thousand; of texts how many are missing', () => {
    const column = words(7, (i) => ['b', 'a', null, 'c', 'c', 'a', 'd'][i]!);
    expect(profileColumn('c', column, 7)).toEqual({
      name: 'c',
      kind: 'category',
      rows: 7,
      missing: 1,
      counts: [
        ['a', 2],
        ['c', 2],
        ['b', 1],
        ['d', 1],
      ],
    });
    const many = words(1002, (i) => `w${Math.min(i, 1000)}`);
    const { counts } = profileColumn('c', many, 1002);
    expect(counts).toHaveLength(1000);
    expect(counts?.[0]).toEqual(['w1000', 2]);
    const text: Column = { kind: 'text', values: ['x', null, null] };
    expect(profileColumn('t', text, 3)).toEqual({ name: 't', kind: 'text', rows: 3, missing: 2 });
  });

  it('leaves out words of the dictionary that do not occur', () => {
    expect(
      categoryCounts({ kind: 'category', dictionary: ['a', 'b'], codes: Int32Array.of(1, -1, 1) }),
    ).toEqual([['b', 2]]);
  });

  it('counts numbers up to a limit of different ones', () => {
    const ascending = Float64Array.of(1, 1, 2, 3);
    expect(numberCounts(ascending, 3)).toEqual([
      [1, 2],
      [2, 1],
      [3, 1],
    ]);
    expect(numberCounts(ascending, 2)).toBeUndefined();
    expect(numberCounts(new Float64Array(0), 0)).toEqual([]);
    const unordered = Float64Array.of(5, -0, NaN, 1, 5, 0, -Infinity, 5);
    expect(numberCounts(unordered, 4)).toEqual([
      [-Infinity, 1],
      [0, 2],
      [1, 1],
      [5, 3],
    ]);
    expect(numberCounts(unordered, 3)).toBeUndefined();
  });
});

describe('the reference', () => {
  it('has the inputs, the answers, and how good they were', () => {
    const performance = { metric: 'rmse', rows: 2, metrics: {} };
    const input = {
      population: table(
        'x',
        numbers(3, (i) => i),
      ),
      predictions: none,
      performance,
    };
    expect(profileReference(input)).toEqual({
      rows: 3,
      columns: [
        profileColumn(
          'x',
          numbers(3, (i) => i),
          3,
        ),
      ],
      predictions: [],
      performance,
    });
  });
});
