import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Column } from './columns.ts';
import type { Split } from './split.ts';
import type { SplitStrategy } from './splitting.ts';
import { splitRows } from './splitting.ts';

const fractions = { train: 0.7, validation: 0.15, test: 0.15 };
const options = { fractions, seed: 1 };
const words = (cells: readonly (string | null)[]): Column => {
  const dictionary = [...new Set(cells.filter((cell) => cell !== null))];
  return {
    kind: 'category',
    dictionary,
    codes: Int32Array.from(cells, (cell) => (cell === null ? -1 : dictionary.indexOf(cell))),
  };
};
const partOf = (split: Split, row: number): string =>
  split.train.includes(row) ? 'train' : split.validation.includes(row) ? 'validation' : 'test';
const expectPartition = (split: Split, rows: number): void => {
  const all = [...split.train, ...split.validation, ...split.test];
  expect(all.sort((left, right) => left - right)).toEqual(Array.from({ length: rows }, (_, row) => row));
  for (const part of Object.values(split) as Int32Array[])
    expect([...part]).toEqual([...part].sort((left, right) => left - right));
};
const ids = fc.array(fc.string(), { maxLength: 60 });
const group = fc.option(fc.constantFrom('a', 'b', 'c', 'd'));

describe('every strategy', () => {
  it('puts each row in exactly one part', () => {
    const shares = fc
      .record({ train: fc.nat(9), validation: fc.nat(9), test: fc.nat(9) })
      .filter((s) => s.train + s.validation + s.test > 0);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.string(), group, fc.double()), { maxLength: 60 }),
        shares,
        fc.integer(),
        (rows, parts, seed) => {
          const named = rows.map(([id]) => id);
          const column = words(rows.map(([, cell]) => cell));
          const time: Column = { kind: 'time', values: Float64Array.from(rows, ([, , at]) => at) };
          const strategies: SplitStrategy[] = [
            { strategy: 'hash' },
            { strategy: 'group', group: column },
            { strategy: 'stratified', classes: column },
            { strategy: 'time', time },
          ];
          for (const strategy of strategies)
            expectPartition(splitRows(strategy, named, { fractions: parts, seed }), rows.length);
        },
      ),
    );
  });

  it('refuses impossible fractions', () => {
    expect(() =>
      splitRows({ strategy: 'hash' }, ['a'], { fractions: { train: 0, validation: 0, test: 0 }, seed: 1 }),
    ).toThrow(RangeError);
  });
});

describe('hash', () => {
  it('keeps every row where it was when data grows, and twins together', () => {
    fc.assert(
      fc.property(ids, ids, (before, more) => {
        const old = splitRows({ strategy: 'hash' }, before, options);
        const grown = splitRows({ strategy: 'hash' }, [...before, ...more, ...before], options);
        before.forEach((_, row) => {
          expect(partOf(grown, row)).toBe(partOf(old, row));
          expect(partOf(grown, before.length + more.length + row)).toBe(partOf(old, row));
        });
      }),
    );
  });

  it('meets the shares on average and differs by seed', () => {
    const many = Array.from({ length: 20_000 }, (_, i) => String(i));
    const split = splitRows({ strategy: 'hash' }, many, options);
    // Four standard deviations of a binomial.
    expect(Math.abs(split.train.length - 14_000)).toBeLessThan(4 * Math.sqrt(20_000 * 0.7 * 0.3));
    expect(Math.abs(split.test.length - 3_000)).toBeLessThan(4 * Math.sqrt(20_000 * 0.15 * 0.85));
    const other = splitRows({ strategy: 'hash' }, many, { fractions, seed: 2 });
    const others = new Set(other.test);
    const both = split.test.filter((row) => others.has(row)).length;
    expect(Math.abs(both - 450)).toBeLessThan(100);
  });
});

describe('group', () => {
  it('never parts a group, also when data grows', () => {
    fc.assert(
      fc.property(fc.array(group, { minLength: 1 }), fc.array(group), (before, more) => {
        const rowIds = (cells: readonly unknown[]): string[] => cells.map((_, i) => String(i));
        const old = splitRows({ strategy: 'group', group: words(before) }, rowIds(before), options);
        const cells = [...before, ...more];
        const grown = splitRows({ strategy: 'group', group: words(cells) }, rowIds(cells), options);
        cells.forEach((cell, row) => expect(partOf(grown, row)).toBe(partOf(grown, cells.indexOf(cell))));
        before.forEach((_, row) => expect(partOf(grown, row)).toBe(partOf(old, row)));
      }),
    );
  });
});

describe('time', () => {
  it('trains on the oldest rows and tests on the newest, with exact counts', () => {
    const values = Float64Array.from({ length: 100 }, (_, i) => (i * 37) % 100);
    const split = splitRows(
      { strategy: 'time', time: { kind: 'time', values } },
      [...values].map(String),
      options,
    );
    expect([split.train.length, split.validation.length, split.test.length]).toEqual([70, 15, 15]);
    const times = (part: Int32Array): number[] => Array.from(part, (row) => values[row]!);
    expect(Math.max(...times(split.train))).toBe(69);
    expect(Math.min(...times(split.validation))).toBe(70);
    expect(Math.min(...times(split.test))).toBe(85);
  });

  it('takes rows of unknown time for the oldest', () => {
    const values = Float64Array.of(3, Number.NaN, 1, 2);
    const half = { fractions: { train: 1, validation: 0, test: 1 }, seed: 1 };
    const split = splitRows({ strategy: 'time', time: { kind: 'time', values } }, ['a', 'b', 'c', 'd'], half);
    expect([[...split.train], [...split.test]]).toEqual([
      [1, 2],
      [0, 3],
    ]);
  });

  it('refuses a column of words', () => {
    expect(() => splitRows({ strategy: 'time', time: words(['a']) }, ['a'], options)).toThrow(TypeError);
  });
});

describe('stratified', () => {
  it('never parts twins of one class, wherever the cut would fall', () => {
    const twins = fc.array(fc.tuple(fc.nat(7), fc.nat(6)), { minLength: 1, maxLength: 12 });
    const shares = fc.record({
      train: fc.integer({ min: 1, max: 9 }),
      validation: fc.nat(9),
      test: fc.nat(9),
    });
    fc.assert(
      fc.property(twins, shares, fc.nat(50), (sizes, parts, seed) => {
        // Rows of a table in order of the id, each id several times and of one class.
        const named = sizes.flatMap(([size], id) => Array<number>(size + 1).fill(id));
        const classes = words(named.map((id) => `class ${sizes[id]![1] % 3}`));
        const split = splitRows(
          { strategy: 'stratified', classes },
          named.map((id) => `id ${id}`),
          { fractions: parts, seed },
        );
        for (const id of new Set(named)) {
          const rows = named.flatMap((other, row) => (other === id ? [row] : []));
          expect(new Set(rows.map((row) => partOf(split, row))).size).toBe(1);
        }
      }),
    );
  });

  it('goes on to the end of the twins, and no further', () => {
    // Every row of the class is a twin of its neighbour: 3 of 6 falls between the second pair, which goes to train.
    const ids = ['a', 'a', 'b', 'b', 'c', 'c'];
    const split = splitRows({ strategy: 'stratified', classes: words(ids.map(() => 'all')) }, ids, {
      fractions: { train: 1, validation: 0, test: 1 },
      seed: 1,
    });
    expect([split.train.length, split.validation.length, split.test.length]).toEqual([4, 0, 2]);
  });

  it('gives each class its exact shares', () => {
    const cells = Array.from({ length: 240 }, (_, i) => (i % 6 === 0 ? 'rare' : 'common'));
    const split = splitRows(
      { strategy: 'stratified', classes: words(cells) },
      cells.map((_, i) => `id ${i}`),
      {
        fractions: { train: 0.5, validation: 0.25, test: 0.25 },
        seed: 3,
      },
    );
    const count = (part: Int32Array, word: string): number =>
      Array.from(part).filter((row) => cells[row] === word).length;
    expect([split.train, split.validation, split.test].map((part) => count(part, 'rare'))).toEqual([
      20, 10, 10,
    ]);
    expect([split.train, split.validation, split.test].map((part) => count(part, 'common'))).toEqual([
      100, 50, 50,
    ]);
  });
});
