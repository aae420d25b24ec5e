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
