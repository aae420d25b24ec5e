import { Type } from '@sinclair/typebox';
import { orNull, text } from '../../shape.ts';
import type { Shape } from '../../shape.ts';

export const initResult = Type.Object({
  name: text(),
  task: orNull(text()),
  created: Type.Array(text(), { description: 'Paths relative to the project root.' }),
  notes: Type.Array(text(), { description: 'What was recognised in the data, and what to look at.' }),
  next: text('The command to go on with.'),
});
export type InitResult = Shape<typeof initResult>;
