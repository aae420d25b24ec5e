import { Type } from '@sinclair/typebox';
import { count, flag, text } from '../../shape.ts';
import type { Shape } from '../../shape.ts';

/** What the pages were, said when they are no more. */
export const uiResult = Type.Object({
  url: text(),
  pages: count('That were asked for.'),
  write: flag('Whether changes were allowed.'),
});
/** What `ui` gives, member by member: docs/json.md#ui. */
export type UiResult = Shape<typeof uiResult>;
