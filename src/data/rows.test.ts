import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Table } from './columns.ts';
import { rowsFromTable, tableFromRows } from './rows.ts';
import type { ColumnSchema, RowSchema } from './schema.ts';
import { anySchema, anyTable, sameTable } from './anyTable.fixture.ts';

const column = (name: string, overrides: Partial<ColumnSchema> = {}): ColumnSchema => ({
  name,
  kind: 'number',
  type: 'number',
  nullable: true,
  required: true,
  closed: false,
  ...overrides,
});
const schema: RowSchema = {
  missing: ['', 'NA'],
  columns: [
    column('age'),
    column('plan', { kind: 'category', type: 'string', nullable: false }),
    column('note', { kind: 'text', type: 'string', required: false }),
    column('label', { kind: 'category', type: 'string', nullable: false }),
    column('__proto__', { kind: 'category', type: 'string', required: false }),
  ],
};
const category = (table: Table, name: string): (string | null)[] => {
  const found = table.columns.get(name);
  if (found?.kind !== 'category') throw new Error('not a category');
  return Array.from(found.codes, (code) => (code === -1 ? null : found.dictionary[code]!));
};

describe('tableFromRows', () => {
  it('types rows and ignores other fields', () => {
    const { table, issues } = tableFromRows(
      [
        { age: 5, plan: 'a', x: 1 },
        { age: null, plan: 0 },
      ],
      schema,
      ['age', 'plan', 'note'],
    );
    expect(issues).toEqual([]);
    expect(table.rows).toBe(2);
    expect(category(table, 'plan')).toEqual(['a', '0']);
    expect(table.columns.get('age')).toEqual({ kind: 'number', values: Float64Array.of(5, Number.NaN) });
    expect(table.columns.get('note')).toEqual({ kind: 'text', values: [null, null] });
  });

  it('names the row, the column and what was got', () => {
    const { issues } = tableFromRows([{ age: '5', plan: null }, 7, null, [], { plan: 'a' }], schema, [
      'age',
      'plan',
    ]);
    expect(issues).toEqual([
      { row: 0, column: 'age', message: 'expected a number, got the text "5"' },
      { row: 0, column: 'plan', message: 'expected a category, got null' },
      { row: 1, column: '', message: 'expected an object of fields, got the number 7' },
      { row: 2, column: '', message: 'expected an object of fields, got null' },
      { row: 3, column: '', message: 'expected an object of fields, got a list' },
      { row: 4, column: 'age', message: 'expected a number, got no such field' },
    ]);
  });

  it('lets optional columns be absent or null', () => {
    const rows = [{ age: 1 }, { age: 1, label: null }, { age: 1, label: 'x' }];
    const { table, issues } = tableFromRows(rows, schema, ['age'], ['label']);
    expect(issues).toEqual([]);
    expect(category(table, 'label')).toEqual([null, null, 'x']);
  });

  it('reads own members only', () => {
    const rows = [JSON.parse('{"__proto__": "x"}') as unknown, {}, Object.create({ age: 5 }) as unknown];
    const { table, issues } = tableFromRows(rows, schema, ['__proto__', 'age']);
    expect(category(table, '__proto__')).toEqual(['x', null, null]);
    expect(issues.map((issue) => issue.row)).toEqual([0, 1, 2]);
  });

  it('refuses a column that the schema does not have', () => {
    expect(() => tableFromRows([], schema, ['nope'])).toThrow(RangeError);
  });

  it('reads the texts of a file of text', () => {
    const { table, issues } = tableFromRows(
      [
        { age: ' 5 ', plan: '00712', note: ' x ' },
        { age: 'NA', plan: '7.12e2', note: '' },
        { age: 'x', plan: 'NA' },
      ],
      schema,
      ['age', 'plan', 'note'],
      [],
      { way: 'text' },
    );
    expect(table.columns.get('age')).toEqual({
      kind: 'number',
      values: Float64Array.of(5, Number.NaN, Number.NaN),
    });
    expect(category(table, 'plan')).toEqual(['00712', '7.12e2', null]);
    expect(table.columns.get('note')).toEqual({ kind: 'text', values: [' x ', null, null] });
    expect(issues.map(({ row, message }) => `${row}: ${message}`)).toEqual([
      '2: expected a number, got "x"',
      '2: expected a category, got "NA", which means missing',
    ]);
  });

  const unknown = (rows: readonly unknown[]): string[] =>
    tableFromRows(rows, schema, ['age'], ['plan', 'note', '__proto__'], { refuseUnknown: true }).issues.map(
      ({ row, column, message }) => `${row} ${column.slice(0, 10)}: ${message}`,
    );

  it('refuses fields that the schema does not know where it is asked to, and says which is meant', () => {
    const known = { age: 1, plan: 'a', note: null, label: [], ['__proto__']: 'x' };
    expect(unknown([known])).toEqual([]);
    expect(
      unknown([
        { age: 1, plam: 'a' },
        { age: 2, constructor: 1 },
      ]),
    ).toEqual([
      '0 plam: unknown field "plam": did you mean "plan"?',
      '1 constructo: unknown field "constructor": the model has no such input',
    ]);
    const parsed = JSON.parse('{"age":1,"__proto__":{"x":1},"toString":1}') as unknown;
    expect(unknown([parsed])).toEqual([
      '0 toString: unknown field "toString": the model has no such input',
      '0 __proto__: expected a category, got an object',
    ]);
    expect(unknown([{ age: 1, ['a'.repeat(1e6)]: 1 }])).toEqual([
      `0 aaaaaaaaaa: unknown field "${'a'.repeat(80)}": the model has no such input`,
    ]);
  });

  it('says a little about a row full of mistakes', () => {
    const full = (fields: number): unknown =>
      Object.fromEntries([
        ['age', 1] as const,
        ...Array.from({ length: fields }, (_, i) => [`x${i}`, i] as const),
      ]);
    expect(unknown([full(19)])).toHaveLength(19);
    expect(unknown([full(20)])).toHaveLength(20);
    expect(unknown([full(21)])).toHaveLength(20);
    expect(unknown([full(15), full(500)])).toHaveLength(20);
  });

  it('never throws for any rows', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.anything(),
            fc.dictionary(fc.constantFrom('age', 'plan', 'note', '__proto__'), fc.anything()),
          ),
        ),
        (rows) => {
          const { table, issues } = tableFromRows(rows, schema, ['age', 'plan', 'note', '__proto__']);
          expect(table.rows).toBe(rows.length);
          for (const issue of issues) expect(issue.row).toBeLessThan(rows.length);
        },
      ),
    );
  });
});

it('tableFromRows ∘ JSON ∘ rowsFromTable = id', () => {
  fc.assert(
    fc.property(anyTable(), (table) => {
      const rows = JSON.parse(JSON.stringify(rowsFromTable(table))) as unknown[];
      const back = tableFromRows(rows, anySchema, [...table.columns.keys()]);
      expect(back.issues).toEqual([]);
      sameTable(back.table, table);
    }),
  );
});
