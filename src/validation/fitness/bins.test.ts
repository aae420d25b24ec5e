import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { numbers, texts, upTo, words } from '../checks/snapshot.fixture.ts';
import { binColumn, binNumbers, binPairs, valuesAt } from './bins.ts';

const of = (values: readonly number[]): { bins: number[]; count: number } => {
  const { bins, count } = binNumbers(Float64Array.from(values));
  return { bins: [...bins], count };
};
const all = (rows: number): Int32Array => Int32Array.from(upTo(rows));

describe('groups of numbers', () => {
  it('are of about equal size, at least 8 and at most about 64 of them', () => {
    expect(of(upTo(16))).toEqual({ bins: upTo(16).map((row) => 1 + Math.floor(row / 2)), count: 9 });
    // 1.5 · √400 = 30 groups of 14: 28 whole ones and what is left.
    expect(of(upTo(400)).count).toBe(30);
    expect(of(upTo(400)).bins.filter((bin) => bin === 1)).toHaveLength(14);
    // 1.5 · √10000 = 150 would be more than 64.
    expect(of(upTo(10_000)).count).toBe(65);
    expect(of(upTo(10_000)).bins.filter((bin) => bin === 1)).toHaveLength(157);
  });

  it('are 0 for what is missing, and none where all is', () => {
    expect(of([NaN, 1, NaN]).bins).toEqual([0, 1, 0]);
    expect(of([NaN, NaN])).toEqual({ bins: [0, 0], count: 1 });
    expect(of([])).toEqual({ bins: [], count: 1 });
  });

  it('never part equal values, and a long run of one value stands alone', () => {
    const values = [
      ...upTo(20),
      ...Array.from({ length: 60 }, () => 20),
      ...upTo(20).map((value) => 21 + value),
    ];
    const { bins } = of(values);
    const own = bins[20]!;
    expect(bins.slice(20, 80).every((bin) => bin === own)).toBe(true);
    expect(bins.filter((bin) => bin === own)).toHaveLength(60);
    expect(new Set(bins.slice(0, 20))).toContain(own - 1);
    expect(bins[80]).toBe(own + 1);
  });

  it('keep the order of the values', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 200 }), (values) => {
        const { bins, count } = of(values);
        values.forEach((value, row) => {
          expect(bins[row]).toBeGreaterThan(0);
          expect(bins[row]).toBeLessThan(count);
          const other = (row * 7 + 1) % values.length;
          if (value === values[other]) expect(bins[row]).toBe(bins[other]);
          if (value < values[other]!) expect(bins[row]).toBeLessThanOrEqual(bins[other]!);
        });
        expect(new Set(bins).size).toBe(count - 1);
      }),
    );
  });
});

describe('groups of a column', () => {
  it('are of the rows that are looked at', () => {
    const rows = Int32Array.of(3, 1);
    expect([...valuesAt(Float64Array.of(0, 10, 20, 30), rows)]).toEqual([30, 10]);
    expect([...binColumn(numbers([5, 5, 5, 9]), rows).bins]).toEqual([2, 1]);
    const time = { kind: 'time', values: Float64Array.of(1, 2, 3, NaN) } as const;
    expect([...binColumn(time, rows).bins]).toEqual([0, 1]);
  });

  it('are one each for the 254 most frequent words, and one for all the rest', () => {
    const columns = [
      words(['b', 'a', 'a', null, 'c', 'a', 'c']),
      texts(['b', 'a', 'a', null, 'c', 'a', 'c']),
    ];
    for (const column of columns) {
      const { bins, count } = binColumn(column, all(7));
      expect([...bins]).toEqual([3, 1, 1, 0, 2, 1, 2]);
      expect(count).toBe(5);
    }
    const many = (different: number): string[] => [
      ...upTo(different).map((word) => `w${word}`),
      ...upTo(300).map((word) => `w${word}`),
    ];
    const { bins, count } = binColumn(texts(many(300)), all(600));
    expect(count).toBe(256);
    expect(bins.filter((bin) => bin === 255)).toHaveLength(2 * (300 - 254));
    expect(bins.slice(0, 254)).toEqual(Uint16Array.from(upTo(254).map((word) => word + 1)));
  });

  it('of two columns are each pair of them', () => {
    const left = binColumn(words(['a', 'b', null]), all(3));
    const right = binColumn(words(['x', null, 'x']), all(3));
    const { bins, count } = binPairs(left, right);
    expect(count).toBe(left.count * right.count);
    expect([...bins]).toEqual([1 * 3 + 1, 2 * 3 + 0, 0 * 3 + 1]);
  });
});
