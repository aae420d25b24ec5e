import type { FeatureMatrix } from '../../features/spec.ts';
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
    train: async (task, training, validation, options, seed, score, hooks) => {
      const loaded = await loadBackend(options.backend);
      const prepared = prepareTarget(task, training.target, options.class_weights);
      const judged = { loaded, task, prepared, validation, score };
      const fitted = await fitRecipe(recipe, judged, training.matrix, options, seed, hooks);
      return finish(recipe.name, judged, fitted, options.calibration);
    },
    load: async (files, task, backend) => {
      const network = readNetwork(files, task);
      return networkScorer(await loadBackend(backend), task, network);
    },
  };
}

/** A task with what its networks are judged by. */
interface Judged {
  readonly loaded: LoadedBackend;
  readonly task: Task;
  readonly prepared: PreparedTarget;
  readonly validation: LabelledMatrix;
  readonly score: Score;
}

async function fitRecipe(
  recipe: DenseRecipe,
  judged: Judged,
  { rows, names, dense }: FeatureMatrix,
  options: FamilyOptions,
  seed: number,
  hooks: TrainHooks,
): Promise<Fitted> {
  const { loaded, task, prepared } = judged;
  const random = createRandom(`${seed}/${recipe.name}`);
  const hidden = recipe.hidden(options);
  return fitNetwork(loaded, {
    start: initialise(task, names.length, hidden, prepared.prior, random.fork('weights')),
    features: dense,
    rows,
    objective: objectiveFor(task, prepared),
    plan: recipe.plan(options, rows),
    validate: (network) => validationScore(judged, inUnits(network, prepared)),
    random,
    hooks,
  });
}

/** The network answering in the label's own unit instead of standard deviations. */
function inUnits(network: Network, { mean, deviation }: PreparedTarget): Network {
  if (mean === 0 && deviation === 1) return network;
  return rescaleOutput(network, deviation, new Float64Array(network.at(-1)!.outputs).fill(mean));
}

/** Last-layer sums on the validation part. */
function validationLogits({ loaded, validation: { matrix } }: Judged, network: Network): Float32Array {
  const onBackend = loadNetwork(loaded, network);
  try {
    return onBackend.logits(matrix.dense, matrix.rows);
  } finally {
    onBackend.dispose();
  }
}

function validationScore(judged: Judged, network: Network): number {
  const scores = scoresOf(judged.task, validationLogits(judged, network));
  return judged.score(scores, judged.validation.target);
}

/** Calibrates, folds the calibration into the last layer, and writes the files. */
function finish(
  family: string,
  judged: Judged,
  fitted: Fitted,
  wanted: FamilyOptions['calibration'],
): TrainedModel {
  const { loaded, task, prepared } = judged;
  let network = inUnits(fitted.network, prepared);
  let { calibration } = uncalibrated(outputUnits(task), 'the pipeline asks for none');
  if (wanted === 'auto') {
    const honest = rescaleOutput(network, 1, priorShift(task, prepared));
    const target = prepareTarget(task, judged.validation.target, 'none').values;
    const folded = calibrate(task, validationLogits(judged, honest), target);
    calibration = folded.calibration;
    network = rescaleOutput(honest, calibration.slope, folded.shift);
  }
  return {
    family,
    task,
    backend: loaded.backend,
    files: writeNetwork(network),
    parameters: countParameters(network),
    calibration,
    history: fitted.history,
    bestEpoch: fitted.bestEpoch,
    validation: validationScore(judged, network),
  };
}

/** Balanced class weights multiply the odds of class k by its weight; taking its logarithm off undoes that. */
function priorShift(task: Task, { classWeights }: PreparedTarget): Float64Array {
  if (task.kind === 'regression') return new Float64Array(1);
  if (task.kind === 'binary') return Float64Array.of(Math.log(classWeights[0]! / classWeights[1]!));
  return classWeights.map((weight) => -Math.log(weight));
}
