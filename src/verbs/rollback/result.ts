import { Type } from '@sinclair/typebox';
import { appliedShape } from '../../deployment/target.ts';
import { count, orNull, text } from '../../shape.ts';
import type { Shape } from '../../shape.ts';

export const rollbackResult = Type.Object({
  name: text(),
  from: orNull(count()),
  to: orNull(count()),
  applied: appliedShape,
});
export type RollbackResult = Shape<typeof rollbackResult>;
