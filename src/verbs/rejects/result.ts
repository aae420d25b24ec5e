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
  requeued: orNull(
    Type.Object({
      file: text(),
      taken: count('Mended records that the next ingest takes.'),
      unchanged: count('Records that are as they were.'),
      unmatched: count('Records that the last ingest did not reject.'),
      example: orNull(text(), 'One of those.'),
    }),
    'What --requeue took.',
  ),
});
/** What `rejects` gives, member by member: docs/json.md#rejects. */
export type RejectsResult = Shape<typeof rejectsResult>;
