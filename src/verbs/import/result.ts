import { Type } from '@sinclair/typebox';
import { flag, orNull, text } from '../../shape.ts';
import type { Shape } from '../../shape.ts';
import { importedModelShape } from '../../tracking/importedModel.ts';
import { packageResult } from '../package/result.ts';
import { trainResult } from '../train/result.ts';

export const importResult = Type.Object(
  {
    digest: text('Names the imported model: `model.imported.digest` of a pipeline.'),
    told: text('What the file is.'),
    model: importedModelShape,
    notes: Type.Array(text(), { description: 'What should be known of the model and its inputs.' }),
    verified: flag('It was said what the model has learnt from, or fresh rows judged it.'),
    train: trainResult,
    package: orNull(packageResult, 'null: unverified and not approved, so that nothing was packaged.'),
  },
  { title: 'ImportResult' },
);
/** What `import` gives, member by member: docs/json.md#import. */
export type ImportResult = Shape<typeof importResult>;
