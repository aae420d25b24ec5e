import type { Family, FitJob, FittedModel } from '../../model.ts';
import { readNetwork } from '../../networks/artifact.ts';
import { loadBackend } from '../../networks/backend.ts';
import { networkScorer } from '../../networks/scorer.ts';
import { scoresOf } from '../../outputs.ts';
import { isLinear, readLinear, writeLinear } from './files.ts';
import { linearBackend, linearScorer, linearSums, rescaled } from './model.ts';
import { fitPath } from './path.ts';

/**
 * Logistic, softmax or least-squares regression with a ridge that the stopping rows choose from a path. The problem is
 * convex and solved to its end: no seed, no rate, no TensorFlow.js. Takes rows without their zeros, so that a text costs
 * what its words do.
 */
export const linear: Family = {
  name: 'linear',
  complexity: 1,
  input: 'sparse',
  backend: () => Promise.resolve(linearBackend),
  fit: fitLinear,
  load: async (files, task, backend) => {
    if (isLinear(files)) return linearScorer(task, readLinear(files, task));
    // A bundle of aieng 0.1: one dense layer, as a layers model of TensorFlow.js.
    const network = readNetwork(files, task);
    return networkScorer(await loadBackend(backend), task, network, null);
  },
};

async function fitLinear(job: FitJob): Promise<FittedModel> {
  const { task } = job;
  const { model, history, best } = await fitPath(job);
  return {
    backend: linearBackend,
    history,
    rounds: best,
    margins: (rows) => linearSums(model, rows),
    answers: (sums) => scoresOf(task, sums),
    seal: ({ calibration, shift }) => ({
      files: writeLinear(task, rescaled(model, calibration.slope, shift)),
      parameters: model.weights.length + model.intercepts.length,
    }),
    dispose: () => undefined,
  };
}
