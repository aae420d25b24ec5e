import { writeNetwork } from '../../networks/artifact.ts';
import { nameBackend } from '../../networks/backend.ts';
import { denseLearner } from '../../networks/denseLearner.ts';
import { sizesOf } from '../../networks/densePass.ts';
import { countParameters, initialise, rescaleOutput } from '../../networks/network.ts';
import { netFitting } from '../nets.ts';

/** Trains a perceptron. */
export const fitMlp = netFitting({
  name: 'mlp',
  training: (options) => options.mlp,
  begin: ({ task, inputs, options, prior, batchRows, random }) => {
    const start = initialise(task, inputs, options.mlp.hidden, prior, random);
    return { start, learner: denseLearner(sizesOf(start), batchRows) };
  },
  rescaled: rescaleOutput,
  files: (_task, network) => writeNetwork(network),
  count: countParameters,
  backend: nameBackend,
});
