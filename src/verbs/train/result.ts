import { Type } from '@sinclair/typebox';
import { evaluationShape, verdictShape } from '../../evaluation/evaluation.ts';
import { triedFamilyShape } from '../../modeling/model.ts';
import { searchShape } from '../../modeling/search/result.ts';
import { count, orNull, text } from '../../shape.ts';
import type { Shape } from '../../shape.ts';

export const trainResult = Type.Object({
  family: text(),
  tried: Type.Array(triedFamilyShape),
  because: text('Why this family.'),
  folds: Type.Optional(
    count(
      'Family auto: folds by which it was chosen; validation figures are of rows that the fits did not know.',
    ),
  ),
  backend: text(),
  metric: text(),
  evaluation: evaluationShape,
  verdict: verdictShape,
  search: orNull(searchShape, 'With `--search`.'),
});
/** What `train` gives, member by member: docs/json.md#train. */
export type TrainResult = Shape<typeof trainResult>;
