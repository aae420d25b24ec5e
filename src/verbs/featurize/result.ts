import { Type } from '@sinclair/typebox';
import { count, text } from '../../shape.ts';
import type { Shape } from '../../shape.ts';

export const featurizeResult = Type.Object({
  rows: Type.Object({ train: count(), validation: count(), test: count(), unlabelled: count() }),
  inputs: count('Columns that features are made of.'),
  outputs: Type.Array(text(), { description: 'Names of the features.' }),
  task: text(),
});
/** What `featurize` gives, member by member: docs/json.md#featurize. */
export type FeaturizeResult = Shape<typeof featurizeResult>;
