import { describe, expect, it } from 'vitest';
import type { Rejection } from '../data/source.ts';
import { rowsFromTable, tableFromRows } from '../data/rows.ts';
import { schemaOf } from '../data/sources/testing.fixture.ts';
import { finish } from '../work.ts';
import type { Merged, Reading } from './increment.ts';
import { adding, passedBy } from './increment.ts';

const schema = schemaOf({ id: 'text', n: 'number' }, ['']);
const reading = (rows: readonly [string, number][], refused: readonly string[] = []): Reading => ({
  table: tableFromRows(
    rows.map(([id, n]) => ({ id, n })),
    schema,
    ['id', 'n'],
  ).table,
  rejections: refused.map((id, at): Rejection => ({
    file: 'db',
    line: at + 1,
    column: 'n',
    reason: 'expected a number, got "x"',
    raw: JSON.stringify({ id, n: 'x' }),
  })),
});
const merge = (before: Reading, read: Reading): Merged => finish(adding(before, read, ['id']));
const rowsOf = ({ table }: Merged): unknown[] => rowsFromTable(table).map(({ id, n }) => [id, n]);
const refusedOf = ({ rejections }: Merged): string[] => rejections.map(({ raw }) => JSON.parse(raw).id);

describe('adding a reading to the snapshot before', () => {
  it('takes new rows in, lets the newest of an id win, and counts each', () => {
    const merged = merge(
      reading([
        ['a', 1],
        ['b', 2],
        ['c', 3],
      ]),
      reading([
        ['c', 3],
        ['b', 9],
        ['d', 4],
      ]),
    );
    expect(rowsOf(merged)).toEqual([
      ['a', 1],
      ['c', 3],
      ['b', 9],
      ['d', 4],
    ]);
    expect([merged.added, merged.changed, merged.repeated]).toEqual([1, 1, 1]);
  });

  it('keeps rows that have one id among themselves, as a full reading would', () => {
    expect(
      rowsOf(
        merge(
          reading([['a', 1]]),
          reading([
            ['b', 1],
            ['b', 2],
          ]),
        ),
      ),
    ).toEqual([
      ['a', 1],
      ['b', 1],
      ['b', 2],
    ]);
  });

  it('lets a refusal win over the older row, and a mended row over the older refusal', () => {
    const merged = merge(reading([['a', 1]], ['b', 'c']), reading([['b', 2]], ['a', 'd', 'c']));
    expect(rowsOf(merged)).toEqual([['b', 2]]);
    expect(refusedOf(merged)).toEqual(['a', 'd', 'c']);
    expect([merged.added, merged.changed]).toEqual([1, 1]);
  });

  it('without a new row is the snapshot before', () => {
    const none: Reading = { table: { rows: 0, columns: new Map() }, rejections: [] };
    expect(rowsOf(merge(reading([['a', 1]], ['b']), none))).toEqual([['a', 1]]);
    expect(refusedOf(merge(reading([['a', 1]], ['b']), none))).toEqual(['b']);
  });

  it('counts what the cursor passed by, and what is gone', () => {
    expect(passedBy(12, 10, { added: 2 })).toBe(0);
    expect(passedBy(13, 10, { added: 2 })).toBe(1);
    expect(passedBy(11, 10, { added: 2 })).toBe(-1);
  });
});
