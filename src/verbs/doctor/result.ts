import { Type } from '@sinclair/typebox';
import { count, oneOf, orNull, text } from '../../shape.ts';
import type { Shape } from '../../shape.ts';

/** What was left as it is, and what to do about it. */
const leftShape = Type.Object({ what: text(), problem: text(), repair: text() });

export const doctorResult = Type.Object({
  checks: Type.Array(
    Type.Object({
      name: text(),
      state: oneOf(['ok', 'warning', 'failed']),
      message: text(),
      hint: orNull(text(), 'What to do about it.'),
    }),
  ),
  upgraded: orNull(
    Type.Object({
      from: orNull(count(), 'The layout of the store before; null: there is no store yet.'),
      to: orNull(count(), 'Its layout now.'),
      records: count('Records that got their digest or the form of today.'),
      refs: count('Moves of refs that got their digest.'),
      versions: count('Versions that got their digest.'),
      wishes: count('Deployments whose desired state was written down.'),
      damaged: count('Documents that are damaged: left as they are, and named among the checks.'),
      left: Type.Array(leftShape, { description: 'Deployments whose state could not be found out.' }),
    }),
    'With `--upgrade`: what it did.',
  ),
  repaired: orNull(
    Type.Array(Type.Object({ what: text(), from: text('What it was given back from.') })),
    'With `--repair`: what was given back; what is left stands among the checks.',
  ),
});
/** What `doctor` gives, member by member: docs/json.md#doctor. */
export type DoctorResult = Shape<typeof doctorResult>;
