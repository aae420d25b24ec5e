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
  it('leaves limits and domains alone that hold, and knows times as it knows numbers', () => {
    const times = { kind: 'time', values: Float64Array.of(5, Number.NaN, 9) } as const;
    const at = (limits: Partial<ColumnSchema>) => {
      const schema = { missing: [''], columns: [declared({ name: 'at', kind: 'time', ...limits })] };
      return extendSchema(schema, { rows: 3, columns: new Map([['at', times]]) });
    };
    expect(at({ minimum: 5, maximum: 9 }).changes).toEqual([]);
    expect(at({ minimum: 6, maximum: 8 }).schema.columns[0]).toMatchObject({ minimum: 5, maximum: 9 });
    expect(at({ minimum: 6 }).changes).toEqual(['at: minimum is now 5']);
    expect(at({ maximum: 8 }).changes).toEqual(['at: maximum is now 9']);
    const known = { missing: [''], columns: [declared({ name: 'line', domain: ['dsl', 'fiber', 'x'] })] };
    expect(extendSchema(known, table)).toEqual({ schema: known, changes: [] });
    const open = {
      missing: [''],
      columns: [declared({ name: 'line' }), declared({ name: 'gone', domain: [] })],
    };
    expect(extendSchema(open, table)).toEqual({ schema: open, changes: [] });
    const both = { missing: [''], columns: [declared({ name: 'line', domain: ['x'] })] };
    expect(extendSchema(both, table)).toEqual({
      schema: { missing: [''], columns: [declared({ name: 'line', domain: ['dsl', 'fiber', 'x'] })] },
      changes: ['line: new "dsl", "fiber"'],
    });
  });
});
