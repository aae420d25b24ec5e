import { Type } from '@sinclair/typebox';
import { count, orNull, text } from '../../shape.ts';
import type { Shape } from '../../shape.ts';
import { schemaChangeShape } from '../../pipeline/columns/changes.ts';
import { findingShape } from '../../validation/finding.ts';

export const validateResult = Type.Object({
  rows: count(),
  findings: Type.Array(findingShape),
  comparedWith: orNull(text(), 'Digest of the snapshot before.'),
  accepted: orNull(
    Type.Object({
      findings: Type.Array(text(), { description: 'By `check:column`.' }),
      changes: Type.Array(schemaChangeShape),
      schema: text('The file that was written.'),
    }),
    'What --accept wrote into the row schema.',
  ),
});
export type ValidateResult = Shape<typeof validateResult>;
