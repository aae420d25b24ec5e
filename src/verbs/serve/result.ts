import { Type } from '@sinclair/typebox';
import { count, orNull, text } from '../../shape.ts';
import type { Shape } from '../../shape.ts';

/** What served, said when it has stopped. */
export const serveResult = Type.Object({
  name: text(),
  version: orNull(count()),
  bundle: text(),
  url: text(),
});
export type ServeResult = Shape<typeof serveResult>;
