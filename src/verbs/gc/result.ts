import { Type } from '@sinclair/typebox';
import { count, flag, number, oneOf, text } from '../../shape.ts';
import type { Shape } from '../../shape.ts';

export const gcResult = Type.Object({
  dryRun: flag('Nothing was removed: what would be is told.'),
  removed: Type.Array(
    Type.Object({
      kind: oneOf(['object', 'bundle-folder', 'image', 'image-layer', 'temporary', 'report']),
      count: count(),
      bytes: number(),
      examples: Type.Array(text(), { description: 'The first few, by their path in the store.' }),
    }),
    { description: 'Every kind, also those of which nothing goes.' },
  ),
  kept: Type.Array(
    Type.Object({
      why: oneOf(
        ['current', 'version', 'served', 'parent', 'record', 'young', 'held'],
        'current: what stages, deployments and the newest rejects point at; parent: training rows of a bundle that is kept; record: folds, wishes and images; young: put less than 24 hours ago; held: something could not be read that may refer to it.',
      ),
      count: count('Objects.'),
      bytes: number(),
    }),
  ),
  expired: Type.Array(
    Type.Object({
      pipeline: text(),
      predictions: count(),
      rows: count('Of these, kept as training rows.'),
      segments: count('Files of the log.'),
    }),
    {
      description:
        'What is older than logs.keep_days went from the prediction logs; with --dry-run: would go.',
    },
  ),
  held: Type.Array(text(), {
    description: 'What could not be read. While there is any, no object, bundle folder or image is removed.',
  }),
});
/** What `gc` gives, member by member: docs/json.md#gc. */
export type GcResult = Shape<typeof gcResult>;
