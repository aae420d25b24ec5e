import { describe, expect, it } from 'vitest';
import { nameTaken, requireReadable } from './readable.ts';

describe('columns that no table can hold', () => {
  const file = { displayPath: 'rows.parquet' };
  const unreadable = [
    { name: 'tags', reason: 'a list is not a table’s cell' },
    { name: 'age', reason: nameTaken },
  ];

  it('are no matter where nobody needs them', () => {
    expect(() => requireReadable(file, unreadable, { required: ['plan'] })).not.toThrow();
  });

  it('are refused where a plan needs them, with what can be done', () => {
    const of = (required: readonly string[]): unknown => {
      try {
        requireReadable(file, unreadable, { required });
        return;
      } catch (error) {
        return error;
      }
    };
    expect(of(['plan', 'tags'])).toMatchObject({
      code: 'unsupported-column-type',
      message: 'rows.parquet: column "tags" cannot be read: a list is not a table’s cell.',
      hint: expect.stringContaining('Write the column as numbers'),
    });
    expect(of(['age'])).toMatchObject({
      message: 'rows.parquet: column "age" cannot be read: another column has that name.',
      hint: expect.stringContaining('a name of its own'),
    });
  });
});
