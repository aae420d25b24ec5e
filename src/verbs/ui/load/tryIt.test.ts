import { expect, it } from 'vitest';
import type { ColumnSchema } from '../../../data/schema.ts';
import { fieldOf } from './tryIt.ts';

const column = (more: Partial<ColumnSchema>): ColumnSchema => ({
  name: 'salary',
  kind: 'number',
  type: 'integer',
  nullable: false,
  required: true,
  closed: false,
  ...more,
});

it('a field says what values there were, but of no personal column', () => {
  const seen = column({ minimum: 731, maximum: 98_000 });
  expect(fieldOf(seen, '', false).hint).toBe('731 to 98000 was seen');
  expect(fieldOf(seen, '', true).hint).toBe('a number');
  const words = column({ kind: 'category', type: 'string', domain: ['ada', 'grace'] });
  expect(fieldOf(words, '', false).choices).toEqual(['ada', 'grace']);
  expect(fieldOf(words, '', true).choices).toEqual([]);
});
