import { Type } from '@sinclair/typebox';
import { schemaChangeShape } from '../../pipeline/columns/changes.ts';
import { text } from '../../shape.ts';
import type { Shape } from '../../shape.ts';

export const schemaResult = Type.Object({
  from: text('The file that is compared.'),
  to: text('What it is compared with: a file, or the data as they are now.'),
  changes: Type.Array(schemaChangeShape),
  compatible: Type.Boolean({
    description: 'Can models that were trained by the first take rows of the second?',
  }),
});
/** What `schema` gives, member by member: docs/json.md#schema. */
export type SchemaResult = Shape<typeof schemaResult>;
