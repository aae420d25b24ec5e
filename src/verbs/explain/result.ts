import { Type } from '@sinclair/typebox';
import { oneOf, text } from '../../shape.ts';
import type { Shape } from '../../shape.ts';
import { explainTopics } from './options.ts';

export const explainResult = Type.Object({
  topic: oneOf([...explainTopics, 'served']),
  title: text(),
  lines: Type.Array(text()),
  data: Type.Unknown({ description: 'The figures and records behind the lines; each topic has its own.' }),
});
/** What `explain` gives, member by member: docs/json.md#explain. */
export type ExplainResult = Shape<typeof explainResult>;
