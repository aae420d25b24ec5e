import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { finish } from '../../work.ts';
import { cellReader, columnOf } from '../../ownCells.ts';
import type { Table } from '../columns.ts';
import { takeRows } from '../columns.ts';
import { historyCells, historyColumns } from './compute.ts';
import type { HistoryColumn, HistoryRule } from './rule.ts';

interface Row {
  readonly who: string | null;
  readonly at: number | null;
  readonly spend: number | null;
  readonly event: string | null;
}
const day = 86_400_000;
const tableOf = (rows: readonly Row[]): Table => ({
  rows: rows.length,
  columns: new Map([
    [
      'who',
      columnOf(
        'category',
        rows.map(({ who }) => who),
      ),
    ],
    [
      'at',
      columnOf(
        'time',
        rows.map(({ at }) => at),
      ),
    ],
    [
      'spend',
      columnOf(
        'number',
        rows.map(({ spend }) => spend),
      ),
    ],
    [
      'event',
      columnOf(
        'category',
        rows.map(({ event }) => event),
      ),
    ],
  ]),
});
const columns: readonly HistoryColumn[] = [
  { how: 'lag', name: 'spend_1', column: 'spend', rows: 1 },
  { how: 'lag', name: 'event_2', column: 'event', rows: 2 },
  ...(['mean', 'sum', 'min', 'max', 'count'] as const).map((stat) => ({
    how: 'rolling' as const,
    name: `spend_${stat}`,
    column: 'spend',
    stat,
    windowMs: 2 * day,
  })),
  { how: 'rolling', name: 'events', column: 'event', stat: 'count', windowMs: 3 * day },
  { how: 'since', name: 'since_any', column: null, equals: null },
  { how: 'since', name: 'since_event', column: 'event', equals: null },
  { how: 'since', name: 'since_buy', column: 'event', equals: 'buy' },
];
const rule: HistoryRule = { by: 'who', time: 'at', rows: 4, columns };

type Made = Readonly<Record<string, string | number | null>>;
function made(rows: readonly Row[], of: HistoryRule = rule): readonly Made[] {
  const found = finish(historyColumns(of, tableOf(rows))).columns;
  const readers = of.columns.map(({ name }) => [name, cellReader(found.get(name)!)] as const);
  return rows.map((_, row) => Object.fromEntries(readers.map(([name, read]) => [name, read(row)])));
}

const anyRow: fc.Arbitrary<Row> = fc.record({
  who: fc.constantFrom('a', 'b', null),
  // Few times, so that many rows have the same.
  at: fc.option(
    fc.integer({ min: 0, max: 9 }).map((half) => (half * day) / 2),
    { freq: 9 },
  ),
  spend: fc.option(fc.double({ min: -100, max: 100, noNaN: true }), { freq: 5 }),
  event: fc.option(fc.constantFrom('buy', 'look'), { freq: 5 }),
});
const anyRows = fc.array(anyRow, { maxLength: 30 });
const runs = { numRuns: 100 };

describe('what rows know of the rows before them', () => {
  it('is what a person counts', () => {
    const row = (at: number, spend: number | null, event: string | null, who = 'a'): Row => ({
      who,
      at: at * day,
      spend,
      event,
    });
    const rows = [
      row(3, 30, 'look'),
      row(0, 10, 'buy'),
      row(1, null, 'look'),
      row(2, 20, null),
      row(2, 99, 'buy', 'b'),
    ];
    expect(made(rows)).toMatchObject([
      {
        spend_1: 20,
        event_2: 'look',
        spend_mean: 20,
        spend_sum: 20,
        spend_min: 20,
        spend_max: 20,
        spend_count: 1,
      },
      {
        spend_1: null,
        event_2: null,
        spend_mean: null,
        spend_sum: null,
        spend_count: 0,
        events: 0,
        since_any: null,
      },
      { spend_1: 10, event_2: null, spend_mean: 10, events: 1, since_any: 1, since_event: 1, since_buy: 1 },
      {
        spend_1: null,
        event_2: 'buy',
        spend_mean: 10,
        spend_count: 1,
        events: 2,
        since_event: 1,
        since_buy: 2,
      },
      { spend_1: null, since_any: null },
    ]);
    expect(made(rows)[0]).toMatchObject({ events: 2, since_any: 1, since_event: 2, since_buy: 3 });
  });

  it('reaches to the very border of a window, and to the row before it only', () => {
    const at = (ms: number, spend: number): Row => ({ who: 'a', at: ms, spend, event: null });
    const sum = (first: number): unknown => made([at(first, 1), at(10 * day, 2)])[1]?.['spend_sum'];
    expect([sum(8 * day - 1), sum(8 * day), sum(10 * day - 1)]).toEqual([null, 1, 1]);
  });

  it('is never of its own time or of what comes later: whatever such rows are, nothing changes', () => {
    fc.assert(
      fc.property(anyRows, anyRows, fc.nat({ max: 9 }), (rows, others, half) => {
        const at = (half * day) / 2;
        const asked: Row = { who: 'a', at, spend: 1, event: 'buy' };
        const past = rows.filter((row) => row.at !== null && row.at < at);
        const later = others.filter((row) => row.at === null || row.at >= at);
        const [alone] = made([asked, ...past]);
        expect(made([asked, ...past, ...later])[0]).toEqual(alone);
        // Its own cells are not its history either.
        expect(made([{ ...asked, spend: -7, event: null }, ...past, ...later])[0]).toEqual(alone);
      }),
      runs,
    );
  });

  it('is the same in every order of the rows', () => {
    fc.assert(
      fc.property(anyRows, fc.infiniteStream(fc.nat()), (rows, keys) => {
        const order = rows.map((_, row) => ({ row, key: keys.next().value ?? 0 }));
        order.sort((left, right) => left.key - right.key);
        const places = order.map(({ row }) => row);
        const all = made(rows);
        expect(made(places.map((row) => rows[row]!))).toEqual(places.map((row) => all[row]));
      }),
      runs,
    );
  });

  it('is bit for bit the same for one row that brings its history', () => {
    fc.assert(
      fc.property(anyRows, fc.constantFrom('who', null), (rows, by) => {
        const of = { ...rule, by };
        const all = made(rows, of);
        const table = tableOf(rows);
        for (const [row, { who, at }] of rows.entries()) {
          if (at === null || (by !== null && who === null)) continue;
          const earlier = rows.flatMap((other, place) =>
            other.at !== null && other.at < at && (by === null || other.who === who) ? [place] : [],
          );
          const own = historyCells(of, at, takeRows(table, earlier.toReversed()));
          for (const [name, cell] of Object.entries(own))
            expect(Object.is(cell, all[row]?.[name])).toBe(true);
        }
      }),
      runs,
    );
  });

  it('is of the newest rows alone that may be looked at', () => {
    const rows = Array.from({ length: 7 }, (_, at): Row => ({
      who: 'a',
      at: at * 1000,
      spend: 1,
      event: at === 0 ? 'buy' : 'look',
    }));
    expect(made(rows).map(({ spend_count: count }) => count)).toEqual([0, 1, 2, 3, 4, 4, 4]);
    expect(made(rows).map(({ since_buy: since }) => since === null)).toEqual([
      true,
      false,
      false,
      false,
      false,
      true,
      true,
    ]);
  });

  it('is unknown to rows without a time or a group, which are counted', () => {
    const row: Row = { who: 'a', at: 0, spend: 1, event: 'buy' };
    const rows = [row, { ...row, at: null }, { ...row, who: null, at: day }, { ...row, at: day }];
    const { withoutHistory } = finish(historyColumns(rule, tableOf(rows)));
    expect(withoutHistory).toBe(2);
    expect(made(rows).map(({ spend_count: count }) => count)).toEqual([0, null, null, 1]);
  });
});
