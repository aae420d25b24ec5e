import type { Random } from '../../random.ts';
import { createRandom } from '../../random.ts';
import type { Family, FamilyOptions, FitJob, FittedModel, ModelFiles, Task } from '../model.ts';
import { drawBackground, writeBackground } from '../networks/background.ts';
import { fitNetwork } from '../networks/loop.ts';
import type { Learner } from '../networks/loop.ts';
import { trainingPlan } from '../networks/parameters.ts';
import type { NetParameters } from '../networks/parameters.ts';
import { objectiveFor, prepareTarget } from '../objective.ts';
import { outputUnits, scoresOf } from '../outputs.ts';
import { inTurns, turnRows } from '../turns.ts';

/** What a net begins with. */
interface Beginning {
  readonly task: Task;
  readonly inputs: number;
  readonly options: FamilyOptions;
  /** Output biases: what is known before any feature is seen. */
  readonly prior: Float64Array;
  readonly batchRows: number;
  readonly random: Random;
}

/** What distinguishes the fitting of one family of nets from another. */
interface NetRecipe<Net> extends Pick<Family, 'name' | 'backend'> {
  readonly training: (options: FamilyOptions) => NetParameters;
  readonly begin: (beginning: Beginning) => { readonly start: Net; readonly learner: Learner<Net> };
  /** The net with its sums z_k replaced by `scale · z_k + shift_k`. */
  readonly rescaled: (net: Net, scale: number, shift: ArrayLike<number>) => Net;
  readonly files: (task: Task, net: Net) => ModelFiles;
  /** Numbers to be stored. */
  readonly count: (net: Net) => number;
}

/** How a family of nets is fitted: by the own loop on blocks of numbers, the same bits on every machine. */
export const netFitting =
  <Net>(recipe: NetRecipe<Net>): Family['fit'] =>
  (job) =>
    fitNet(job, recipe);

async function fitNet<Net>(job: FitJob, recipe: NetRecipe<Net>): Promise<FittedModel> {
  const { task, training, stopping, rounds, rival, options, seed, score, hooks } = job;
  const features = training.rows.blocks;
  const prepared = prepareTarget(task, training.target, options.class_weights);
  const plan = trainingPlan(recipe.training(options), features.rows);
  const random = createRandom(`${seed}/${recipe.name}`);
  const { start, learner } = recipe.begin({
    task,
    inputs: features.names.length,
    options,
    prior: prepared.prior,
    batchRows: plan.batchRows,
    random: random.fork('weights'),
  });
  const backend = await recipe.backend(options.backend);
  const { mean, deviation } = prepared;
  /** Answering in the label's own unit instead of standard deviations. */
  const inUnits = (net: Net): Net =>
    mean === 0 && deviation === 1
      ? net
      : recipe.rescaled(net, deviation, new Float64Array(outputUnits(task)).fill(mean));
  const fitted = await fitNetwork(learner, {
    start,
    features,
    objective: objectiveFor(task, prepared),
    plan,
    rounds,
    validate:
      stopping === null
        ? null
        : async (net, onRows) => {
            const sums = learner.sums(inUnits(net), stopping.rows.blocks);
            return score(
              scoresOf(task, await inTurns(sums, hooks.signal, onRows, turnRows)),
              stopping.target,
            );
          },
    validationRows: stopping?.rows.rows ?? 0,
    rival,
    random,
    hooks: { ...hooks, onRows: (report) => hooks.onRows?.({ ...report, family: recipe.name }) },
  });
  const net = inUnits(fitted.network);
  return {
    backend,
    history: fitted.history,
    rounds: fitted.bestEpoch,
    *margins(rows) {
      return Float64Array.from(yield* learner.sums(net, rows.blocks));
    },
    answers: (sums) => scoresOf(task, sums),
    seal: ({ calibration, shift }) => ({
      files: new Map([
        ...recipe.files(task, recipe.rescaled(net, calibration.slope, shift)),
        ...writeBackground(drawBackground(features, seed)),
      ]),
      parameters: recipe.count(net),
    }),
    dispose: () => undefined,
  };
}
