import { describe, expect, it } from 'vitest';
import type { ColumnSchema } from '../data/schema.ts';
import { extendSchema } from './extend.ts';

const declared = (column: Partial<ColumnSchema> & { name: string }): ColumnSchema => ({
  kind: 'category',
  type: 'string',
  nullable: true,
  required: true,
  closed: false,
  ...column,
});
const table = {
  rows: 3,
  columns: new Map([
    ['line', { kind: 'category', codes: Int32Array.of(0, 1, -1), dictionary: ['dsl', 'fiber', 'unused'] }],
    ['fee', { kind: 'number', values: Float64Array.of(Number.NaN, 120, -1) }],
  ] as const),
};

describe('extendSchema', () => {
  it('adds words that occur and widens ranges, and says so', () => {
    const schema = {
      missing: [''],
      columns: [
        declared({ name: 'line', domain: ['dsl'] }),
        declared({ name: 'fee', kind: 'number', type: 'number', minimum: 0, maximum: 100 }),
      ],
    };
    const extended = extendSchema(schema, table);
    expect(extended.schema.columns[0]!.domain).toEqual(['dsl', 'fiber']);
    expect(extended.schema.columns[1]).toMatchObject({ minimum: -1, maximum: 120 });
    expect(extended.changes).toEqual([
      'line: new "fiber"',
      'fee: minimum is now -1',
      'fee: maximum is now 120',
    ]);
  });
  it('leaves a closed column and an undeclared limit alone', () => {
    const schema = {
      missing: [''],
      columns: [
        declared({ name: 'line', domain: ['dsl'], closed: true }),
        declared({ name: 'fee', kind: 'number', type: 'number' }),
      ],
    };
    expect(extendSchema(schema, table)).toEqual({ schema, changes: [] });
  });
});
