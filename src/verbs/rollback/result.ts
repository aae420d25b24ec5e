import { Type } from '@sinclair/typebox';
import { appliedShape } from '../../deployment/target.ts';
import { count, oneOf, orNull, text } from '../../shape.ts';
import type { Shape } from '../../shape.ts';

export const rollbackResult = Type.Object({
  name: text(),
  from: orNull(count()),
  to: orNull(count()),
  ended: Type.Optional(
    oneOf(['canary', 'shadow'], '`from` was this beside `to`, and is no longer; what was in charge stays.'),
  ),
  applied: appliedShape,
});
/** What `rollback` gives, member by member: docs/json.md#rollback. */
export type RollbackResult = Shape<typeof rollbackResult>;
