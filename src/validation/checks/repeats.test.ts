import { describe, expect, it } from 'vitest';
import { duplicateRows, repeatedRows } from './duplicateRows.ts';
import { idLike } from './idLike.ts';
import { numbers, snapshot, texts, upTo, words } from './snapshot.fixture.ts';
import { typeMismatch } from './typeMismatch.ts';

describe('rows of one id', () => {
  const of = (...ids: string[]): unknown => [...repeatedRows(ids)].map(([id, rows]) => [id, [...rows]]);
  const comparing = (...ids: string[]): unknown =>
    [
      ...repeatedRows({
        length: ids.length,
        at: (row) => ids[row],
        compare: (left, right) => (ids[left]! < ids[right]! ? -1 : ids[left]! > ids[right]! ? 1 : 0),
      }),
    ].map(([id, rows]) => [id, [...rows]]);

  it.each([of, comparing])('are found side by side and anywhere, each with all of its rows', (found) => {
    expect(found('a', 'b', 'c')).toEqual([]);
    expect(found()).toEqual([]);
    expect(found('a')).toEqual([]);
    expect(found('a', 'a', 'b', 'c', 'c', 'c')).toEqual([
      ['a', [0, 1]],
      ['c', [3, 4, 5]],
    ]);
    expect(found('c', 'a', 'b', 'a', 'c', 'c')).toEqual([
      ['c', [0, 4, 5]],
      ['a', [1, 3]],
    ]);
    expect(found('a', 'a', 'b', 'a')).toEqual([['a', [0, 1, 3]]]);
  });

  it('are told with the most frequent first, those that are equally so by their id', () => {
    const rowIds = ['a', 'b', 'b', 'c', 'c', 'c', 'd', 'd', 'e', 'e', 'f', 'f', 'g', 'g'];
    const columns = { x: numbers(upTo(rowIds.length)) };
    const [finding] = duplicateRows.run(snapshot(columns, { rowIds, rowIdColumns: ['no', 'line'] }));
    expect(finding).toEqual({
      check: 'duplicate-rows',
      severity: 'warning',
      message:
        '7 rows (50.0 %) repeat the no, line of another row; rows of one id share a part of the split.',
      count: 7,
      examples: [
        { rowId: 'c', value: '3 times' },
        { rowId: 'b', value: '2 times' },
        { rowId: 'd', value: '2 times' },
        { rowId: 'e', value: '2 times' },
        { rowId: 'f', value: '2 times' },
      ],
      fix: 'Remove the repeats in the source, or name the columns that really identify a row in `row_id`.',
    });
    expect(duplicateRows.run(snapshot(columns, { rowIds }))).toMatchObject([
      { severity: 'info', message: expect.stringContaining('7 rows (50.0 %) are twins of another row') },
    ]);
    expect(duplicateRows.run(snapshot(columns))).toEqual([]);
  });
});

describe('a column that looks like an id', () => {
  const said = (
    columns: Parameters<typeof snapshot>[0],
    change: Parameters<typeof snapshot>[1] = {},
  ): string[] => idLike.run(snapshot(columns, change)).map(({ column }) => column!);

  it('is told whole', () => {
    expect(idLike.run(snapshot({ code: texts(upTo(50).map((row) => `k${row}`)) }))).toEqual([
      {
        check: 'id-like',
        column: 'code',
        severity: 'info',
        message: 'code is different in every row: it looks like an id. A model can only learn it by heart.',
        count: 50,
        examples: [0, 1, 2].map((row) => ({ rowId: `id-${row}`, value: `k${row}` })),
        fix: 'If it identifies a row, write `row_id: code`; else `features: {drop: [code]}`.',
      },
    ]);
  });

  it('has fifty rows or more, all of them different and none missing', () => {
    const of = (rows: number, missing = 0) =>
      texts(upTo(rows).map((row) => (row < missing ? null : `k${row}`)));
    expect([said({ x: of(50) }), said({ x: of(49) }), said({ x: of(60, 1) })]).toEqual([['x'], [], []]);
    expect(said({ x: words(upTo(50).map((row) => `k${row}`)) })).toEqual(['x']);
    expect(said({ x: words(upTo(51).map((row) => `k${row % 50}`)) })).toEqual([]);
    const time = { kind: 'time', values: Float64Array.from(upTo(60)) } as const;
    expect(said({ x: time })).toEqual([]);
  });

  it('may be of whole numbers that hardly differ by chance, or are named so', () => {
    // n² / 2R is 10 where 100 numbers come of 500.
    const spread = (range: number) => numbers([...upTo(99).map((row) => row * 2), range - 1]);
    expect(said({ x: spread(500) })).toEqual(['x']);
    expect(said({ x: spread(501) })).toEqual([]);
    for (const name of ['id', 'order_no', 'row nr', 'a.key', 'customerId', 'uuid', 'x-ref', 'personID'])
      expect(said({ [name]: spread(9000) })).toEqual([name]);
    for (const name of ['idea', 'paid', 'grid', 'keys', 'ids'])
      expect(said({ [name]: spread(9000) })).toEqual([]);
    expect(said({ id: numbers(upTo(100).map((row) => row + 0.5)) })).toEqual([]);
  });

  it('is no id where it is the label, or known to be one', () => {
    const code = texts(upTo(50).map((row) => `k${row}`));
    expect(said({ code }, { label: 'code' })).toEqual([]);
    expect(said({ code, other: code }, { rowIdColumns: ['code'] })).toEqual(['other']);
  });
});

describe('records that did not fit', () => {
  const quarantined = upTo(7).map((at) => ({
    ...(at === 3 ? {} : { column: at < 3 ? 'age' : 'plan' }),
    reason: `reason ${at}`,
    line: at + 2,
    file: 'x.csv',
  }));

  it('are told by column, with the first five and where the first stands', () => {
    const [age, row, plan, ...more] = typeMismatch.run(snapshot({ x: numbers(upTo(13)) }, { quarantined }));
    expect(more).toEqual([]);
    expect(age).toEqual({
      check: 'type-mismatch',
      column: 'age',
      severity: 'warning',
      message: '3 records (15.0 %) did not fit age and were quarantined: reason 0.',
      count: 3,
      examples: upTo(3).map((at) => ({ rowId: `x.csv:${at + 2}`, value: `reason ${at}` })),
      at: { file: 'x.csv', line: 2 },
      fix: 'Correct these records in the source; if the words mean "missing", declare them in the schema.',
    });
    expect(row).not.toHaveProperty('column');
    expect(row!.message).toBe('1 record (5.0 %) could not be read as a row and was quarantined: reason 3.');
    expect(plan).toMatchObject({ column: 'plan', count: 3, at: { line: 6 } });
    const eight = upTo(8).map((at) => ({ column: 'a', reason: 'r', line: at, file: 'f' }));
    expect(typeMismatch.run(snapshot({ x: numbers([1]) }, { quarantined: eight }))[0]?.examples).toHaveLength(
      5,
    );
    expect(typeMismatch.run(snapshot({ x: numbers([1]) }))).toEqual([]);
  });
});
