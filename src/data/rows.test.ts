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
      { row: 1, column: '', message: 'expected an object with named fields' },
      { row: 2, column: '', message: 'expected an object with named fields' },
      { row: 3, column: '', message: 'expected an object with named fields' },
      { row: 0, column: 'age', message: 'expected a number, got the text "5"' },
      { row: 4, column: 'age', message: 'expected a value, got no such field' },
      { row: 0, column: 'plan', message: 'expected a value, got nothing' },
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
