import { Type } from '@sinclair/typebox';
import { text } from '../../shape.ts';
import type { Shape } from '../../shape.ts';
import { overrideShape } from '../overrides/override.ts';

/** The section of `env:` that a pipeline was opened with. */
export const environmentShape = Type.Object(
  {
    name: text('`prod`'),
    changes: Type.Array(overrideShape, {
      description: 'What it sets otherwise than the file does without it; `${NAME}` as it is written.',
    }),
  },
  { title: 'PipelineEnvironment' },
);
export type PipelineEnvironment = Shape<typeof environmentShape>;
