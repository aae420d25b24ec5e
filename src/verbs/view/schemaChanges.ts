import type { SchemaChange } from '../../pipeline/columns/changes.ts';
import type { Block } from './blocks.ts';
import { table, toned } from './blocks.ts';

/** What changed in a row schema, a line a change, and what it means for models that were trained before. */
export const schemaChangeTable = (changes: readonly SchemaChange[], title: string): Block =>
  table(
    ['column', 'what', 'was', 'is', 'for models of before'],
    changes.map(({ column, what, from, to, effect, because }) => [
      column,
      what,
      from ?? '–',
      to ?? '–',
      toned(effect === 'compatible' ? 'dim' : 'warn', `${effect}: ${because}`),
    ]),
    title,
  );
