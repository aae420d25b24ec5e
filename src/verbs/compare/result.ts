import { Type } from '@sinclair/typebox';
import { runComparisonShape } from '../../evaluation/runChanges.ts';
import { orNull, text } from '../../shape.ts';
import type { Shape } from '../../shape.ts';
import { commentedShape } from './stickyComment.ts';

export const compareResult = Type.Composite([
  runComparisonShape,
  Type.Object({
    markdown: orNull(text(), 'With `--markdown`.'),
    comment: orNull(commentedShape, 'With `--comment`.'),
  }),
]);
/** What `compare` gives, member by member: docs/json.md#compare. */
export type CompareResult = Shape<typeof compareResult>;
