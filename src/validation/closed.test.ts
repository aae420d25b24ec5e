import { describe, expect, it } from 'vitest';
import type { Column, Table } from '../data/columns.ts';
import type { ColumnSchema } from '../data/schema.ts';
import { declared, numbers, tableOf, texts, words } from './checks/snapshot.fixture.ts';
import { checkClosed, outsideDomain, outsideRange, outsideRows, outsideWords } from './closed.ts';

const violations = (
  columns: Readonly<Record<string, Column>>,
  schema: readonly ColumnSchema[],
  ignore?: string[],
) =>
  checkClosed(tableOf(columns), { missing: [''], columns: schema }, ignore === undefined ? {} : { ignore });
const of = (column: Column, rest: Partial<ColumnSchema>) =>
  violations({ x: column }, [declared('x', column.kind, rest)]).map(({ row, reason }) => `${row}: ${reason}`);

describe('the check of whole columns', () => {
  it('refuses what is beyond a closed range and takes its ends', () => {
    const range = { minimum: -1, maximum: 2 };
    expect(of(numbers([-1, 2, NaN, -1.001, 2.001]), { ...range, closed: true })).toEqual([
      '3: expected a number from -1 to 2, got "-1.001"',
      '4: expected a number from -1 to 2, got "2.001"',
    ]);
    expect(of(numbers([-9, 9]), range)).toEqual([]);
    expect(of(numbers([-9, 9]), { minimum: 0, closed: true })).toEqual([
      '0: expected a number of at least 0, got "-9"',
    ]);
    expect(of(numbers([-9, 9]), { maximum: 0, closed: true })).toEqual([
      '1: expected a number of at most 0, got "9"',
    ]);
    expect(of(numbers([-9, 9]), { closed: true })).toEqual([]);
  });

  it('refuses words outside a closed domain, and none of an open one', () => {
    const column = words(['b', null, 'a', 'c'], ['unused']);
    expect(of(column, { domain: ['a', 'b'], closed: true })).toEqual([
      '3: expected one of "a", "b", got "c"',
    ]);
    expect(of(column, { domain: ['a', 'b'] })).toEqual([]);
    expect(of(column, { closed: true })).toEqual([]);
  });

  it('refuses missing cells where none may be, of every kind', () => {
    const time: Column = { kind: 'time', values: Float64Array.of(0, NaN) };
    for (const [column, expected] of [
      [numbers([0, NaN]), 'a number'],
      [words(['a', null]), 'a category (a text, number or boolean)'],
      [time, 'an ISO 8601 time as text'],
      [texts(['a', null]), 'a text'],
    ] as const) {
      expect(of(column, { nullable: false })).toEqual([`1: expected ${expected}, got nothing`]);
      expect(of(column, { nullable: true })).toEqual([]);
    }
  });

  it('refuses fractions where whole numbers are declared, and numbers that are none', () => {
    expect(of(numbers([1, -0.5, NaN, 2 ** 60]), { type: 'integer' })).toEqual([
      '1: expected a whole number or null, got "-0.5"',
    ]);
    expect(of(numbers([0.5, Infinity, -Infinity]), {})).toEqual([
      '1: expected a number or null, got "Infinity"',
      '2: expected a number or null, got "-Infinity"',
    ]);
  });

  it('gives one reason a cell: what it is, before where it lies', () => {
    const closed = { nullable: false, closed: true, minimum: 0, maximum: 1 };
    expect(of(numbers([NaN, Infinity, 2]), closed)).toEqual([
      '0: expected a number, got nothing',
      '1: expected a number, got "Infinity"',
      '2: expected a number from 0 to 1, got "2"',
    ]);
    expect(of(words([null, 'c']), { nullable: false, closed: true, domain: ['a'] })).toEqual([
      '0: expected a category (a text, number or boolean), got nothing',
      '1: expected one of "a", got "c"',
    ]);
  });

  it('goes by row, then by the order of the schema; leaves out what is ignored or not there', () => {
    const columns = { a: numbers([9, 0, 9]), b: words(['z', 'z', 'ok']) };
    const schema = [
      declared('b', 'category', { domain: ['ok'], closed: true }),
      declared('gone', 'number', { nullable: false }),
      declared('a', 'number', { maximum: 1, closed: true }),
    ];
    const places = (ignore?: string[]) =>
      violations(columns, schema, ignore).map(({ row, column }) => `${row} ${column}`);
    expect(places()).toEqual(['0 b', '0 a', '1 b', '2 a']);
    expect(places(['b'])).toEqual(['0 a', '2 a']);
    expect(places([])).toEqual(places());
  });
});

describe('which rows lie outside', () => {
  it('by words: codes without a word do not count', () => {
    expect([...outsideDomain(['a', 'b', 'c'], ['b', 'x'])]).toEqual([1, 0, 1]);
    const column = words([null, 'b', 'a', 'b', 'c']);
    if (column.kind !== 'category') throw new Error('a column of words is of categories');
    expect(outsideWords(column, ['a'])).toEqual([1, 3, 4]);
    expect(outsideWords(column, ['a', 'b', 'c'])).toEqual([]);
  });

  it('by range: open or closed, and nothing for a column of another kind than declared', () => {
    expect(outsideRange(Float64Array.of(0, 1, 2), declared('x', 'number', { minimum: 1 }))).toEqual([0]);
    expect(outsideRows(numbers([0, 3]), declared('x', 'number', { maximum: 2 }))).toEqual([1]);
    expect(outsideRows(words(['a', 'b']), declared('x', 'category', { domain: ['a'] }))).toEqual([1]);
    expect(outsideRows(words(['a']), declared('x', 'category'))).toEqual([]);
    expect(outsideRows(numbers([9]), declared('x', 'category', { domain: ['a'], maximum: 1 }))).toEqual([]);
    expect(outsideRows(words(['b']), declared('x', 'number', { domain: ['a'], maximum: 1 }))).toEqual([]);
    expect(outsideRows(texts(['b']), declared('x', 'text', { domain: ['a'] }))).toEqual([]);
  });

  it('of an empty table there are none', () => {
    const table: Table = { rows: 0, columns: new Map() };
    expect(checkClosed(table, { missing: [''], columns: [declared('x', 'number')] })).toEqual([]);
  });
});
