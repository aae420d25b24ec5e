import { describe, expect, it } from 'vitest';
import { columnOf, cellReader } from '../../ownCells.ts';
import { finish } from '../../work.ts';
import type { Table } from '../columns.ts';
import { agreeOnHistory, withHistoryOf } from './agreement.ts';
import type { HistoryRule } from './rule.ts';

const rule: HistoryRule = {
  ...{ by: 'who', time: 'at', rows: 4 },
  columns: [
    { how: 'lag', name: 'before', column: 'spend', rows: 1 },
    { how: 'since', name: 'since', column: null, equals: null },
  ],
};

describe('two rules of history', () => {
  it.each<[string, HistoryRule | undefined, boolean]>([
    ['the same', { ...rule, columns: [...rule.columns].reverse() }, true],
    ['none', undefined, true],
    ['other columns', { ...rule, by: null, columns: [{ ...rule.columns[0]!, name: 'other' }] }, true],
    ['another group', { ...rule, by: null }, false],
    ['another time', { ...rule, time: 'then' }, false],
    ['another bound', { ...rule, rows: 5 }, false],
    [
      'another column under that name',
      { ...rule, columns: [{ how: 'lag', name: 'before', column: 'spend', rows: 2 }] },
      false,
    ],
  ])('agree or not: %s', (_what, other, agree) => {
    expect(agreeOnHistory(rule, other)).toBe(agree);
    expect(agreeOnHistory(other, rule)).toBe(agree);
  });

  it('make, over one table, each its own cells of the columns of one name', () => {
    const table: Table = {
      rows: 3,
      columns: new Map([
        ['who', columnOf('category', ['a', 'b', 'a'])],
        ['at', columnOf('time', [1, 2, 3])],
        ['spend', columnOf('number', [10, 20, 30])],
      ]),
    };
    const before = (given: Table): unknown[] =>
      [0, 1, 2].map((row) => cellReader(given.columns.get('before')!)(row));
    const grouped = finish(withHistoryOf(rule, table));
    expect(before(grouped)).toEqual([null, null, 10]);
    const all = finish(withHistoryOf({ ...rule, by: null }, grouped));
    expect(before(all)).toEqual([null, 10, 20]);
    expect(finish(withHistoryOf(rule, all)).columns.get('before')).toEqual(grouped.columns.get('before'));
    expect(finish(withHistoryOf({ ...rule, time: 'gone' }, grouped))).toBe(grouped);
  });
});
