import { Type } from '@sinclair/typebox';
import { count, orNull, text } from '../../shape.ts';
import type { Shape } from '../../shape.ts';
import { schemaChangeShape } from '../../pipeline/columns/changes.ts';
import { columnSummaryShape } from '../../validation/columnSummary.ts';
import { findingShape } from '../../validation/finding.ts';

export const validateResult = Type.Object({
  rows: count(),
  columns: Type.Array(columnSummaryShape, { description: 'Each column of the snapshot in one line.' }),
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
/** What `validate` gives, member by member: docs/json.md#validate. */
export type ValidateResult = Shape<typeof validateResult>;
