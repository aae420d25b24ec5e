import { Type } from '@sinclair/typebox';
import { oneOf, orNull, text } from '../../shape.ts';
import type { Shape } from '../../shape.ts';

export const doctorResult = Type.Object({
  checks: Type.Array(
    Type.Object({
      name: text(),
      state: oneOf(['ok', 'warning', 'failed']),
      message: text(),
      hint: orNull(text(), 'What to do about it.'),
    }),
  ),
});
export type DoctorResult = Shape<typeof doctorResult>;
