import { describe, expect, it } from 'vitest';
import type { Column } from '../../data/columns.ts';
import { allMissing } from './allMissing.ts';
import { cellExamples, percent, rowCount } from './check.ts';
import type { Check, CheckInput } from './check.ts';
import { columnAdded } from './columnAdded.ts';
import { constant } from './constant.ts';
import { idLike } from './idLike.ts';
import { lowPresence } from './lowPresence.ts';
import { outOfRange } from './outOfRange.ts';
import { numbers, often, profileOf, snapshot, texts, upTo, words } from './snapshot.fixture.ts';
import { unevenFiles } from './unevenFiles.ts';
import { unexpectedValue } from './unexpectedValue.ts';

const on = (check: Check, column: Column, change: Parameters<typeof snapshot>[1] = {}) =>
  check.run(snapshot({ x: column }, change));
const names = (count: number) => upTo(count).map((row) => `n${row}`);

describe('id-like', () => {
  it('takes 50 different words for an id, 49 for chance, and one repeat for none', () => {
    for (const of of [texts, words]) {
      expect(on(idLike, of(names(50)))).toMatchObject([
        {
          check: 'id-like',
          column: 'x',
          severity: 'info',
          count: 50,
          examples: [0, 1, 2].map((row) => ({ rowId: `id-${row}`, value: `n${row}` })),
        },
      ]);
      expect(on(idLike, of(names(49)))).toEqual([]);
      expect(on(idLike, of([...names(60), 'n0']))).toEqual([]);
      expect(on(idLike, of([...names(60), null]))).toEqual([]);
    }
  });

  it('takes whole numbers for an id where none comes twice although the range is short, gaps or not, in any order', () => {
    expect(on(idLike, numbers(upTo(50)))).toHaveLength(1);
    expect(on(idLike, numbers(upTo(50).map((row) => 1000 + ((row * 7) % 50))))).toHaveLength(1);
    expect(on(idLike, numbers(upTo(49)))).toEqual([]);
    expect(on(idLike, numbers([...upTo(50), 51]))).toHaveLength(1);
    expect(on(idLike, numbers([...upTo(50), 50.5]))).toEqual([]);
    expect(on(idLike, numbers(upTo(50).map((row) => row / 2)))).toEqual([]);
    // As wide as the rows are many, but not of whole numbers.
    expect(on(idLike, numbers([0, ...upTo(58).map((row) => row + 0.5), 59]))).toEqual([]);
    expect(on(idLike, numbers([...upTo(59), NaN]))).toEqual([]);
  });

  it('leaves times, the label and what is a row id already alone', () => {
    const times: Column = { kind: 'time', values: Float64Array.from(upTo(60)) };
    expect(on(idLike, times)).toEqual([]);
    expect(on(idLike, texts(names(60)), { label: 'x' })).toEqual([]);
    expect(on(idLike, texts(names(60)), { rowIdColumns: ['y', 'x'] })).toEqual([]);
    expect(on(idLike, texts(names(60)), { label: 'y', rowIdColumns: ['y'] })).toHaveLength(1);
  });
});

describe('a column that the pipeline leaves out', () => {
  it('is not asked whether it is fit to learn from, and is held to its schema', () => {
    const empty = numbers([4, ...upTo(9).map(() => NaN)]);
    const asked: readonly [Check, Column, Parameters<typeof snapshot>[1]][] = [
      [idLike, texts(names(60)), {}],
      [constant, numbers([4, 4]), {}],
      [allMissing, numbers([NaN, NaN]), {}],
      [lowPresence, empty, {}],
      [columnAdded, numbers([1, 2]), { previous: profileOf({ y: numbers([1, 2]) }) }],
      [unevenFiles, numbers([1, 2]), { uneven: [{ file: 'b.csv', records: 1, lacks: ['x'] }] }],
    ];
    for (const [check, column, change] of asked) {
      expect([check.name, on(check, column, { ...change, drop: ['y'] }).length]).toEqual([check.name, 1]);
      expect([check.name, on(check, column, { ...change, drop: ['x'] })]).toEqual([check.name, []]);
    }
    expect(on(lowPresence, empty, { drop: ['x'], declare: { x: { nullable: false } } })).toMatchObject([
      { severity: 'error' },
    ]);
  });
});

describe('constant', () => {
  it('tells one value in every row, of two rows or more, that are all there', () => {
    expect(on(constant, numbers([4, 4]))).toMatchObject([
      {
        check: 'constant',
        column: 'x',
        severity: 'warning',
        count: 2,
        message: 'x is 4 in every row: a model learns nothing from it.',
      },
    ]);
    expect(on(constant, numbers([4]))).toEqual([]);
    expect(on(constant, numbers([4, 5]))).toEqual([]);
    expect(on(constant, numbers([4, 4, NaN]))).toEqual([]);
    expect(on(constant, words(['a', 'a'], ['b']))).toHaveLength(1);
    expect(on(constant, numbers([4, 4]), { label: 'x' })).toEqual([]);
  });
});

describe('all-missing', () => {
  it('tells a column without a value, and no column with one', () => {
    expect(on(allMissing, numbers([NaN, NaN]))).toMatchObject([
      {
        check: 'all-missing',
        column: 'x',
        severity: 'warning',
        count: 2,
        message: 'x is missing in every row.',
      },
    ]);
    expect(on(allMissing, numbers([NaN, 0]))).toEqual([]);
    expect(on(allMissing, numbers([]))).toEqual([]);
    expect(on(allMissing, numbers([NaN, NaN]), { label: 'x' })).toEqual([]);
  });
});

describe('low-presence', () => {
  const gaps = (missing: number) => numbers(often([1, 100 - missing], [NaN, missing]));
  const strict = { declare: { x: { nullable: false } } };

  it('warns of a nullable column above half', () => {
    expect(on(lowPresence, gaps(50))).toEqual([]);
    expect(on(lowPresence, gaps(51))).toMatchObject([
      {
        check: 'low-presence',
        column: 'x',
        severity: 'warning',
        count: 51,
        message: 'x is missing in 51 rows (51.0 %).',
        examples: [49, 50, 51, 52, 53].map((row) => ({ rowId: `id-${row}`, value: 'missing' })),
      },
    ]);
  });

  it('is an error from one cell on where none may be missing', () => {
    expect(on(lowPresence, gaps(0), strict)).toEqual([]);
    expect(on(lowPresence, gaps(1), strict)).toMatchObject([
      {
        severity: 'error',
        count: 1,
        message: 'x is missing in 1 row (1.0 %), but the schema says that it never is.',
        fix: expect.stringMatching(/^Fill x/),
      },
    ]);
    expect(on(lowPresence, gaps(51), strict)[0]?.severity).toBe('error');
  });

  it('leaves the label to label-missing and a column without any value to all-missing', () => {
    expect(on(lowPresence, gaps(60), { label: 'x' })).toEqual([]);
    expect(on(lowPresence, gaps(100))).toEqual([]);
    expect(on(lowPresence, gaps(100), strict)).toEqual([]);
    expect(on(lowPresence, numbers([]), strict)).toEqual([]);
  });
});

describe('out-of-range', () => {
  const bounds = (closed: boolean) => ({ declare: { x: { minimum: -1, maximum: 2, closed } } });

  it('takes the bounds themselves, and nothing beyond them', () => {
    expect(on(outOfRange, numbers([-1, 2, NaN]), bounds(false))).toEqual([]);
    expect(on(outOfRange, numbers([2, -1.01, 0, 2.01, NaN]), bounds(false))).toMatchObject([
      {
        check: 'out-of-range',
        column: 'x',
        severity: 'warning',
        count: 2,
        message: 'x is outside its range in 2 rows (40.0 %): expected a number from -1 to 2.',
        examples: [
          { rowId: 'id-1', value: '-1.01' },
          { rowId: 'id-3', value: '2.01' },
        ],
      },
    ]);
    expect(on(outOfRange, numbers([3]), bounds(true))[0]?.severity).toBe('error');
  });

  it('knows bounds of one side, and none', () => {
    expect(on(outOfRange, numbers([-5, 5]), { declare: { x: { minimum: 0 } } })).toMatchObject([
      { count: 1, examples: [{ value: '-5' }] },
    ]);
    expect(on(outOfRange, numbers([-5, 5]), { declare: { x: { maximum: 0 } } })).toMatchObject([
      { count: 1, examples: [{ value: '5' }] },
    ]);
    expect(on(outOfRange, numbers([-5, 5]))).toEqual([]);
  });
});

describe('unexpected-value', () => {
  const domain = (closed: boolean) => ({ declare: { x: { domain: ['a', 'b'], closed } } });

  it('tells words outside the domain that a row has, with the rows', () => {
    expect(on(unexpectedValue, words(['a', 'b', null], ['c']), domain(false))).toEqual([]);
    expect(on(unexpectedValue, words(['a', 'c', 'c', null]), domain(false))).toMatchObject([
      {
        check: 'unexpected-value',
        column: 'x',
        severity: 'warning',
        count: 2,
        message: 'x has a value outside its domain ("c") in 2 rows (50.0 %).',
        examples: [
          { rowId: 'id-1', value: 'c' },
          { rowId: 'id-2', value: 'c' },
        ],
        fix: expect.stringContaining('add it to the domain'),
      },
    ]);
    expect(on(unexpectedValue, words(['c']), domain(true))[0]?.severity).toBe('error');
  });

  it('spells out five words and no more', () => {
    const five = words(['c', 'd', 'e', 'f', 'g']);
    expect(on(unexpectedValue, five, domain(false))[0]?.message).toContain(
      '5 values outside its domain ("c", "d", "e", "f", "g") in',
    );
    const six = words(['c', 'd', 'e', 'f', 'g', 'h']);
    expect(on(unexpectedValue, six, domain(false))[0]).toMatchObject({
      message: expect.stringContaining('6 values outside its domain ("c", "d", "e", "f", "g", …) in'),
      fix: expect.stringContaining('add them to the domain'),
    });
  });

  it('has nothing to say where there is no domain', () => {
    expect(on(unexpectedValue, words(['c']))).toEqual([]);
  });
});

describe('what a finding says', () => {
  it('a share of more than nothing is never 0.0 %, one of less than all never 100.0 %', () => {
    expect([0, 0.0009, 0.001, 0.1234, 0.9994, 0.9995, 1].map(percent)).toEqual([
      '0.0 %',
      'under 0.1 %',
      '0.1 %',
      '12.3 %',
      '99.9 %',
      'over 99.9 %',
      '100.0 %',
    ]);
    expect([0, 1, 2].map(rowCount)).toEqual(['0 rows', '1 row', '2 rows']);
  });

  it('examples are at most five cells, with the id of their row', () => {
    const column: Column = { kind: 'time', values: Float64Array.of(0, NaN, 1e30, 3, 4, 5) };
    const input: CheckInput = snapshot({ x: column });
    expect(cellExamples(input, column, upTo(6))).toEqual([
      { rowId: 'id-0', value: '1970-01-01T00:00:00.000Z' },
      { rowId: 'id-1', value: 'missing' },
      { rowId: 'id-2', value: '1e+30' },
      { rowId: 'id-3', value: '1970-01-01T00:00:00.003Z' },
      { rowId: 'id-4', value: '1970-01-01T00:00:00.004Z' },
    ]);
    expect(cellExamples({ ...input, rowIds: [] }, column, [1])).toEqual([{ rowId: '1', value: 'missing' }]);
    expect(cellExamples(input, texts(['a', null]), [0, 1]).map(({ value }) => value)).toEqual([
      'a',
      'missing',
    ]);
  });
});
