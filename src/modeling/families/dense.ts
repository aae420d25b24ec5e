import { createRandom } from '../../random.ts';
import { readNetwork, writeNetwork } from '../artifact.ts';
import { loadBackend } from '../backend.ts';
import type { LoadedBackend } from '../backend.ts';
import { calibrate, uncalibrated } from '../calibration.ts';
import { fitNetwork } from '../loop.ts';
import type { Fitted, TrainingPlan } from '../loop.ts';
import type {
  Family,
  FamilyOptions,
  LabelledMatrix,
  Score,
  Task,
  TrainedModel,
  TrainHooks,
} from '../model.ts';
import { countParameters, initialise, outputUnits, rescaleOutput } from '../network.ts';
import type { Network } from '../network.ts';
import { objectiveFor, prepareTarget } from '../objective.ts';
import type { PreparedTarget } from '../objective.ts';
import { loadNetwork, networkScorer, scoresOf } from '../scorer.ts';

/** What distinguishes one family of dense networks from another. */
export interface DenseRecipe {
  readonly name: string;
  readonly complexity: number;
  hidden(options: FamilyOptions): readonly number[];
  plan(options: FamilyOptions, rows: number): TrainingPlan;
}

/** A family of dense networks: trained by the own loop, kept as a stock TensorFlow.js layers model. */
export function denseFamily(recipe: DenseRecipe): Family {
  return {
    name: recipe.name,
    complexity: recipe.complexity,
    train: async (task, train, validation, options, seed, score, hooks) => {
      const loaded = await loadBackend(options.backend);
      return trainDense(recipe, loaded, task, train, validation, options, seed, score, hooks);
    },
    load: async (files, task, backend) => {
      const network = readNetwork(files, task);
      return networkScorer(await loadBackend(backend), task, network);
    },
  };
}

async function trainDense(
  recipe: DenseRecipe,
  loaded: LoadedBackend,
  task: Task,
  train: LabelledMatrix,
  validation: LabelledMatrix,
  options: FamilyOptions,
  seed: number,
  score: Score,
  hooks: TrainHooks,
): Promise<TrainedModel> {
  const random = createRandom(`${seed}/${recipe.name}`);
  const prepared = prepareTarget(task, train.target, options.class_weights);
  const { rows, names, dense } = train.matrix;
  const start = initialise(
    task,
    names.length,
    recipe.hidden(options),
    prepared.prior,
    random.fork('weights'),
  );
  const fitted = await fitNetwork(
    loaded,
    start,
    dense,
    rows,
    objectiveFor(task, prepared),
    recipe.plan(options, rows),
    (network) => validationScore(loaded, task, inUnits(network, prepared), validation, score),
    random,
    hooks,
  );
  return finish(
    recipe.name,
    loaded,
    task,
    inUnits(fitted.network, prepared),
    prepared,
    fitted,
    validation,
    options,
    score,
  );
}

/** The network answering in the label's own unit instead of standard deviations. */
function inUnits(network: Network, { mean, deviation }: PreparedTarget): Network {
  if (mean === 0 && deviation === 1) return network;
  return rescaleOutput(network, deviation, new Float64Array(network.at(-1)!.outputs).fill(mean));
}

function logitsOf(loaded: LoadedBackend, network: Network, { matrix }: LabelledMatrix): Float32Array {
  const onBackend = loadNetwork(loaded, network);
  try {
    return onBackend.logits(matrix.dense, matrix.rows);
  } finally {
    onBackend.dispose();
  }
}

function validationScore(
  loaded: LoadedBackend,
  task: Task,
  network: Network,
  validation: LabelledMatrix,
  score: Score,
): number {
  return score(scoresOf(task, logitsOf(loaded, network, validation)), validation.target);
}

/** Calibrates, folds the calibration into the last layer, and writes the files. */
function finish(
  family: string,
  loaded: LoadedBackend,
  task: Task,
  network: Network,
  prepared: PreparedTarget,
  fitted: Fitted,
  validation: LabelledMatrix,
  options: FamilyOptions,
  score: Score,
): TrainedModel {
  const units = outputUnits(task);
  let final = network;
  let { calibration } = uncalibrated(units, 'the pipeline asks for none');
  if (options.calibration === 'auto') {
    const honest = rescaleOutput(network, 1, priorShift(task, prepared));
    const target = prepareTarget(task, validation.target, 'none').values;
    const folded = calibrate(task, logitsOf(loaded, honest, validation), target);
    calibration = folded.calibration;
    final = rescaleOutput(honest, calibration.slope, folded.shift);
  }
  return {
    family,
    task,
    backend: loaded.backend,
    files: writeNetwork(final),
    parameters: countParameters(final),
    calibration,
    history: fitted.history,
    bestEpoch: fitted.bestEpoch,
    validation: validationScore(loaded, task, final, validation, score),
  };
}

/** Balanced class weights multiply the odds of class k by its weight; taking its logarithm off undoes that. */
function priorShift(task: Task, { classWeights }: PreparedTarget): Float64Array {
  if (task.kind === 'regression') return new Float64Array(1);
  if (task.kind === 'binary') return Float64Array.of(Math.log(classWeights[0]! / classWeights[1]!));
  return classWeights.map((weight) => -Math.log(weight));
}
