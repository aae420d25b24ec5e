import { Type } from '@sinclair/typebox';
import { text } from '../../shape.ts';
import type { Shape } from '../../shape.ts';

export const tokenResult = Type.Object({
  name: text(),
  token: text('What its owner sends; it is kept nowhere.'),
  hash: text('What the pipeline says of it: `sha256:` and 64 hexadecimal digits.'),
});
/** What `token` gives, member by member: docs/json.md#token. */
export type TokenResult = Shape<typeof tokenResult>;
