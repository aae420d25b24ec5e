import { createRandom } from '../../random.ts';
import { readNetwork, writeNetwork } from '../artifact.ts';
import { loadBackend, nameBackend } from '../backend.ts';
import type { LoadedBackend } from '../backend.ts';
import { calibrating, uncalibrated } from '../calibration.ts';
import { fitNetwork } from '../loop.ts';
import type { Fitted, TrainingPlan } from '../loop.ts';
import type { Family, FamilyOptions, LabelledRows, Score, Task, TrainedModel, TrainHooks } from '../model.ts';
import { countParameters, initialise, outputUnits, rescaleOutput } from '../network.ts';
import type { Network } from '../network.ts';
import { objectiveFor, prepareTarget, priorShift } from '../objective.ts';
import type { PreparedTarget } from '../objective.ts';
import { loadNetwork, networkLogits, networkScorer, scoresOf } from '../scorer.ts';
import { inTurns, judgingRows, turnRows } from '../turns.ts';

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
    input: 'blocks',
    backend: nameBackend,
    train: async (task, training, validation, options, seed, score, hooks) => {
      const loaded = await loadBackend(options.backend);
      const prepared = prepareTarget(task, training.target, options.class_weights);
      const judged = { loaded, task, prepared, validation, score, hooks };
      const fitted = await fitRecipe(recipe, judged, training, options, seed);
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
  readonly validation: LabelledRows;
  readonly score: Score;
  readonly hooks: TrainHooks;
}

async function fitRecipe(
  recipe: DenseRecipe,
  judged: Judged,
  training: LabelledRows,
  options: FamilyOptions,
  seed: number,
): Promise<Fitted> {
  const { loaded, task, prepared, hooks } = judged;
  const features = training.rows.blocks;
  const { rows, names } = features;
  const random = createRandom(`${seed}/${recipe.name}`);
  const hidden = recipe.hidden(options);
  return fitNetwork(loaded, {
    start: initialise(task, names.length, hidden, prepared.prior, random.fork('weights')),
    features,
    objective: objectiveFor(task, prepared),
    plan: recipe.plan(options, rows),
    validate: (network, onRows) => validationScore(judged, inUnits(network, prepared), onRows),
    validationRows: judged.validation.rows.rows,
    random,
    hooks: { ...hooks, onRows: (report) => hooks.onRows?.({ ...report, family: recipe.name }) },
  });
}

/** The network answering in the label's own unit instead of standard deviations. */
function inUnits(network: Network, { mean, deviation }: PreparedTarget): Network {
  if (mean === 0 && deviation === 1) return network;
  return rescaleOutput(network, deviation, new Float64Array(network.at(-1)!.outputs).fill(mean));
}

/** Last-layer sums on the validation part. */
async function validationLogits(
  { loaded, validation, hooks }: Judged,
  network: Network,
  onRows?: (rows: number) => void,
): Promise<Float32Array> {
  const onBackend = loadNetwork(loaded, network);
  try {
    return await inTurns(networkLogits(onBackend, validation.rows.blocks), hooks.signal, onRows, turnRows);
  } finally {
    onBackend.dispose();
  }
}

async function validationScore(
  judged: Judged,
  network: Network,
  onRows?: (rows: number) => void,
): Promise<number> {
  const scores = scoresOf(judged.task, await validationLogits(judged, network, onRows));
  return judged.score(scores, judged.validation.target);
}

/** Calibrates, folds the calibration into the last layer, and writes the files. */
async function finish(
  family: string,
  judged: Judged,
  fitted: Fitted,
  wanted: FamilyOptions['calibration'],
): Promise<TrainedModel> {
  const { loaded, task, prepared } = judged;
  let network = inUnits(fitted.network, prepared);
  const { rows } = judged.validation.rows;
  const told = judgingRows(judged.hooks, family, fitted.history.length, wanted === 'auto' ? 2 * rows : rows);
  let { calibration } = uncalibrated(outputUnits(task), 'the pipeline asks for none');
  if (wanted === 'auto') {
    const honest = rescaleOutput(network, 1, priorShift(task, prepared));
    const target = prepareTarget(task, judged.validation.target, 'none').values;
    const folded = await inTurns(
      calibrating(task, await validationLogits(judged, honest, told), target),
      judged.hooks.signal,
    );
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
    validation: await validationScore(judged, network, told),
  };
}
