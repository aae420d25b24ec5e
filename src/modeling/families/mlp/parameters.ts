import { Type } from '@sinclair/typebox';
import type { Shape } from '../../../shape.ts';
import { trainingKeys } from '../../networks/parameters.ts';
import type { SearchSpace } from '../../search/space.ts';

/** Section `model.mlp` of a pipeline: every key with its default. */
export const mlpParametersShape = Type.Object(
  trainingKeys({ max_row_visits: 3_000_000, learning_rate: 0.001, weight_decay: 0.1 }),
  { description: 'A multi-layer perceptron (family mlp).' },
);

export type MlpParameters = Shape<typeof mlpParametersShape>;

/** What a search changes: how large the net is, and how careful its steps are. */
export const mlpSpace: SearchSpace = {
  'mlp.learning_rate': { kind: 'number', low: 0.0002, high: 0.02, log: true },
  'mlp.weight_decay': { kind: 'number', low: 0.001, high: 1, log: true },
  'mlp.dropout': { kind: 'number', low: 0, high: 0.5 },
  'mlp.batch_size': { kind: 'choice', values: [64, 128, 256, 512] },
  'mlp.hidden': { kind: 'choice', values: [[64], [64, 64], [128, 128], [256, 128], [256, 256]] },
};
