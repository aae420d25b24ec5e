import fc from 'fast-check';
import type { Column, ColumnKind, Table } from '../../src/data/columns.ts';
import { takeRows } from '../../src/data/columns.ts';

/** Words that break what keys objects by them, among others. */
const word = fc.oneof(
  fc.constantFrom('a', 'b', 'c', '', 'low', 'high', '__proto__', 'constructor', 'toString', '\ud800', 'ä=ö'),
  fc.string({ maxLength: 5 }),
);
const number = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(NaN, Infinity, -Infinity, 0, -0, 1, 1e308, -1e308, 5e-324) },
  { weight: 3, arbitrary: fc.integer({ min: -3, max: 3 }) },
  { weight: 3, arbitrary: fc.double() },
);
const time = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom(NaN, Infinity, -Infinity, 9e15, -0) },
  { weight: 3, arbitrary: fc.integer({ min: -8.64e15, max: 8.64e15 }) },
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 2e12 }) },
);

const of = <T>(cell: fc.Arbitrary<T>, rows: number): fc.Arbitrary<T[]> =>
  // A constant column is a case of its own: it would hardly ever come by chance.
  fc.oneof(
    { weight: 4, arbitrary: fc.array(cell, { minLength: rows, maxLength: rows }) },
    { weight: 1, arbitrary: cell.map((value) => Array<T>(rows).fill(value)) },
  );

function categories(rows: number): fc.Arbitrary<Column> {
  const dictionary = fc.uniqueArray(word, { minLength: 1, maxLength: 6 });
  return dictionary.chain((words) =>
    of(fc.integer({ min: -1, max: words.length - 1 }), rows).map((codes): Column => ({
      kind: 'category',
      codes: Int32Array.from(codes),
      dictionary: words,
    })),
  );
}

/** Any column of a kind: constant, all missing, infinite values, odd words. */
export function anyColumn(kind: ColumnKind, rows: number): fc.Arbitrary<Column> {
  switch (kind) {
    case 'number':
      return of(number, rows).map((values): Column => ({ kind, values: Float64Array.from(values) }));
    case 'time':
      return of(time, rows).map((values): Column => ({ kind, values: Float64Array.from(values) }));
    case 'category':
      return categories(rows);
    case 'text':
      return of(fc.option(word), rows).map((values): Column => ({ kind, values }));
  }
}

export const kinds: readonly ColumnKind[] = ['number', 'time', 'category', 'text'];

/** A table of one column of each kind, from no row at all to a dozen. */
export const anyTable: fc.Arbitrary<Table> = fc
  .integer({ min: 0, max: 12 })
  .chain((rows) =>
    fc
      .tuple(...kinds.map((kind) => anyColumn(kind, rows)))
      .map((columns): Table => ({ rows, columns: new Map(kinds.map((kind, i) => [kind, columns[i]!])) })),
  );

/** The same cells with a dictionary of its own: only the words used, in another order, as a request would have it. */
export function recoded(column: Column): Column {
  if (column.kind !== 'category') return column;
  const dictionary = [...new Set(Array.from(column.codes).filter((code) => code >= 0))]
    .map((code) => column.dictionary[code]!)
    .reverse();
  const codes = column.codes.map((code) => (code < 0 ? -1 : dictionary.indexOf(column.dictionary[code]!)));
  return { kind: 'category', codes, dictionary };
}

/** A table with dictionaries of its own. */
export const recodedTable = (table: Table): Table => ({
  rows: table.rows,
  columns: new Map([...table.columns].map(([name, column]) => [name, recoded(column)])),
});

/** The table cut into tables of `size` rows, each with dictionaries of its own. */
export function chunks(table: Table, size: number): Table[] {
  const starts = Array.from({ length: Math.ceil(table.rows / size) }, (_, i) => i * size);
  return starts.map((start) => {
    const rows = Array.from({ length: Math.min(size, table.rows - start) }, (_, i) => start + i);
    return recodedTable(takeRows(table, rows));
  });
}
