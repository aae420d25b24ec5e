import { Type } from '@sinclair/typebox';
import { findingShape } from '../../data/recognise/finding.ts';
import { orNull, text } from '../../shape.ts';
import type { Shape } from '../../shape.ts';

export const initResult = Type.Object({
  name: text(),
  task: orNull(text()),
  created: Type.Array(text(), { description: 'Paths relative to the project root.' }),
  recognised: Type.Array(findingShape, {
    description:
      'How the file is written, where that is not as RFC 4180 has it: each with what shows it and the key that declares it.',
  }),
  notes: Type.Array(text(), { description: 'What to look at: anomalies first.' }),
  next: text('The command to go on with.'),
});
/** What `init` gives, member by member: docs/json.md#init. */
export type InitResult = Shape<typeof initResult>;
