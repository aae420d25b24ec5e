import { Type } from '@sinclair/typebox';
import { text } from '../shape.ts';
import type { Shape } from '../shape.ts';

/** What is predicted. */
export const taskShape = Type.Union(
  [
    Type.Object({
      kind: Type.Literal('binary'),
      classes: Type.Tuple([text(), text()]),
      positive: text('The class that probabilities and threshold are about.'),
    }),
    Type.Object({ kind: Type.Literal('multiclass'), classes: Type.Array(text()) }),
    Type.Object({ kind: Type.Literal('regression') }),
  ],
  { title: 'Task' },
);
export type Task = Shape<typeof taskShape>;
