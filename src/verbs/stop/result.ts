import { Type } from '@sinclair/typebox';
import { count, flag, orNull, text } from '../../shape.ts';
import type { Shape } from '../../shape.ts';

export const stopResult = Type.Object({
  name: text(),
  wasRunning: flag(),
  version: orNull(count()),
  url: orNull(text()),
});
export type StopResult = Shape<typeof stopResult>;
