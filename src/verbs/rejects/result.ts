import { Type } from '@sinclair/typebox';
import { rejectionShape } from '../../data/source.ts';
import { count, instant, number, oneOf, orNull, text } from '../../shape.ts';
import type { Shape } from '../../shape.ts';

export const rejectsResult = Type.Object({
  file: text('The source as the pipeline names it.'),
  at: instant('When it was read.'),
  outcome: oneOf(
    ['ingested', 'refused'],
    'refused: more than source.max_rejected_share was rejected, and no snapshot came of it.',
  ),
  records: count('Records of the file: rows and rejected ones.'),
  rejected: count(),
  tolerated: number('The share that may be rejected (source.max_rejected_share).'),
  reasons: Type.Array(
    Type.Object({
      column: orNull(text(), 'Null where the record as a whole is to blame.'),
      reason: text(),
      count: count(),
      examples: Type.Array(rejectionShape, { description: 'The first few.' }),
    }),
    { description: 'By column and reason, the most frequent first.' },
  ),
  exported: orNull(text(), 'Where all of them were written (--export).'),
});
export type RejectsResult = Shape<typeof rejectsResult>;
