import { Type } from '@sinclair/typebox';
import { count, orNull, text } from '../../shape.ts';
import type { Shape } from '../../shape.ts';
import { findingShape } from '../../validation/finding.ts';

export const validateResult = Type.Object({
  rows: count(),
  findings: Type.Array(findingShape),
  comparedWith: orNull(text(), 'Digest of the snapshot before.'),
});
export type ValidateResult = Shape<typeof validateResult>;
