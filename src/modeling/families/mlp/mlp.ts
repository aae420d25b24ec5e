import { readNetwork, writeNetwork } from '../../networks/artifact.ts';
import { loadBackend, nameBackend } from '../../networks/backend.ts';
import { readBackground } from '../../networks/background.ts';
import { denseLearner } from '../../networks/denseLearner.ts';
import { sizesOf } from '../../networks/densePass.ts';
import { countParameters, initialise, rescaleOutput } from '../../networks/network.ts';
import { netCutShort, netShownAtMost, shortenedNet } from '../../networks/parameters.ts';
import { networkScorer } from '../../networks/scorer.ts';
import { netFamily } from '../nets.ts';
import { mlpParametersShape, mlpSpace } from './parameters.ts';

/** A multi-layer perceptron: relu layers with dropout, AdamW, early stopping; kept as a stock TensorFlow.js layers model. */
export const mlp = netFamily({
  name: 'mlp',
  complexity: 3,
  costly: true,
  parameters: mlpParametersShape,
  space: mlpSpace,
  shortened: (options) => ({ ...options, mlp: shortenedNet(options.mlp) }),
  shownAtMost: (options, visits) => ({ ...options, mlp: netShownAtMost(options.mlp, visits) }),
  cutShort: (options, rows, ended) => netCutShort('mlp', options.mlp, rows, ended),
  training: (options) => options.mlp,
  begin: ({ task, inputs, options, prior, batchRows, random }) => {
    const start = initialise(task, inputs, options.mlp.hidden, prior, random);
    return { start, learner: denseLearner(sizesOf(start), batchRows) };
  },
  rescaled: rescaleOutput,
  files: (_task, network) => writeNetwork(network),
  count: countParameters,
  backend: nameBackend,
  load: async (files, task, backend) => {
    const network = readNetwork(files, task);
    return networkScorer(
      await loadBackend(backend),
      task,
      network,
      readBackground(files, network[0]!.inputs),
    );
  },
});
