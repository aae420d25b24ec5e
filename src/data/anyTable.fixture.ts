import fc from 'fast-check';
import { expect } from 'vitest';
import type { Column, Table } from './columns.ts';
import { cellValue, isMissing } from './columns.ts';
import type { ColumnSchema, RowSchema } from './schema.ts';

// Tables of every kind of column with the cells that break things. Names try SQL, SQL's case rules and prototypes.
const column = (name: string, kind: ColumnSchema['kind']): ColumnSchema => ({
  name,
  kind,
  type: kind === 'number' ? 'number' : 'string',
  nullable: true,
  required: false,
  closed: false,
});

/** The schema of `anyTable`. */
export const anySchema: RowSchema = {
  missing: [''],
  columns: [
    column('number', 'number'),
    column('NUMBER', 'number'),
    column('quo"te; DROP', 'category'),
    column('__proto__', 'category'),
    column('time', 'time'),
    column('txt ☃', 'text'),
  ],
};

/** A word that may stand in a table: trimmed, not empty, storable. */
const word = fc
  .oneof(
    fc.constantFrom('a', 'B', "it's", '"q"', 'a long word that is not stored inline', '\\N', 'null', '0'),
    fc.string({ unit: 'grapheme' }),
  )
  .map((text) => text.replaceAll('\0', '').trim())
  .filter((text) => text !== '');
const number = fc
  .oneof(
    fc.double({ noDefaultInfinity: true }),
    fc.constantFrom(0, Number.MAX_VALUE, -Number.MAX_VALUE, 5e-324, 2 ** 53, Number.NaN),
  )
  .map((value) => value + 0);
const time = fc.oneof(
  fc.integer({ min: -8.64e15, max: 8.64e15 }),
  fc.constantFrom(0, -1, 8.64e15, Number.NaN),
);

function columnOf(kind: ColumnSchema['kind'], rows: number): fc.Arbitrary<Column> {
  const many = <Value>(cell: fc.Arbitrary<Value>): fc.Arbitrary<Value[]> =>
    fc.array(cell, { minLength: rows, maxLength: rows });
  switch (kind) {
    case 'number':
      return many(number).map((values) => ({ kind, values: Float64Array.from(values) }));
    case 'time':
      return many(time).map((values) => ({ kind, values: Float64Array.from(values) }));
    case 'text':
      return many(fc.option(word.map((text) => `${text} `))).map((values) => ({ kind, values }));
    case 'category':
      return many(fc.option(word)).map((words) => {
        const dictionary = [...new Set(words.filter((cell) => cell !== null))];
        return {
          kind,
          dictionary,
          codes: Int32Array.from(words, (cell) => (cell === null ? -1 : dictionary.indexOf(cell))),
        };
      });
  }
}

/** Any table of `anySchema`. */
export function anyTable({ minRows = 0 } = {}): fc.Arbitrary<Table> {
  return fc
    .integer({ min: minRows, max: 12 })
    .chain((rows) =>
      fc
        .tuple(
          ...anySchema.columns.map(({ name, kind }) =>
            columnOf(kind, rows).map((made) => [name, made] as const),
          ),
        )
        .map((columns) => ({ rows, columns: new Map(columns) })),
    );
}

/** Expects the same columns with the same cells; dictionaries may number words differently. */
export function sameTable(actual: Table, expected: Table): void {
  expect(actual.rows).toBe(expected.rows);
  expect([...actual.columns.keys()]).toEqual([...expected.columns.keys()]);
  for (const [name, wanted] of expected.columns) {
    const got = actual.columns.get(name)!;
    expect(got.kind).toBe(wanted.kind);
    for (let row = 0; row < expected.rows; row += 1) {
      expect(isMissing(got, row)).toBe(isMissing(wanted, row));
      // toBe is Object.is: -0 is not 0.
      expect(cellValue(got, row)).toBe(cellValue(wanted, row));
    }
  }
}
