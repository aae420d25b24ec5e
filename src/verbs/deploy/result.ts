import { Type } from '@sinclair/typebox';
import { appliedShape, planShape } from '../../deployment/target.ts';
import { count, number, oneOf, orNull, text } from '../../shape.ts';
import type { Shape } from '../../shape.ts';

export const deployResult = Type.Object(
  {
    name: text(),
    version: orNull(count()),
    plan: planShape,
    applied: orNull(appliedShape, 'Null with `--dry-run`.'),
    beside: Type.Optional(
      Type.Object(
        { role: oneOf(['canary', 'shadow']), share: number('Of the requests, 0 … 1.') },
        { description: 'It takes part beside the version in charge, which is `previousVersion`.' },
      ),
    ),
    previousVersion: orNull(count()),
    rendered: Type.Array(text(), {
      description: 'What was written instead of deploying, relative to where the command was called.',
    }),
  },
  { title: 'DeployResult' },
);
/** What `deploy` gives, member by member: docs/json.md#deploy. */
export type DeployResult = Shape<typeof deployResult>;
