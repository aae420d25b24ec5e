import { describe, expect, it } from 'vitest';
import type { ColumnSchema, RowSchema } from './schema.ts';
import { withTextIds } from './schema.ts';

const column = (
  name: string,
  kind: ColumnSchema['kind'],
  rest: Partial<ColumnSchema> = {},
): ColumnSchema => ({
  name,
  kind,
  type: kind === 'number' ? 'integer' : 'string',
  nullable: false,
  required: true,
  closed: true,
  ...rest,
});
const schema: RowSchema = {
  missing: ['', 'NA'],
  cells: 1,
  columns: [
    column('customer', 'number', { minimum: 1, maximum: 9, description: 'who' }),
    column('branch', 'category', { domain: ['1'] }),
    column('day', 'time'),
    column('note', 'text'),
    column('hour', 'number'),
    column('age', 'number'),
  ],
};

describe('withTextIds', () => {
  it('has ids as texts, without domain and range, and leaves the rest as it is', () => {
    const asText = { type: 'string', kind: 'text', nullable: false, required: true, closed: false };
    expect(withTextIds(schema, ['customer', 'branch', 'day', 'note', 'gone'])).toEqual({
      missing: ['', 'NA'],
      cells: 1,
      columns: [
        { name: 'customer', ...asText, description: 'who' },
        { name: 'branch', ...asText },
        ...schema.columns.slice(2),
      ],
    });
    expect(withTextIds(schema, [])).toEqual(schema);
  });

  it('leaves a column that is needed as what it is', () => {
    expect(withTextIds(schema, ['hour'], ['hour'])).toEqual(schema);
    const again = withTextIds(withTextIds(schema, ['hour']), ['hour']);
    expect(again).toEqual(withTextIds(schema, ['hour']));
  });
});
