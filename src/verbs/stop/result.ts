import { Type } from '@sinclair/typebox';
import { count, flag, orNull, text } from '../../shape.ts';
import type { Shape } from '../../shape.ts';

export const stopResult = Type.Object({
  name: text(),
  wasRunning: flag(),
  version: orNull(count()),
  url: orNull(text()),
});
/** What `stop` gives, member by member: docs/json.md#stop. */
export type StopResult = Shape<typeof stopResult>;
