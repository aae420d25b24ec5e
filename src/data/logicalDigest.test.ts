import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyTable } from './anyTable.fixture.ts';
import type { Column, Table } from './columns.ts';
import { takeRows } from './columns.ts';
import { logicalDigest } from './logicalDigest.ts';
import { orderById } from './rowId.ts';
import { radixOrder, textOrder } from '../statistics/ordering.ts';

const shuffled = (rows: number): fc.Arbitrary<number[]> =>
  fc.shuffledSubarray(
    Array.from({ length: rows }, (_, i) => i),
    { minLength: rows, maxLength: rows },
  );
const tableAndOrder = anyTable({ minRows: 1 }).chain((table) =>
  fc.tuple(fc.constant(table), shuffled(table.rows)),
);

describe('logicalDigest', () => {
  it('does not change with the order of rows and columns', () => {
    fc.assert(
      fc.property(tableAndOrder, ([table, order]) => {
        const other = takeRows(table, order);
        const reversed: Table = { rows: other.rows, columns: new Map([...other.columns].reverse()) };
        expect(logicalDigest(reversed)).toBe(logicalDigest(table));
      }),
    );
  });

  it('changes with a row more, a name, a kind', () => {
    const one: Table = { rows: 1, columns: new Map([['a', { kind: 'number', values: Float64Array.of(1) }]]) };
    const twins = takeRows(one, [0, 0]);
    const renamed: Table = { rows: 1, columns: new Map([['b', one.columns.get('a')!]]) };
    const time: Table = { rows: 1, columns: new Map([['a', { kind: 'time', values: Float64Array.of(1) }]]) };
    const none = takeRows(one, []);
    expect(new Set([one, twins, renamed, time, none].map(logicalDigest)).size).toBe(5);
  });
});

describe('orderById', () => {
  it('is a function of the content: any file order gives the same rows in the same order', () => {
    fc.assert(
      fc.property(tableAndOrder, ([table, order]) => {
        const ids = Array.from({ length: table.rows }, (_, row) => `id${row % 3}`);
        const other = takeRows(table, order);
        const otherIds = order.map((row) => ids[row]!);
        const first = takeRows(table, orderById(table, ids));
        const second = takeRows(other, orderById(other, otherIds));
        expect(
          JSON.stringify(
            [...second.columns].map(([, column]) => (column.kind === 'text' ? column.values : null)),
          ),
        ).toBe(
          JSON.stringify(
            [...first.columns].map(([, column]) => (column.kind === 'text' ? column.values : null)),
          ),
        );
        expect(Array.from(orderById(other, otherIds), (row) => otherIds[row])).toEqual([...ids].sort());
      }),
    );
  });
});

describe('orders', () => {
  it('sorts keys stably, as a comparison does', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.nat({ max: 3 }), fc.integer({ min: 0, max: 2 ** 32 - 1 }))),
        (keys) => {
          const expected = keys.map((_, i) => i).sort((left, right) => keys[left]! - keys[right]!);
          expect([...radixOrder(Uint32Array.from(keys))]).toEqual(expected);
        },
      ),
    );
  });

  it('is what it was: a snapshot that was written down is found again', () => {
    const some: Table = {
      rows: 4,
      columns: new Map<string, Column>([
        ['n', { kind: 'number', values: Float64Array.of(1.5, -0, Number.NaN, -1e300) }],
        ['c', { kind: 'category', codes: Int32Array.of(0, 1, -1, 0), dictionary: ['ja', 'nein'] }],
        ['t', { kind: 'time', values: Float64Array.of(0, 1.7e12, Number.NaN, -1) }],
        ['x', { kind: 'text', values: ['é', '', null, 'a long text of more than twelve bytes'] }],
      ]),
    };
    expect(logicalDigest(some)).toBe('82bccd69c0379da2f5dbdf118ac94e84ed05a9289168ec473f0db748a1e5ac5a');
  });

  it('sorts texts by code unit, equal ones as they stood', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string(),
      fc.constantFrom('þz', 'ÿa', '\u0100', 'abcdefgh', 'abcdefghi', 'abcdefg', ''),
    );
    fc.assert(
      fc.property(fc.array(text), (texts) => {
        const expected = texts
          .map((_, i) => i)
          .sort((left, right) =>
            texts[left]! < texts[right]! ? -1 : texts[left]! > texts[right]! ? 1 : left - right,
          );
        expect([...textOrder(texts)]).toEqual(expected);
      }),
    );
  });
});
