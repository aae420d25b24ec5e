import { Type } from '@sinclair/typebox';
import { text } from '../../shape.ts';
import type { Shape } from '../../shape.ts';

export const destroyResult = Type.Object({
  name: text(),
  target: text(),
  removed: Type.Array(text(), { description: 'What was taken away, in words.' }),
});
/** What `destroy` gives, member by member: docs/json.md#destroy. */
export type DestroyResult = Shape<typeof destroyResult>;
