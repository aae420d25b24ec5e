import type { Random } from '../../random.ts';
import { adamwStep, zeroMoments } from './adamw.ts';
import type { Moments } from './adamw.ts';
import type { LoadedBackend } from './backend.ts';
import { backpropagate } from './backpropagation.ts';
import type { LayerGradient } from './backpropagation.ts';
import type { RowReport, TrainHooks } from '../model.ts';
import { copyNetwork } from './network.ts';
import type { Network } from './network.ts';
import type { Objective } from '../objective.ts';
import { lookAround, turnRows } from '../turns.ts';
import type { EncodedRows } from '../../features/encode.ts';

/** How a network is trained: the recipe's numbers for this data. */
export interface TrainingPlan {
  readonly epochs: number;
  readonly batchRows: number;
  readonly learningRate: number;
  /** Decoupled: each step takes `learningRate · weightDecay` of every weight (not of biases). */
  readonly weightDecay: number;
  readonly dropout: number;
  /** Epochs without a better validation value before the rate falls or training stops. */
  readonly patience: number;
  /** How often, on a plateau, to go on from the best weights with a third of the rate instead of stopping. */
  readonly rateDrops: number;
  /**
   * Share of the running average of the weights that a step keeps; the average is what is validated and returned
   * (Polyak & Juditsky 1992; .99 ≈ the last 100 steps). 0 = the weights themselves.
   */
  readonly averaging: number;
}

export interface EpochRecord {
  readonly epoch: number;
  /** Mean training loss, with dropout. */
  readonly loss: number;
  /** Validation value, lower is better. */
  readonly validation: number;
}

export interface Fitted {
  /** The weights after the best epoch. */
  readonly network: Network;
  readonly history: readonly EpochRecord[];
  readonly bestEpoch: number;
}

/** What is fitted, to what, and how it is judged. */
export interface FittingJob {
  readonly start: Network;
  readonly features: EncodedRows;
  readonly objective: Objective;
  readonly plan: TrainingPlan;
  /** So many passes, where nothing judges them, but no more than the plan allows; null = those, stopped early. */
  readonly rounds: number | null;
  /** Value of a network on the rows that stop it, lower is better. */
  readonly validate: ((network: Network, onRows: (rows: number) => void) => Promise<number>) | null;
  readonly validationRows: number;
  /** Everything random comes from here: the same inputs give the same bytes in every process. */
  readonly random: Random;
  readonly hooks: Omit<TrainHooks, 'onRows'> & {
    readonly onRows: (report: Omit<RowReport, 'family'>) => void;
  };
}

/**
 * Minibatch AdamW with early stopping, keeping the best epoch's weights; or for a number of passes, keeping the last.
 *
 * @throws the interrupted error where `hooks.signal` aborts
 */
export async function fitNetwork(loaded: LoadedBackend, job: FittingJob): Promise<Fitted> {
  const { start, features, plan, random, hooks } = job;
  const passing: Passing = {
    optimiser: createOptimiser(start, plan.weightDecay, plan.averaging),
    inputs: new Float32Array(Math.min(plan.batchRows, features.rows) * start[0]!.inputs),
    order: Int32Array.from({ length: features.rows }, (_, row) => row),
    shuffling: random.fork('shuffle'),
    dropping: random.fork('dropout'),
  };
  const fitted = await (job.validate === null
    ? fitPasses(loaded, job, passing, Math.min(job.rounds ?? Infinity, plan.epochs))
    : fitJudged(loaded, job, passing, job.validate));
  await lookAround(hooks.signal);
  return fitted;
}

/** What passes over the rows share. */
interface Passing {
  readonly optimiser: Optimiser;
  readonly inputs: Float32Array;
  readonly order: Int32Array;
  readonly shuffling: Random;
  readonly dropping: Random;
}

/** One pass in an order of its own; gives the mean loss. */
async function onePass(
  loaded: LoadedBackend,
  { features, objective, plan, hooks }: FittingJob,
  { optimiser, inputs, order, shuffling, dropping }: Passing,
  rate: number,
  told: (rows: number) => void,
): Promise<number> {
  const { rows } = features;
  const width = features.names.length;
  shuffling.shuffle(order);
  let loss = 0;
  let done = 0;
  for (let from = 0; from < rows; from += plan.batchRows) {
    if (from === 0 || from - done >= turnRows) {
      told(from - done);
      done = from;
      await lookAround(hooks.signal);
    }
    const batch = order.subarray(from, from + plan.batchRows);
    const dense = inputs.subarray(0, batch.length * width);
    features.take(batch, dense);
    const pass = backpropagate(loaded, optimiser.network, dense, batch, objective, plan.dropout, dropping);
    optimiser.step(pass.gradients, rate);
    loss += pass.loss / rows;
  }
  told(rows - done);
  return loss;
}

/** Tells of rows within a pass. */
function tellOf({ features, validationRows, hooks }: FittingJob, epoch: number, epochs: number) {
  let done = 0;
  return (rows: number): void => {
    done += rows;
    hooks.onRows({ doing: 'fitting', epoch, epochs, rows, done, of: features.rows + validationRows });
  };
}

async function fitJudged(
  loaded: LoadedBackend,
  job: FittingJob,
  passing: Passing,
  validate: NonNullable<FittingJob['validate']>,
): Promise<Fitted> {
  const { plan, hooks, start } = job;
  const { optimiser } = passing;
  const history: EpochRecord[] = [];
  let rate = plan.learningRate;
  let drops = plan.rateDrops;
  let best: Fitted = { network: start, history, bestEpoch: 0 };
  let bestValue = Infinity;
  let waited = 0;
  for (let epoch = 1; epoch <= plan.epochs; epoch += 1) {
    const told = tellOf(job, epoch, plan.epochs);
    const loss = await onePass(loaded, job, passing, rate, told);
    const validation = finiteOrWorst(await validate(optimiser.smoothed, told));
    history.push({ epoch, loss, validation });
    waited += 1;
    if (validation < bestValue || best.bestEpoch === 0) {
      best = { network: copyNetwork(optimiser.smoothed), history, bestEpoch: epoch };
      bestValue = validation;
      waited = 0;
    }
    hooks.onEpoch?.({ epoch, epochs: plan.epochs, loss, validation, best: bestValue });
    if (waited < plan.patience) continue;
    if (drops === 0) break;
    drops -= 1;
    rate /= 3;
    waited = 0;
    optimiser.restart(best.network);
  }
  return best;
}

/** So many passes. Where the rate may fall, it does so after equal shares of them. */
async function fitPasses(
  loaded: LoadedBackend,
  job: FittingJob,
  passing: Passing,
  epochs: number,
): Promise<Fitted> {
  const { plan } = job;
  for (let epoch = 1; epoch <= epochs; epoch += 1) {
    const fallen = Math.floor(((epoch - 1) / epochs) * (plan.rateDrops + 1));
    const rate = plan.learningRate / 3 ** fallen;
    await onePass(loaded, job, passing, rate, tellOf(job, epoch, epochs));
  }
  return { network: copyNetwork(passing.optimiser.smoothed), history: [], bestEpoch: epochs };
}

/** A metric that cannot be computed (a diverged epoch) is worse than any that can. */
function finiteOrWorst(value: number): number {
  return Number.isNaN(value) ? Infinity : value;
}

interface Optimiser {
  /** Its weights change with every step. */
  readonly network: Network;
  /** The running average of the weights, or the weights themselves. */
  readonly smoothed: Network;
  step(gradients: readonly LayerGradient[], rate: number): void;
  /** Goes on from these weights, with moments and average from nothing. */
  restart(network: Network): void;
}

function createOptimiser(start: Network, weightDecay: number, averaging: number): Optimiser {
  const network = copyNetwork(start);
  const smoothed = averaging > 0 ? copyNetwork(start) : network;
  const fresh = (): { weights: Moments; bias: Moments }[] =>
    start.map(({ weights, bias }) => ({
      weights: zeroMoments(weights.length),
      bias: zeroMoments(bias.length),
    }));
  let moments = fresh();
  let steps = 0;
  return {
    network,
    smoothed,
    step: (gradients, rate) => {
      steps += 1;
      network.forEach((layer, index) => {
        const gradient = gradients[index]!;
        const moment = moments[index]!;
        adamwStep(layer.weights, gradient.weights, moment.weights, steps, rate, weightDecay);
        adamwStep(layer.bias, gradient.bias, moment.bias, steps, rate, 0);
      });
      // The first steps are averaged over fewer, so that the start is forgotten soon.
      if (averaging > 0) mix(smoothed, network, Math.min(averaging, steps / (steps + 10)));
    },
    restart: (from) => {
      steps = 0;
      moments = fresh();
      mix(network, from, 0);
      mix(smoothed, from, 0);
    },
  };
}

/** `into ← keep · into + (1 − keep) · from`, in place. */
function mix(into: Network, from: Network, keep: number): void {
  into.forEach((layer, index) => {
    mixArrays(layer.weights, from[index]!.weights, keep);
    mixArrays(layer.bias, from[index]!.bias, keep);
  });
}

function mixArrays(into: Float32Array, from: Float32Array, keep: number): void {
  for (let i = 0; i < into.length; i += 1) into[i] = keep * into[i]! + (1 - keep) * from[i]!;
}
