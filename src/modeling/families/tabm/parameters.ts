import { Type } from '@sinclair/typebox';
import type { Shape } from '../../../shape.ts';
import { trainingKeys } from '../../networks/parameters.ts';
import type { SearchSpace } from '../../search/space.ts';

/** Section `model.tabm` of a pipeline: every key with its default. */
export const tabmParametersShape = Type.Object(
  {
    members: Type.Integer({
      minimum: 1,
      maximum: 128,
      default: 16,
      description: 'Nets that share their weights; the answer is the mean of theirs.',
    }),
    ...trainingKeys({ max_row_visits: 1_000_000, learning_rate: 0.002, weight_decay: 0.0003 }),
  },
  { description: 'Nets that share their weights, as an ensemble (family tabm).' },
);

export type TabmParameters = Shape<typeof tabmParametersShape>;

/** What a search changes. */
export const tabmSpace: SearchSpace = {
  'tabm.learning_rate': { kind: 'number', low: 0.0005, high: 0.01, log: true },
  'tabm.weight_decay': { kind: 'number', low: 0.0001, high: 0.3, log: true },
  'tabm.dropout': { kind: 'number', low: 0, high: 0.3 },
  'tabm.hidden': {
    kind: 'choice',
    values: [
      [64, 64],
      [128, 128],
      [256, 256],
      [128, 128, 128],
    ],
  },
};
