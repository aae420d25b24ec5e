import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Column } from './columns.ts';
import type { Split, SplitStrategy } from './splitting.ts';
import { dealFolds, rollingFolds, splitRows } from './splitting.ts';

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

  it.each([
    ['nothing at all', { train: 0, validation: 0, test: 0 }],
    ['less than nothing to train', { train: -1, validation: 2, test: 2 }],
    ['less than nothing to validation', { train: 2, validation: -1, test: 2 }],
    ['less than nothing to test', { train: 2, validation: 2, test: -1 }],
    ['what is no number', { train: Number.NaN, validation: 1, test: 1 }],
  ])('refuses fractions that give %s', (_what, impossible) => {
    expect(() => splitRows({ strategy: 'hash' }, ['a'], { fractions: impossible, seed: 1 })).toThrow(
      RangeError,
    );
  });
});

/** The part of each row, as a digit: 0 trains, 1 validates, 2 tests. */
const digits = (split: Split, rows: number): string =>
  Array.from({ length: rows }, (_, row) => ['train', 'validation', 'test'].indexOf(partOf(split, row))).join(
    '',
  );
const halves = { train: 2, validation: 1, test: 1 };

describe('hash', () => {
  // Computed apart: FNV-1a of the key, going on from the hash of `split/<seed>`, then MurmurHash3's finaliser.
  it.each([
    [1, '220101012000100200000111'],
    [7, '102202110200010010002210'],
  ])('deals out by id and seed %i, the same on every machine and in every version', (seed, expected) => {
    const named = Array.from({ length: 24 }, (_, row) => `row ${row}`);
    const split = splitRows({ strategy: 'hash' }, named, { fractions: halves, seed });
    expect(digits(split, 24)).toBe(expected);
  });

  it('gives a part what lies below its bound, and what lies on it to the next', () => {
    // The hash of "row 0" with seed 1: its place among 2³².
    const place = 3_912_104_805;
    const rest = 2 ** 32 - place;
    const partAt = (parts: { train: number; validation: number; test: number }): string =>
      digits(splitRows({ strategy: 'hash' }, ['row 0'], { fractions: parts, seed: 1 }), 1);
    expect(partAt({ train: place, validation: rest, test: 0 })).toBe('1');
    expect(partAt({ train: place + 1, validation: rest - 1, test: 0 })).toBe('0');
    expect(partAt({ train: 0, validation: place, test: rest })).toBe('2');
    expect(partAt({ train: 0, validation: place + 1, test: rest - 1 })).toBe('1');
  });

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
  it('deals groups out by their value; missing is a group of its own, whatever words there are', () => {
    const cells = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', null, String.raw`\N`, 'N', ''];
    const named = cells.map(() => 'one id');
    const split = splitRows({ strategy: 'group', group: words(cells) }, named, {
      fractions: halves,
      seed: 1,
    });
    // Computed apart, as above, from `=a` … and `\N`.
    expect(digits(split, cells.length)).toBe('000220121221');
  });

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

  const cutOf = (values: readonly number[], parts = halves): string =>
    digits(
      splitRows(
        { strategy: 'time', time: { kind: 'number', values: Float64Array.from(values) } },
        values.map((_, row) => `id ${row}`),
        { fractions: parts, seed: 1 },
      ),
      values.length,
    );

  it.each([
    ['takes numbers for times', [4, 3, 2, 1], '2100'],
    ['cuts before the instant where that is nearer', [1, 1, 1, 2, 2, 2, 3, 4], '00011122'],
    ['cuts behind the instant where that is nearer', [1, 2, 2, 2, 2, 2, 3, 4], '00000012'],
    ['takes the earlier cut of two that are as near', [1, 1, 1, 2, 2, 3, 3, 4], '00011222'],
    ['leaves an instant to each part', [1, 1, 1, 1, 1, 1, 2, 3], '00000012'],
    ['leaves the last part empty where two instants are all', [1, 5, 5, 5], '0111'],
    ['leaves all to the first where there is one', [5, 5, 5, 5], '0000'],
    ['takes missing times for one instant', [Number.NaN, Number.NaN, Number.NaN, 1, 2, 3], '000112'],
  ])('%s', (_what, values, expected) => {
    expect(cutOf(values)).toBe(expected);
  });

  it('keeps rows of one instant together, and gives every part one where there are three', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(9), { minLength: 1, maxLength: 40 }), (values) => {
        const parts = cutOf(values, fractions);
        const byInstant = new Map(values.map((at) => [at, new Set<string>()]));
        values.forEach((at, row) => byInstant.get(at)!.add(parts[row]!));
        expect([...byInstant.values()].every((own) => own.size === 1)).toBe(true);
        if (byInstant.size >= 3) expect(new Set(parts).size).toBe(3);
      }),
    );
  });

  it('gives no row to a part that is to have none, and rounds to the nearest row', () => {
    expect(cutOf([0, 1, 2, 3, 4], { train: 1, validation: 0, test: 1 })).toBe('00022');
    expect(cutOf([0, 1, 2, 3], { train: 0, validation: 1, test: 1 })).toBe('1122');
    expect(cutOf([0, 1, 2, 3], { train: 1, validation: 1, test: 0 })).toBe('0011');
    // 2.5 rows and 3.45 rows: the validation part has one all the same.
    expect(cutOf([0, 1, 2, 3, 4], { train: 0.5, validation: 0.19, test: 0.31 })).toBe('00012');
  });

  it('refuses a column of words', () => {
    expect(() => splitRows({ strategy: 'time', time: words(['a']) }, ['a'], options)).toThrow(TypeError);
    const text: Column = { kind: 'text', values: ['a'] };
    expect(() => splitRows({ strategy: 'time', time: text }, ['a'], options)).toThrow('got text');
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

  it('leaves a part of share 0 empty, also where all rows are twins', () => {
    const named = ['a', 'a', 'a'];
    const deal = (parts: { train: number; validation: number; test: number }): string =>
      digits(
        splitRows({ strategy: 'stratified', classes: words(['x', 'x', 'x']) }, named, {
          fractions: parts,
          seed: 1,
        }),
        3,
      );
    expect(deal({ train: 0, validation: 0, test: 1 })).toBe('222');
    expect(deal({ train: 0, validation: 1, test: 0 })).toBe('111');
    expect(deal({ train: 1, validation: 0, test: 0 })).toBe('000');
  });

  it('cuts each class in the order of the hash of id and seed; rows without a class are one of their own', () => {
    const named = Array.from({ length: 12 }, (_, row) => `row ${row}`);
    const cells = named.map((_, row) => (row < 4 ? 'x' : row < 8 ? 'y' : null));
    const dealt = (seed: number): string =>
      digits(
        splitRows({ strategy: 'stratified', classes: words(cells) }, named, { fractions: halves, seed }),
        12,
      );
    // Computed apart: by hash they come as 6 2 4 9 10 11 3 7 5 1 8 0, with the other seed as 0 6 3 8 10 4 5 9 2 11 1 7.
    expect(dealt(1)).toBe('210002012001');
    expect(dealt(2)).toBe('021001020102');
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

describe('folds', () => {
  const dealt = fc.record({
    rows: fc.array(fc.tuple(fc.string({ maxLength: 2 }), group, fc.nat(2)), { minLength: 20, maxLength: 80 }),
    seed: fc.nat(),
    dealing: fc.nat(4),
  });
  const foldsOf = (
    strategy: SplitStrategy,
    names: readonly string[],
    classes: readonly number[],
    seed = 1,
    dealing = 0,
  ): readonly Split[] => dealFolds(strategy, names, classes, { fractions, seed, folds: 5, dealing })!;

  it('judge every row once, and keep twins and groups together', () => {
    fc.assert(
      fc.property(dealt, ({ rows, seed, dealing }) => {
        const names = rows.map(([id]) => id);
        const cells = rows.map(([, cell]) => cell);
        const classes = rows.map(([, , code]) => code);
        const strategies: [SplitStrategy, readonly (string | null)[]][] = [
          [{ strategy: 'hash' }, names],
          [{ strategy: 'stratified', classes: words(classes.map(String)) }, names],
          [{ strategy: 'group', group: words(cells) }, cells],
        ];
        for (const [strategy, together] of strategies) {
          const folds = foldsOf(strategy, names, classes, seed, dealing);
          const judged = folds.flatMap(({ test }) => [...test]).sort((left, right) => left - right);
          expect(judged).toEqual(rows.map((_, row) => row));
          for (const fold of folds) {
            expectPartition(fold, rows.length);
            const parts = new Map<string | null, Set<string>>();
            together.forEach((key, row) => {
              parts.set(key, (parts.get(key) ?? new Set()).add(partOf(fold, row)));
            });
            expect([...parts.values()].every((own) => own.size === 1)).toBe(true);
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  const names = Array.from({ length: 400 }, (_, row) => `id ${row}`);
  const rare = names.map((_, row) => (row % 20 === 0 ? 1 : 0));

  it('spread each class evenly, and tune on the share of the pipeline', () => {
    for (const { train, validation, test } of foldsOf({ strategy: 'hash' }, names, rare)) {
      const positives = (part: Int32Array): number => part.filter((row) => rare[row] === 1).length;
      expect([train.length, validation.length, test.length].map((rows) => Math.round(rows / 20))).toEqual([
        13, 3, 4,
      ]);
      expect([positives(train), positives(validation), positives(test)]).toEqual([13, 3, 4]);
    }
  });

  it('are dealt otherwise the next time, by another seed, and not at all by time', () => {
    const test = (seed: number, dealing: number): string =>
      foldsOf({ strategy: 'hash' }, names, rare, seed, dealing)[0]!.test.join();
    expect(test(1, 0)).toBe(test(1, 0));
    expect(new Set([test(1, 0), test(1, 1), test(2, 0)]).size).toBe(3);
    const time: Column = { kind: 'time', values: new Float64Array(400) };
    expect(
      dealFolds({ strategy: 'time', time }, names, rare, { fractions, seed: 1, folds: 5, dealing: 0 }),
    ).toBeUndefined();
  });

  it('leave a row to tune on, and one to learn from', () => {
    const all = (given: typeof fractions): readonly Split[] =>
      dealFolds({ strategy: 'hash' }, names, rare, { fractions: given, seed: 1, folds: 5, dealing: 0 })!;
    for (const { train, validation } of [
      ...all({ train: 1, validation: 0, test: 1 }),
      ...all({ train: 0, validation: 1, test: 1 }),
    ])
      expect([train.length, validation.length].every((rows) => rows >= 20)).toBe(true);
  });
});

describe('folds in time', () => {
  const timesOf = (values: readonly number[]): Column => ({
    kind: 'time',
    values: Float64Array.from(values),
  });

  it('are judged by what came before: the last three of eight blocks, each row once', () => {
    const values = Array.from({ length: 80 }, (_, row) => (row * 37) % 80);
    const folds = rollingFolds(timesOf(values));
    const spans = folds.map(({ train, validation, test }) =>
      [train, validation, test].map((part) => [
        Math.min(...Array.from(part, (row) => values[row]!)),
        Math.max(...Array.from(part, (row) => values[row]!)),
      ]),
    );
    expect(spans).toEqual([
      [
        [0, 39],
        [40, 49],
        [50, 59],
      ],
      [
        [0, 49],
        [50, 59],
        [60, 69],
      ],
      [
        [0, 59],
        [60, 69],
        [70, 79],
      ],
    ]);
  });

  it('keep rows of one instant together, and are fewer where there are few instants', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(12), { minLength: 1, maxLength: 60 }), (values) => {
        const folds = rollingFolds(timesOf(values));
        expect(folds.length).toBeLessThanOrEqual(3);
        const judged = folds.flatMap(({ test }) => [...test]);
        expect(new Set(judged).size).toBe(judged.length);
        for (const { train, validation, test } of folds) {
          const last = (part: Int32Array): number => Math.max(...Array.from(part, (row) => values[row]!));
          const first = (part: Int32Array): number => Math.min(...Array.from(part, (row) => values[row]!));
          expect(last(train)).toBeLessThan(first(validation));
          expect(last(validation)).toBeLessThan(first(test));
        }
      }),
    );
    expect(rollingFolds(timesOf([1, 1, 1, 2]))).toEqual([]);
  });
});
