import { createRandom } from '../../random.ts';
import type { Work } from '../../work.ts';
import type { Family, FamilyOptions, FitJob, FittedModel, LabelledRows } from '../model.ts';
import { readNetwork, writeNetwork } from '../networks/artifact.ts';
import { loadBackend, nameBackend } from '../networks/backend.ts';
import { drawBackground, readBackground, writeBackground } from '../networks/background.ts';
import type { LoadedBackend } from '../networks/backend.ts';
import { fitNetwork } from '../networks/loop.ts';
import type { Fitted } from '../networks/loop.ts';
import { countParameters, initialise, rescaleOutput } from '../networks/network.ts';
import type { Network } from '../networks/network.ts';
import { trainingPlan } from '../networks/parameters.ts';
import type { NetParameters } from '../networks/parameters.ts';
import { loadNetwork, networkLogits, networkScorer } from '../networks/scorer.ts';
import { objectiveFor, prepareTarget } from '../objective.ts';
import type { PreparedTarget } from '../objective.ts';
import { scoresOf } from '../outputs.ts';
import { inTurns, turnRows } from '../turns.ts';

/** What distinguishes one family of dense networks from another. */
export interface DenseRecipe extends Omit<Family, 'input' | 'backend' | 'fit' | 'load'> {
  training(options: FamilyOptions): NetParameters;
}

/** A family of dense networks: trained by the own loop, kept as a stock TensorFlow.js layers model. */
export function denseFamily({ training, ...about }: DenseRecipe): Family {
  return {
    ...about,
    input: 'blocks',
    backend: nameBackend,
    fit: async (job) => {
      const loaded = await loadBackend(job.options.backend);
      const prepared = prepareTarget(job.task, job.training.target, job.options.class_weights);
      const fitted = await fitNet(about.name, training(job.options), loaded, prepared, job);
      const background = drawBackground(job.training.rows.blocks, job.seed);
      return fittedNetwork(loaded, job, fitted, inUnits(fitted.network, prepared), background);
    },
    load: async (files, task, backend) => {
      const network = readNetwork(files, task);
      return networkScorer(await loadBackend(backend), task, network, readBackground(files, network));
    },
  };
}

function fitNet(
  name: string,
  parameters: NetParameters,
  loaded: LoadedBackend,
  prepared: PreparedTarget,
  { task, training, stopping, rounds, seed, score, hooks }: FitJob,
): Promise<Fitted> {
  const features = training.rows.blocks;
  const { rows, names } = features;
  const random = createRandom(`${seed}/${name}`);
  const judged = async (
    network: Network,
    part: LabelledRows,
    onRows: (rows: number) => void,
  ): Promise<number> => {
    const sums = networkSums(loaded, inUnits(network, prepared), part.rows);
    return score(scoresOf(task, await inTurns(sums, hooks.signal, onRows, turnRows)), part.target);
  };
  return fitNetwork(loaded, {
    start: initialise(task, names.length, parameters.hidden, prepared.prior, random.fork('weights')),
    features,
    objective: objectiveFor(task, prepared),
    plan: trainingPlan(parameters, rows),
    rounds,
    validate: stopping === null ? null : (network, onRows) => judged(network, stopping, onRows),
    validationRows: stopping?.rows.rows ?? 0,
    random,
    hooks: { ...hooks, onRows: (report) => hooks.onRows?.({ ...report, family: name }) },
  });
}

/** The network answering in the label's own unit instead of standard deviations. */
function inUnits(network: Network, { mean, deviation }: PreparedTarget): Network {
  if (mean === 0 && deviation === 1) return network;
  return rescaleOutput(network, deviation, new Float64Array(network.at(-1)!.outputs).fill(mean));
}

/** Last-layer sums of rows; the network is on the backend only as long as it works. */
function* networkSums(
  loaded: LoadedBackend,
  network: Network,
  rows: LabelledRows['rows'],
): Work<Float32Array> {
  const onBackend = loadNetwork(loaded, network);
  try {
    return yield* networkLogits(onBackend, rows.blocks);
  } finally {
    onBackend.dispose();
  }
}

function fittedNetwork(
  loaded: LoadedBackend,
  { task }: FitJob,
  { history, bestEpoch }: Fitted,
  network: Network,
  background: Float32Array,
): FittedModel {
  return {
    backend: loaded.backend,
    history,
    rounds: bestEpoch,
    *margins(rows) {
      return Float64Array.from(yield* networkSums(loaded, network, rows));
    },
    answers: (sums) => scoresOf(task, sums),
    seal: ({ calibration, shift }) => ({
      files: new Map([
        ...writeNetwork(rescaleOutput(network, calibration.slope, shift)),
        ...writeBackground(background),
      ]),
      parameters: countParameters(network),
    }),
    dispose: () => undefined,
  };
}
