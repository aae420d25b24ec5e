import type { Random } from '../../random.ts';
import { adamwStep, zeroMoments } from './adamw.ts';
import type { Moments } from './adamw.ts';
import type { RowReport, TrainHooks } from '../model.ts';
import type { Objective } from '../objective.ts';
import type { TrainingPlan } from './trainingPlan.ts';
import { isBeyondReach } from './race.ts';
import { lookAround, turnRows } from '../turns.ts';
import type { EncodedRows } from '../../features/encode.ts';
import type { Work } from '../../work.ts';

export interface EpochRecord {
  readonly epoch: number;
  /** Mean training loss, with dropout. */
  readonly loss: number;
  /** Validation value, lower is better. */
  readonly validation: number;
}

/** Numbers of a net that learning changes. */
interface Parameter {
  readonly values: Float32Array;
  readonly decays: boolean;
}

/** How a kind of net learns: where a batch is put, and what it does to a net. */
export interface Learner<Net> {
  /** Features of a batch, row after row: filled before `learn`. */
  readonly inputs: Float32Array;
  readonly parameters: (net: Net) => readonly Parameter[];
  readonly copy: (net: Net) => Net;
  /**
   * Forward and backward over a batch: its summed loss, and the derivatives by each of the parameters, which are written
   * over at the next step.
   *
   * @param batch the rows' places in the objective's target
   */
  learn(
    net: Net,
    batch: Int32Array,
    objective: Objective,
    dropout: number,
    random: Random,
  ): { readonly loss: number; readonly gradients: readonly Float32Array[] };
  /** Last-layer sums of rows. */
  sums(net: Net, blocks: EncodedRows): Work<Float32Array>;
}

export interface Fitted<Net> {
  /** The weights after the best epoch. */
  readonly network: Net;
  readonly history: readonly EpochRecord[];
  readonly bestEpoch: number;
}

/** What is fitted, to what, and how it is judged. */
export interface FittingJob<Net> {
  readonly start: Net;
  readonly features: EncodedRows;
  readonly objective: Objective;
  readonly plan: TrainingPlan;
  /** So many passes, where nothing judges them, but no more than the plan allows; null = those, stopped early. */
  readonly rounds: number | null;
  /** Value of a network on the rows that stop it, lower is better. */
  readonly validate: ((network: Net, onRows: (rows: number) => void) => Promise<number>) | null;
  readonly validationRows: number;
  /** What others reached on these rows: passes end where it is beyond reach. */
  readonly rival?: number | undefined;
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
export async function fitNetwork<Net>(learner: Learner<Net>, job: FittingJob<Net>): Promise<Fitted<Net>> {
  const { start, features, plan, random, hooks } = job;
  const passing: Passing<Net> = {
    optimiser: createOptimiser(learner, start, plan.weightDecay, plan.averaging),
    order: Int32Array.from({ length: features.rows }, (_, row) => row),
    shuffling: random.fork('shuffle'),
    dropping: random.fork('dropout'),
  };
  const fitted = await (job.validate === null
    ? fitPasses(learner, job, passing, Math.min(job.rounds ?? Infinity, plan.epochs))
    : fitJudged(learner, job, passing, job.validate));
  await lookAround(hooks.signal);
  return fitted;
}

/** What passes over the rows share. */
interface Passing<Net> {
  readonly optimiser: Optimiser<Net>;
  readonly order: Int32Array;
  readonly shuffling: Random;
  readonly dropping: Random;
}

/** One pass in an order of its own; gives the mean loss. */
async function onePass<Net>(
  learner: Learner<Net>,
  { features, objective, plan, hooks }: FittingJob<Net>,
  { optimiser, order, shuffling, dropping }: Passing<Net>,
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
    features.take(batch, learner.inputs.subarray(0, batch.length * width));
    const pass = learner.learn(optimiser.network, batch, objective, plan.dropout, dropping);
    optimiser.step(pass.gradients, rate);
    loss += pass.loss / rows;
  }
  told(rows - done);
  return loss;
}

/** Tells of rows within a pass. */
function tellOf<Net>({ features, validationRows, hooks }: FittingJob<Net>, epoch: number, epochs: number) {
  let done = 0;
  return (rows: number): void => {
    done += rows;
    hooks.onRows({ doing: 'fitting', epoch, epochs, rows, done, of: features.rows + validationRows });
  };
}

async function fitJudged<Net>(
  learner: Learner<Net>,
  job: FittingJob<Net>,
  passing: Passing<Net>,
  validate: NonNullable<FittingJob<Net>['validate']>,
): Promise<Fitted<Net>> {
  const { plan, hooks, start } = job;
  const { optimiser } = passing;
  const history: EpochRecord[] = [];
  let rate = plan.learningRate;
  let drops = plan.rateDrops;
  let best: Fitted<Net> = { network: start, history, bestEpoch: 0 };
  let bestValue = Infinity;
  let waited = 0;
  for (let epoch = 1; epoch <= plan.epochs; epoch += 1) {
    const told = tellOf(job, epoch, plan.epochs);
    const loss = await onePass(learner, job, passing, rate, told);
    const validation = finiteOrWorst(await validate(optimiser.smoothed, told));
    history.push({ epoch, loss, validation });
    waited += 1;
    if (validation < bestValue || best.bestEpoch === 0) {
      best = { network: learner.copy(optimiser.smoothed), history, bestEpoch: epoch };
      bestValue = validation;
      waited = 0;
    }
    hooks.onEpoch?.({ epoch, epochs: plan.epochs, loss, validation, best: bestValue });
    if (job.rival !== undefined && isBeyondReach(valuesOf(history), plan.epochs - epoch, job.rival)) break;
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
async function fitPasses<Net>(
  learner: Learner<Net>,
  job: FittingJob<Net>,
  passing: Passing<Net>,
  epochs: number,
): Promise<Fitted<Net>> {
  const { plan } = job;
  for (let epoch = 1; epoch <= epochs; epoch += 1) {
    const fallen = Math.floor(((epoch - 1) / epochs) * (plan.rateDrops + 1));
    const rate = plan.learningRate / 3 ** fallen;
    await onePass(learner, job, passing, rate, tellOf(job, epoch, epochs));
  }
  return { network: learner.copy(passing.optimiser.smoothed), history: [], bestEpoch: epochs };
}

const valuesOf = (history: readonly EpochRecord[]): number[] => history.map(({ validation }) => validation);

/** A metric that cannot be computed (a diverged epoch) is worse than any that can. */
function finiteOrWorst(value: number): number {
  return Number.isNaN(value) ? Infinity : value;
}

interface Optimiser<Net> {
  /** Its weights change with every step. */
  readonly network: Net;
  /** The running average of the weights, or the weights themselves. */
  readonly smoothed: Net;
  step(gradients: readonly Float32Array[], rate: number): void;
  /** Goes on from these weights, with moments and average from nothing. */
  restart(network: Net): void;
}

function createOptimiser<Net>(
  { copy, parameters }: Learner<Net>,
  start: Net,
  weightDecay: number,
  averaging: number,
): Optimiser<Net> {
  const network = copy(start);
  const smoothed = averaging > 0 ? copy(start) : network;
  const learnt = parameters(network);
  const averages = parameters(smoothed).map(({ values }) => values);
  const fresh = (): Moments[] => learnt.map(({ values }) => zeroMoments(values.length));
  let moments = fresh();
  let steps = 0;
  return {
    network,
    smoothed,
    step: (gradients, rate) => {
      steps += 1;
      // The first steps are averaged over fewer, so that the start is forgotten soon.
      const keep = averaging > 0 ? Math.min(averaging, steps / (steps + 10)) : null;
      for (const [at, { values, decays }] of learnt.entries()) {
        adamwStep(values, gradients[at]!, moments[at]!, steps, rate, decays ? weightDecay : 0);
        if (keep !== null) mix(averages[at]!, values, keep);
      }
    },
    restart: (from) => {
      steps = 0;
      moments = fresh();
      for (const [at, { values }] of parameters(from).entries()) {
        learnt[at]!.values.set(values);
        averages[at]!.set(values);
      }
    },
  };
}

/** `into ← keep · into + (1 − keep) · from`, in place. */
function mix(into: Float32Array, from: Float32Array, keep: number): void {
  for (let i = 0; i < into.length; i += 1) into[i] = keep * into[i]! + (1 - keep) * from[i]!;
}
