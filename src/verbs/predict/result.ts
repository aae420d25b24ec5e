import { Type } from '@sinclair/typebox';
import { rejectionShape } from '../../data/source.ts';
import { count, oneOf, orNull, text } from '../../shape.ts';
import type { Shape } from '../../shape.ts';

export const predictResult = Type.Object({
  rows: count('Rows that were answered.'),
  rejected: count(),
  rejections: Type.Array(rejectionShape, { description: 'The first few.' }),
  output: text(),
  rejectsFile: orNull(text(), 'Where every refused record is, whole; null where there was none.'),
  shard: Type.Optional(
    Type.Object(
      { index: count(), of: count(), state: oneOf(['made', 'kept']) },
      {
        description: 'With `--shard`: whether the part was made now, or was there already and was kept.',
      },
    ),
  ),
  merged: Type.Optional(
    Type.Array(Type.Object({ part: text(), rows: count(), rejected: count() }), {
      description: 'With `--merge`: what each part gave, by shard.',
    }),
  ),
});
/** What `predict` gives, member by member: docs/json.md#predict. */
export type PredictResult = Shape<typeof predictResult>;
