import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyTable } from './anyTable.fixture.ts';
import type { Column, Table } from './columns.ts';
import { takeRows } from './columns.ts';
import { logicalDigest } from './logicalDigest.ts';
import { rowDigests } from './rowDigests.ts';
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

  const pairs = (rows: readonly (readonly number[])[]): Table => ({
    rows: rows.length,
    columns: new Map(
      ['a', 'b'].map((name, at) => [
        name,
        { kind: 'number' as const, values: Float64Array.from(rows, (row) => row[at]!) },
      ]),
    ),
  });

  it('tells contents apart whose cells are the same in sum, in other rows, or more often', () => {
    const few = Array.from({ length: 40 }, (_, at) => at - 20);
    const tables = few.flatMap((left) =>
      few
        .filter((right) => right >= left)
        .flatMap((right) => [
          pairs([[left, 1], [right, 2]]), // prettier-ignore
          pairs([[left, 2], [right, 3]]), // prettier-ignore
          pairs([[left, 0], [left, 0], [right, 0]]), // prettier-ignore
        ]),
    );
    const swapped = few.map((left) => pairs([[left, 2], [left + 1, 1]])); // prettier-ignore
    const all = [...tables, ...swapped.slice(0, -1)];
    expect(new Set(all.map(logicalDigest)).size).toBe(all.length);
  });
});

describe('the digests of rows, of which the sum is made', () => {
  it('have no two of many near contents in one, nor in half of one', () => {
    const rows = 400_000;
    const near = Float64Array.from({ length: rows }, (_, at) => Math.floor(at / 3) / 8);
    const third = Int32Array.from({ length: rows }, (_, at) => at % 3);
    const { lanes } = rowDigests({
      rows,
      columns: new Map<string, Column>([
        ['near', { kind: 'number', values: near }],
        ['third', { kind: 'category', codes: third, dictionary: ['a', 'b', 'c'] }],
      ]),
    });
    for (const [first, second] of [
      [0, 1],
      [2, 3],
      [0, 3],
      [1, 2],
    ] as const) {
      const halves = new BigUint64Array(rows);
      for (let row = 0; row < rows; row += 1)
        halves[row] = (BigInt(lanes[4 * row + first]!) << 32n) | BigInt(lanes[4 * row + second]!);
      halves.sort();
      expect(halves.some((half, at) => at > 0 && half === halves[at - 1])).toBe(false);
    }
  });

  it('change in half of their bits with any bit of a cell', () => {
    const trials = 2000;
    const changed = new Float64Array(128);
    const double = new Float64Array(2);
    const words = new Uint32Array(double.buffer);
    for (let trial = 0; trial < trials; trial += 1) {
      double[0] = double[1] = (trial + 1) * 1.37;
      const bit = trial % 52;
      words[2 + (bit >> 5)]! ^= 1 << (bit & 31);
      const columns = new Map([['a', { kind: 'number' as const, values: double }]]);
      const { lanes } = rowDigests({ rows: 2, columns });
      for (let at = 0; at < 128; at += 1)
        changed[at]! += ((lanes[at >> 5]! ^ lanes[4 + (at >> 5)]!) >>> (at & 31)) & 1;
    }
    const shares = changed.map((count) => count / trials);
    // A share of 2,000 tosses is .5 ± .011; the furthest of 128 is hardly beyond four of these.
    expect(Math.min(...shares)).toBeGreaterThan(0.44);
    expect(Math.max(...shares)).toBeLessThan(0.56);
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
    expect(logicalDigest(some)).toBe('217175d5a4da287c1c4908e852f2074fde0ea1403bdee6e8b3a0bbe602c21501');
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
