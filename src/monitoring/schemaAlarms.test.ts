import { describe, expect, it } from 'vitest';
import { numbers, referenceOf, table, words } from './columns.fixture.ts';
import { profileColumn } from './profileReference.ts';
import { findSchemaAlarms } from './schemaAlarms.ts';
import type { Column } from '../data/columns.ts';
import type { SchemaAlarm } from './report.ts';

function schema(before: Column, after: Column): readonly SchemaAlarm[] {
  return findSchemaAlarms(referenceOf('x', before).columns, table('x', after), []);
}

describe('the shape of the data', () => {
  const before = words(3000, (i) => (i % 2 === 0 ? 'a' : 'b'));

  it('alarms on a column that is gone, all missing, or of another kind', () => {
    const reference = referenceOf('x', before).columns;
    expect(
      findSchemaAlarms(reference, { rows: 50, columns: new Map() }, ['x']).map((alarm) => alarm.kind),
    ).toEqual(['column-missing']);
    expect(
      schema(
        before,
        words(50, () => null),
      ).map((alarm) => alarm.kind),
    ).toEqual(['column-missing']);
    expect(
      schema(
        words(300, () => null),
        words(50, () => null),
      ),
    ).toEqual([]);
    expect(
      schema(
        before,
        numbers(50, (i) => i),
      ).map((alarm) => alarm.kind),
    ).toEqual(['type-change']);
  });

  it('alarms on new categories that cannot be chance', () => {
    const [alarm] = schema(
      before,
      words(300, (i) => (i < 30 ? 'c' : 'a')),
    );
    expect(alarm).toMatchObject({
      kind: 'new-category',
      count: 30,
      share: 0.1,
      message: 'x: "c" never seen before, in 10 % of the rows.',
    });
    expect(
      schema(
        before,
        words(300, (i) => (i < 2 ? 'c' : 'a')),
      ),
    ).toEqual([]);
    // Every value was new before as well.
    expect(
      schema(
        words(3000, (i) => `id${i}`),
        words(300, (i) => `new${i}`),
      ),
    ).toEqual([]);
  });

  it('alarms on values beyond the range, in more rows than chance', () => {
    const ages = numbers(3000, (i) => 18 + (i % 60));
    expect(
      schema(
        ages,
        numbers(300, (i) => (i < 30 ? 900 : 40)),
      )[0],
    ).toMatchObject({ kind: 'out-of-range', count: 30 });
    expect(
      schema(
        ages,
        numbers(300, (i) => (i < 2 ? 900 : 40)),
      ),
    ).toEqual([]);
  });
});

describe('limits of the shape', () => {
  const ages = numbers(3000, (i) => 18 + (i % 60));
  const kinds = (before: Column, after: Column, ignore: string[] = []) =>
    findSchemaAlarms(referenceOf('x', before).columns, table('x', after), ignore).map(({ kind }) => kind);

  it('has two ends', () => {
    for (const odd of [-900, 17.9, 77.1, 900])
      expect(
        schema(
          ages,
          numbers(300, (i) => (i < 30 ? odd : 40)),
        )[0],
      ).toMatchObject({
        kind: 'out-of-range',
        count: 30,
        share: 0.1,
        message: 'x: 10 % of the rows lie outside 18 … 77, the range it had before.',
      });
    expect(
      schema(
        ages,
        numbers(300, (i) => (i % 2 === 0 ? 18 : 77)),
      ),
    ).toEqual([]);
    expect(
      schema(
        ages,
        numbers(300, (i) => (i < 30 ? Number.NaN : 40)),
      ),
    ).toEqual([]);
  });

  it('needs one row in a hundred', () => {
    const beyond = (count: number) =>
      schema(
        ages,
        numbers(2000, (i) => (i < count ? 900 : 40)),
      );
    expect(beyond(19)).toEqual([]);
    expect(beyond(20)).toHaveLength(1);
    const before = words(3000, (i) => (i % 2 === 0 ? 'a' : 'b'));
    const unseen = (count: number) =>
      schema(
        before,
        words(2000, (i) => (i < count ? 'c' : 'a')),
      );
    expect(unseen(19)).toEqual([]);
    expect(unseen(20)).toHaveLength(1);
  });

  it('of an ignored column tells only that it is gone or of another kind', () => {
    const before = words(3000, (i) => (i % 2 === 0 ? 'a' : 'b'));
    expect(
      kinds(
        before,
        numbers(50, (i) => i),
        ['x'],
      ),
    ).toEqual(['type-change']);
    expect(
      kinds(
        before,
        words(50, () => null),
        ['x'],
      ),
    ).toEqual(['column-missing']);
    expect(
      kinds(
        before,
        words(50, () => 'c'),
      ),
    ).toEqual(['new-category']);
    expect(
      kinds(
        before,
        words(50, () => 'c'),
        ['x'],
      ),
    ).toEqual([]);
    expect(
      kinds(
        ages,
        numbers(50, () => 900),
        ['x'],
      ),
    ).toEqual([]);
    expect(
      kinds(
        before,
        words(50, () => 'c'),
        ['y'],
      ),
    ).toEqual(['new-category']);
  });

  it('many words seen once do not hide a new one for good', () => {
    // By Good–Turing alone 6,000 rows of one new word were no more than 400 words that were met once allow for.
    const before = words(1500, (i) => (i < 400 ? `once ${i}` : i % 2 === 0 ? 'a' : 'b'));
    const after = (count: number) => words(20_000, (i) => (i < count ? 'new' : 'a'));
    expect(schema(before, after(200))[0]).toMatchObject({ kind: 'new-category', count: 200 });
    expect(schema(before, after(199))).toEqual([]);
  });

  it('one new word is new where chance does not put all its rows on one side', () => {
    // ln K + c·ln(n/(n + m)) ≤ ln 1e-5: with m 5,000, n 300, c 4 and 2 words ln p is −10.8, with c 5 −13.7.
    const before = words(5000, (i) => (i % 10 > 0 ? 'a' : `once ${i}`));
    const after = (count: number) => words(300, (i) => (i < count ? 'new' : 'a'));
    expect([schema(before, after(4)).length, schema(before, after(5)).length]).toEqual([0, 1]);
  });

  it('says nothing of a column whose words are not all known by name', () => {
    const [column] = referenceOf(
      'x',
      words(3000, () => 'a'),
    ).columns;
    const tail = { ...column!, counts: [['a', 2999]] as const };
    expect(
      findSchemaAlarms(
        [tail],
        table(
          'x',
          words(300, () => 'c'),
        ),
        [],
      ),
    ).toEqual([]);
    expect(findSchemaAlarms([column!], { rows: 0, columns: new Map() }, [])).toEqual([]);
  });
});

it('a reference column is what its sample says', () => {
  const column = profileColumn(
    'x',
    numbers(10_000, (i) => (i === 0 ? Number.NaN : i)),
    10_000,
  );
  expect(column).toMatchObject({
    rows: 10_000,
    missing: 1,
    min: 1,
    max: 9999,
    mean: expect.closeTo(5000, 6),
  });
  expect(column.sample).toHaveLength(2000);
  expect(column.counts).toBeUndefined();
  expect(
    profileColumn(
      'y',
      words(5, (i) => ['b', 'a', 'a', null, 'c'][i]!),
      5,
    ),
  ).toEqual({
    name: 'y',
    kind: 'category',
    rows: 5,
    missing: 1,
    counts: [
      ['a', 2],
      ['b', 1],
      ['c', 1],
    ],
  });
});

describe('a column that was constant', () => {
  it.each([
    ['a word', words(2000, () => 'EUR'), words(300, () => 'USD'), 'new-category'],
    ['a number', numbers(2000, () => 0), numbers(300, () => 1), 'out-of-range'],
  ] as const)('alarms where every row has another value: %s', (_what, before, after, kind) => {
    const [alarm, ...others] = findSchemaAlarms(
      referenceOf('currency', before).columns,
      table('currency', after),
      [],
    );
    expect(others).toEqual([]);
    expect(alarm).toMatchObject({ column: 'currency', kind, count: 300, share: 1 });
    expect(alarm?.message).toContain('100 % of the rows');
    expect(findSchemaAlarms(referenceOf('currency', before).columns, table('currency', before), [])).toEqual(
      [],
    );
  });
});
