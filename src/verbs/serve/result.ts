import { Type } from '@sinclair/typebox';
import { count, number, orNull, text } from '../../shape.ts';
import type { Shape } from '../../shape.ts';

/** What served, said when it has stopped. */
export const serveResult = Type.Object({
  name: orNull(text('Null where all pipelines were served.')),
  version: orNull(count()),
  bundle: orNull(text()),
  url: text(),
  models: Type.Array(
    Type.Object({
      name: text(),
      version: orNull(count()),
      bundle: text(),
      memoryMb: number('What the process grew by when it was loaded.'),
    }),
    { description: 'With `--all`: each model that was served.' },
  ),
});
/** What `serve` gives, member by member: docs/json.md#serve. */
export type ServeResult = Shape<typeof serveResult>;
