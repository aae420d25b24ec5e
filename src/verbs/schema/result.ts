import { Type } from '@sinclair/typebox';
import { schemaChangeShape } from '../../pipeline/columns/changes.ts';
import { orNull, text } from '../../shape.ts';
import type { Shape } from '../../shape.ts';

export const schemaResult = Type.Object({
  from: text('The file that is compared, or whose rows the types are of.'),
  to: orNull(text(), 'What it is compared with: a file, or the data as they are now.'),
  changes: Type.Array(schemaChangeShape),
  compatible: Type.Boolean({
    description: 'Can models that were trained by the first take rows of the second?',
  }),
  types: orNull(text(), '`types`: the type of the rows, in TypeScript.'),
  written: orNull(text(), '`types`: the file that they went to.'),
});
/** What `schema` gives, member by member: docs/json.md#schema. */
export type SchemaResult = Shape<typeof schemaResult>;
