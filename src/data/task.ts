import { Type } from '@sinclair/typebox';
import { number, text } from '../shape.ts';
import type { Shape } from '../shape.ts';

/** `costs[actual][predicted]`, where the pipeline says what answers cost: it decides which class is answered. */
const costs = Type.Optional(
  Type.Array(Type.Array(number()), { description: 'What an answer costs: `costs[actual][predicted]`.' }),
);

/** What is predicted. */
export const taskShape = Type.Union(
  [
    Type.Object({
      kind: Type.Literal('binary'),
      classes: Type.Tuple([text(), text()]),
      positive: text('The class that probabilities and threshold are about.'),
      costs,
    }),
    Type.Object({ kind: Type.Literal('multiclass'), classes: Type.Array(text()), costs }),
    Type.Object({ kind: Type.Literal('regression') }),
  ],
  { title: 'Task' },
);
export type Task = Shape<typeof taskShape>;
