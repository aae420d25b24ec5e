import { netCutShort, netShownAtMost, shortenedNet } from '../../networks/parameters.ts';
import { denseFamily } from '../dense.ts';
import { mlpParametersShape, mlpSpace } from './parameters.ts';

/** A multi-layer perceptron: relu layers with dropout, AdamW, early stopping. */
export const mlp = denseFamily({
  name: 'mlp',
  complexity: 3,
  costly: true,
  parameters: mlpParametersShape,
  space: mlpSpace,
  shortened: (options) => ({ ...options, mlp: shortenedNet(options.mlp) }),
  shownAtMost: (options, visits) => ({ ...options, mlp: netShownAtMost(options.mlp, visits) }),
  cutShort: (options, rows, ended) => netCutShort('mlp', options.mlp, rows, ended),
  training: (options) => options.mlp,
});
