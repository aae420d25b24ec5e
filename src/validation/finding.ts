import { Type } from '@sinclair/typebox';
import { count, oneOf, text } from '../shape.ts';
import type { Shape } from '../shape.ts';

/** What a check found: which rows, how many, what to do. */
export const findingShape = Type.Object(
  {
    check: text("The check's name in TFDV's words: `missing-column`, `unexpected-value`, `low-presence`."),
    column: Type.Optional(text()),
    severity: oneOf(['error', 'warning', 'info']),
    message: text('One sentence: got versus expected.'),
    count: count('Rows concerned.'),
    examples: Type.Array(Type.Object({ rowId: text(), value: text() }), {
      description: 'Up to 5 offending cells with their row id.',
    }),
    fix: text('The one thing to do next.'),
  },
  { title: 'Finding' },
);
export type Finding = Shape<typeof findingShape>;
export type Severity = Finding['severity'];
