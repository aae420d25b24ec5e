import { Type } from '@sinclair/typebox';
import { count, number, oneOf, text } from '../shape.ts';
import type { Shape } from '../shape.ts';

/** What goes with what in a snapshot: columns with the label, and numbers with each other. */
export const associationShape = Type.Object({
  rows: count('Rows that it was computed from.'),
  measure: oneOf(
    ['auc', 'r2'],
    'Of `columns`: the area under the ROC curve of the class that is told worst, or R² of the ranks of a number; on rows that were not looked at.',
  ),
  columns: Type.Array(Type.Object({ name: text(), score: number() }), {
    description: 'How well a column alone tells the label, the best first.',
  }),
  pairs: Type.Array(Type.Object({ left: text(), right: text(), correlation: number('Pearson’s r.') }), {
    description: 'Numbers that go together, the closest first.',
  }),
  matrix: Type.Optional(
    Type.Object(
      { names: Type.Array(text()), correlations: Type.Array(Type.Array(number())) },
      { description: 'The numbers that tell the label most, each with each: Pearson’s r.' },
    ),
  ),
});
export type Association = Shape<typeof associationShape>;
