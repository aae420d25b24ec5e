import { Type } from '@sinclair/typebox';
import { appliedShape, planShape } from '../../deployment/target.ts';
import { count, orNull, text } from '../../shape.ts';
import type { Shape } from '../../shape.ts';

export const deployResult = Type.Object(
  {
    name: text(),
    version: orNull(count()),
    plan: planShape,
    applied: orNull(appliedShape, 'Null with `--dry-run`.'),
    previousVersion: orNull(count()),
    rendered: Type.Array(text(), {
      description: 'What was written instead of deploying, relative to where the command was called.',
    }),
  },
  { title: 'DeployResult' },
);
export type DeployResult = Shape<typeof deployResult>;
