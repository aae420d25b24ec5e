import { Type } from '@sinclair/typebox';
import { count, text } from '../../shape.ts';
import type { Shape } from '../../shape.ts';

export const splitResult = Type.Object(
  {
    exported: text('The file, as it was named.'),
    parts: Type.Array(text(), { description: 'Parts whose rows are in it.' }),
    rows: count('Rows in it.'),
    columns: Type.Array(text()),
    kept: Type.Object(
      { validation: count(), test: count(), unlabelled: count() },
      { description: 'Rows that are not in it.' },
    ),
  },
  { title: 'SplitResult' },
);
/** What `split` gives, member by member: docs/json.md#split. */
export type SplitResult = Shape<typeof splitResult>;
