import type { Family } from '../../model.ts';
import { nameBackend } from '../../networks/backend.ts';
import { netCutShort, netShownAtMost, shortenedNet } from '../../networks/parameters.ts';
import { mlpParametersShape, mlpSpace } from './parameters.ts';

/** A multi-layer perceptron: relu layers with dropout, AdamW, early stopping; kept as a stock TensorFlow.js layers model. */
export const mlp: Family = {
  name: 'mlp',
  complexity: 3,
  costly: true,
  input: 'blocks',
  parameters: mlpParametersShape,
  space: mlpSpace,
  shortened: (options) => ({ ...options, mlp: shortenedNet(options.mlp) }),
  shownAtMost: (options, visits) => ({ ...options, mlp: netShownAtMost(options.mlp, visits) }),
  cutShort: (options, rows, ended) => netCutShort('mlp', options.mlp, rows, ended),
  backend: nameBackend,
  fit: async (job) => (await import('./fitMlp.ts')).fitMlp(job),
  load: async (files, task, backend) => (await import('./loadMlp.ts')).loadMlp(files, task, backend),
};
