import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyTable } from './anyTable.fixture.ts';
import type { Column, Table } from './columns.ts';
import { cellValue, takeRows } from './columns.ts';
import { rowDigests } from './rowDigests.ts';
import { hashText } from '../hash.ts';
import { hashOfId, identify, joinIds, orderById, rowIds, rowsWithoutId, takeIds } from './rowId.ts';

const numbers = (...values: number[]): Column => ({ kind: 'number', values: Float64Array.from(values) });
const words = (...cells: (string | null)[]): Column => {
  const dictionary = [...new Set(cells.filter((cell) => cell !== null))];
  return {
    kind: 'category',
    dictionary,
    codes: Int32Array.from(cells, (cell) => (cell === null ? -1 : dictionary.indexOf(cell))),
  };
};
const table = (columns: Record<string, Column>, rows: number): Table => ({
  rows,
  columns: new Map(Object.entries(columns)),
});
const hashes = (of: Table): readonly string[] =>
  rowIds(of, { rowIdColumns: [], featureColumns: [...of.columns.keys()] });

describe('ids by columns', () => {
  it('joins canonical text and escapes it', () => {
    const rows = table({ a: words('x|y', 'x\\', null), b: numbers(1, -0, 2.5) }, 3);
    expect(rowIds(rows, { rowIdColumns: ['a', 'b'], featureColumns: [] })).toEqual([
      'x\\|y|1',
      'x\\\\|0',
      '\\N|2.5',
    ]);
  });

  it('falls back to the hash where an id column is absent', () => {
    const rows = table({ a: numbers(1) }, 1);
    expect(rowIds(rows, { rowIdColumns: ['id'], featureColumns: ['a'] })).toEqual(hashes(rows));
  });
});

/** Ids of both kinds, more than a few of them equal. */
const anyIds = fc.tuple(anyTable({ minRows: 1 }), fc.boolean()).map(([rows, named]) => {
  const columns = [...rows.columns.keys()];
  const options = named
    ? { rowIdColumns: columns, featureColumns: [] }
    : { rowIdColumns: [], featureColumns: columns };
  const twice = takeRows(
    rows,
    Int32Array.from({ length: 2 * rows.rows }, (_, i) => i % rows.rows),
  );
  return { rows: twice, ids: identify(twice, options), texts: rowIds(twice, options) };
});

describe('ids that need not be texts', () => {
  it('are those of the texts, one by one, taken and joined', () => {
    fc.assert(
      fc.property(anyIds, fc.array(fc.nat()), ({ ids, texts }, picks) => {
        const all = (of: typeof ids): unknown[] => Array.from({ length: of.length }, (_, row) => of.at(row));
        expect(all(ids)).toEqual(texts);
        expect(texts.map((_, row) => hashOfId(ids, row, 7))).toEqual(texts.map((text) => hashText(text, 7)));
        const places = Int32Array.from(picks, (pick) => pick % texts.length);
        const taken = takeIds(ids, places);
        expect(all(taken)).toEqual(Array.from(places, (row) => texts[row]));
        expect(all(joinIds(ids, taken))).toEqual([...texts, ...Array.from(places, (row) => texts[row])]);
        expect(all(joinIds(texts, taken))).toEqual(all(joinIds(ids, taken)));
        expect([ids.at(texts.length), takeIds(ids, new Int32Array()).length]).toEqual([undefined, 0]);
      }),
    );
  });

  it('of twins with different labels have one order, whatever the order of the file', () => {
    const some = table({ a: numbers(1, 1, 2, 1), label: words('x', 'y', 'x', null) }, 4);
    const ordered = (rows: number[]): unknown[] => {
      const shuffled = takeRows(some, rows);
      return [[], ['a']].map((rowIdColumns) => {
        const ids = identify(shuffled, { rowIdColumns, featureColumns: ['a'] });
        const inOrder = takeRows(shuffled, orderById(shuffled, ids));
        return Array.from({ length: 4 }, (_, row) => cellValue(inOrder.columns.get('label')!, row));
      });
    };
    const expected = ordered([0, 1, 2, 3]);
    for (const rows of [
      [3, 2, 1, 0],
      [1, 3, 0, 2],
      [2, 0, 3, 1],
    ])
      expect(ordered(rows)).toEqual(expected);
  });

  it('have the order of their texts, twins next to each other', () => {
    fc.assert(
      fc.property(anyIds, ({ rows, ids, texts }) => {
        const order = orderById(rows, ids);
        expect([...order]).toEqual([...orderById(rows, texts)]);
        expect([...order].sort((a, b) => a - b)).toEqual(texts.map((_, row) => row));
        const sorted = Array.from(order, (row) => texts[row]!);
        expect(sorted).toEqual([...texts].sort());
      }),
    );
  });
});

describe('ids by hash', () => {
  it('are 32 hexadecimal characters and stay what they are (they decide the split)', () => {
    const rows = table({ n: numbers(1.5, Number.NaN), c: words('Fiber optic', null) }, 2);
    expect(hashes(rows)).toEqual(['c827ba9f0559b67f641f7cc10fed5706', '9824f711a4e442433bf03524e4c1e721']);
  });

  it('do not depend on the order of columns, of words or on other rows', () => {
    fc.assert(
      fc.property(anyTable({ minRows: 1 }), fc.nat(), (rows, pick) => {
        const all = hashes(rows);
        const reversed: Table = { rows: rows.rows, columns: new Map([...rows.columns].reverse()) };
        expect(hashes(reversed)).toEqual(all);
        const row = pick % rows.rows;
        expect(hashes(takeRows(rows, [row]))).toEqual([all[row]]);
      }),
    );
  });

  it('are equal exactly when the cells are', () => {
    fc.assert(
      fc.property(anyTable({ minRows: 2 }), (rows) => {
        const ids = hashes(rows);
        const cells = ids.map((_, row) =>
          JSON.stringify([...rows.columns.values()].map((column) => cellValue(column, row))),
        );
        for (let i = 1; i < ids.length; i += 1) expect(ids[i] === ids[0]).toBe(cells[i] === cells[0]);
      }),
    );
  });

  it('tell names, missing cells and neighbouring columns apart', () => {
    const one = (columns: Record<string, Column>): string => hashes(table(columns, 1))[0]!;
    const ids = [
      one({ a: numbers(1) }),
      one({ b: numbers(1) }),
      one({ a: numbers(Number.NaN) }),
      one({ a: numbers(0) }),
      one({ a: words('1') }),
      one({ a: words(null), b: words('1') }),
      one({ a: words('1'), b: words(null) }),
      one({ a: numbers(1), b: numbers(2) }),
      one({ a: numbers(2), b: numbers(1) }),
    ];
    expect(new Set(ids).size).toBe(ids.length);
    expect(one({ a: numbers(-0) })).toBe(one({ a: numbers(0) }));
  });

  it('spread over all bits: 20,000 near-equal rows, no two alike in any 64 bits, every bit about half', () => {
    const n = 20_000;
    const { lanes } = rowDigests(
      table(
        {
          n: numbers(...Array.from({ length: n }, (_, i) => i)),
          c: words(...Array.from({ length: n }, () => 'x')),
        },
        n,
      ),
    );
    const firstHalf = new Set<string>();
    const secondHalf = new Set<string>();
    const ones = new Array<number>(128).fill(0);
    for (let row = 0; row < n; row += 1) {
      firstHalf.add(`${lanes[4 * row]!},${lanes[4 * row + 1]!}`);
      secondHalf.add(`${lanes[4 * row + 2]!},${lanes[4 * row + 3]!}`);
      for (let bit = 0; bit < 128; bit += 1) ones[bit]! += (lanes[4 * row + (bit >> 5)]! >>> (bit & 31)) & 1;
    }
    expect([firstHalf.size, secondHalf.size]).toEqual([n, n]);
    // Six standard deviations of a fair coin.
    for (const count of ones) expect(Math.abs(count - n / 2)).toBeLessThan(3 * Math.sqrt(n));
  });
});

describe('rows without what identifies them', () => {
  const rows = table({ k: words('a', null, null), l: words(null, null, 'b'), n: numbers(1, 2, 3) }, 3);
  const idsOf = (...rowIdColumns: string[]): readonly string[] =>
    rowIds(rows, { rowIdColumns, featureColumns: ['n'] });

  it('have the hash of their cells for an id, also where only some rows of a table lack it', () => {
    const [, second, third] = hashes(table({ n: numbers(1, 2, 3) }, 3));
    expect(idsOf('k')).toEqual(['a', second, third]);
    expect(idsOf('k', 'l')).toEqual(['a|\\N', second, '\\N|b']);
    expect(idsOf('k', 'absent')).toEqual(hashes(table({ n: numbers(1, 2, 3) }, 3)));
  });

  it('are counted', () => {
    expect([['k'], ['k', 'l'], ['n'], ['absent'], []].map((columns) => rowsWithoutId(rows, columns))).toEqual(
      [2, 1, 0, 3, 0],
    );
  });
});
