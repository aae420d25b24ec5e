import type { Random } from '../../../random.ts';
import type { Work } from '../../../work.ts';
import type { Tree } from '../../trees/tree.ts';
import { inRows, inTurns, lookAround, turnRows } from '../../turns.ts';
import type { RowReport, TrainedModel, TrainHooks } from '../../model.ts';
import { asTree } from './asTree.ts';
import type { BinnedRows, Layout } from './binning.ts';
import { addByBins, addValue } from './addByBins.ts';
import { createGrower } from './grow.ts';
import type { GrownTree } from './grow.ts';
import type { Helpers } from './kernel/helpers.ts';
import { quantileOf } from './loss.ts';
import type { Loss } from './loss.ts';
import type { Doubles, RowNumbers, TreeMemory } from './kernel/memory.ts';
import { roundsWithin } from './parameters.ts';
import type { GbdtParameters } from './parameters.ts';

/** What is boosted, on what, and how it is judged. */
export interface BoostingJob {
  /** Where the rows are, and everything that is kept of them. */
  readonly memory: TreeMemory;
  readonly helpers: Helpers | null;
  readonly layout: Layout;
  readonly training: BinnedRows;
  readonly target: Float64Array;
  readonly weights: Float64Array | null;
  readonly loss: Loss;
  readonly parameters: GbdtParameters;
  /** By feature: −1, 0, 1. */
  readonly monotone: Int8Array;
  /** Rows that say which round was best, by the value of their sums: lower is better. */
  readonly stopping: { readonly rows: BinnedRows; readonly judge: (sums: Float64Array) => number } | null;
  /** So many rounds, where nothing judges them, but no more than the parameters allow; null = those, stopped early. */
  readonly rounds: number | null;
  readonly random: Random;
  readonly hooks: Omit<TrainHooks, 'onRows'> & {
    readonly onRows: (report: Omit<RowReport, 'family'>) => void;
  };
}

export interface Boosted {
  /** Up to the best round. */
  readonly trees: readonly Tree[];
  readonly history: TrainedModel['history'];
  readonly bestEpoch: number;
  /** Raw sums of the rows that stopped it after the best round, and of those that it learnt from. */
  readonly stoppingSums: Float64Array | null;
  readonly trainingSums: Float64Array;
}

const atLeastOne = (count: number, share: number): number => Math.max(1, Math.round(share * count));

/** A share of `count` columns, in ascending order. */
const drawColumns = (count: number, share: number, random: Random): readonly number[] =>
  share === 1
    ? Array.from({ length: count }, (_, at) => at)
    : [...random.choose(count, atLeastOne(count, share))];

/** Sums of both parts, and what a round needs to go on. */
interface State {
  readonly sums: Doubles;
  readonly stoppingSums: Doubles;
  readonly derivatives: readonly Doubles[];
  readonly target: Doubles;
  readonly weights: Doubles | null;
  /** Rows that a tree is grown on where not all are, those that it is not grown on, and those that stop it. */
  readonly drawn: RowNumbers;
  readonly others: RowNumbers;
  readonly stopping: RowNumbers;
  /** For dealing out either. */
  readonly spare: RowNumbers;
}

function startOf({
  memory,
  loss,
  target,
  weights,
  training,
  stopping,
}: BoostingJob): State & { start: Float64Array } {
  const start = loss.start(target, weights);
  const filled = (rows: number): Doubles => {
    const sums = memory.doubles(rows * loss.outputs);
    for (let i = 0; i < sums.length; i += 1) sums[i] = start[i % loss.outputs]!;
    return sums;
  };
  const kept = (values: Float64Array): Doubles => {
    const copy = memory.doubles(values.length);
    copy.set(values);
    return copy;
  };
  const stoppingRows = stopping?.rows.rows ?? 0;
  return {
    start,
    sums: filled(training.rows),
    stoppingSums: filled(stoppingRows),
    derivatives: Array.from({ length: loss.outputs }, () => memory.doubles(2 * training.rows)),
    target: kept(target),
    weights: weights === null ? null : kept(weights),
    drawn: memory.rowNumbers(training.rows),
    others: memory.rowNumbers(training.rows),
    stopping: memory.rowNumbers(stoppingRows),
    spare: memory.rowNumbers(Math.max(training.rows, stoppingRows)),
  };
}

/** What each leaf adds. */
function leafValues(job: BoostingJob, { sums }: State, { leaves, order }: GrownTree): Float64Array {
  const { loss, target, parameters } = job;
  const { renew } = loss;
  return Float64Array.from(leaves, ({ value, from, to }) => {
    if (renew === undefined) return value * parameters.learning_rate;
    const left = Float64Array.from(order.subarray(from, to), (row) => target[row]! - sums[row]!);
    return quantileOf(left, renew) * parameters.learning_rate;
  });
}

/** Adds a tree to the sums of the rows that it was grown on, leaf by leaf, and of the others by their bins. */
function* addToTraining(
  { memory, training, loss: { outputs } }: BoostingJob,
  { sums, others, spare }: State,
  tree: GrownTree,
  values: Float64Array,
  output: number,
  grownOn: RowNumbers | null,
): Work<void> {
  const into = { sums, outputs, output };
  for (const [leaf, { from, to }] of tree.leaves.entries())
    addValue(memory, tree.order, from, to, values[leaf]!, into);
  if (grownOn === null) return;
  const rest = others.subarray(0, training.rows - grownOn.length);
  yield* addByBins(memory, training, tree, values, rest, spare, into);
}

/** Draws the rows that a tree is grown on, and writes down the others; null = all. */
function drawRows({ memory, training, parameters, random }: BoostingJob, state: State): RowNumbers | null {
  if (parameters.rows === 1) return null;
  const wanted = atLeastOne(training.rows, parameters.rows);
  memory.draw(random, training.rows, wanted, state.drawn, state.others);
  return state.drawn.subarray(0, wanted);
}

/** Writes the rows that are not among some, ascending as these are, and gives how many they are. */
function writeOthers(some: RowNumbers, rows: number, others: RowNumbers): void {
  let at = 0;
  let row = 0;
  for (let next = 0; next < some.length; next += 1, row += 1)
    for (const end = some[next]!; row < end; row += 1) others[at++] = row;
  for (; row < rows; row += 1) others[at++] = row;
}

/** The trees of one round, one an output, added to the sums of the training part. Null where none has a split. */
async function round(
  job: BoostingJob,
  state: State,
  grower: ReturnType<typeof createGrower>,
): Promise<readonly { readonly tree: GrownTree; readonly values: Float64Array }[] | null> {
  const { layout, training, parameters, random, hooks } = job;
  const rows = drawRows(job, state);
  const columns = drawColumns(layout.features.length, parameters.columns, random);
  const grown = [];
  for (const [output, derivatives] of state.derivatives.entries()) {
    // Those were dealt out by the tree before.
    if (output > 0 && rows !== null) writeOthers(rows, training.rows, state.others);
    const tree = await inTurns(grower.grow({ rows, columns, derivatives }), hooks.signal);
    const values = tree.splits.length === 0 ? new Float64Array(1) : leafValues(job, state, tree);
    grown.push({ tree, values });
    // The order is of this tree until the next one is grown.
    await inTurns(addToTraining(job, state, tree, values, output, rows), hooks.signal);
  }
  return grown.every(({ tree }) => tree.splits.length === 0) ? null : grown;
}

/** The mean loss before a round, with its derivatives written. */
async function derive(job: BoostingJob, state: State, told: (rows: number) => void): Promise<number> {
  const { memory, training, loss, hooks } = job;
  let lost = 0;
  const deriving = inRows(training.rows, (from, to) => {
    lost += loss.derive({ ...state, memory }, from, to, state.derivatives);
  });
  await lookAround(hooks.signal);
  await inTurns(deriving, hooks.signal, told, turnRows);
  return lost / training.rows;
}

/** Adds a tree to the sums of the rows that stop it. */
async function addToStopping(
  { memory, stopping, loss, hooks }: BoostingJob,
  { stoppingSums: sums, stopping: order, spare }: State,
  { tree, values }: { readonly tree: GrownTree; readonly values: Float64Array },
  output: number,
  told: (rows: number) => void,
): Promise<void> {
  if (stopping === null) return;
  const into = { sums, outputs: loss.outputs, output };
  memory.countUp(order);
  const adding = addByBins(memory, stopping.rows, tree, values, order, spare, into);
  await inTurns(adding, hooks.signal);
  // A row is dealt out once a split on its way; it is counted once, in pieces as long as elsewhere.
  if (output === 0) for (let left = order.length; left > 0; left -= turnRows) told(Math.min(turnRows, left));
}

/**
 * Boosts trees round by round (Friedman 2001, with second derivatives as Chen & Guestrin 2016), judged after each on the
 * rows that stop it; what came after the best round is left out. Without such rows: a number of rounds, all kept.
 *
 * @throws the interrupted error where `hooks.signal` aborts
 */
export async function boost(job: BoostingJob): Promise<Boosted> {
  const { layout, training, stopping, loss, parameters, hooks } = job;
  const { start, ...state } = startOf(job);
  const { spare } = state;
  const grower = createGrower({ ...job, binned: training, spare });
  const trees: Tree[] = [];
  const history: Boosted['history'][number][] = [];
  let best = { value: Infinity, epoch: 0 };
  const stoppingSums = state.stoppingSums.slice();
  const trainingSums = state.sums.slice();
  const keepSums = (): void => {
    stoppingSums.set(state.stoppingSums);
    trainingSums.set(state.sums);
  };
  const epochs = Math.min(job.rounds ?? Infinity, roundsWithin(parameters, training.rows, loss.outputs));
  const of = training.rows + (stopping?.rows.rows ?? 0);

  for (let epoch = 1; epoch <= epochs; epoch += 1) {
    let done = 0;
    const told = (rows: number): void => {
      done += rows;
      hooks.onRows({ doing: 'fitting', epoch, epochs, rows, done, of });
    };
    const lost = await derive(job, state, told);
    const grown = await round(job, state, grower);
    if (grown === null && epoch > 1) break;
    for (const [output, { tree, values }] of (grown ?? emptyRound(loss)).entries()) {
      const kept = asTree(layout, tree, values);
      // The start is part of the first trees: the text model has no other place for it.
      trees.push(epoch === 1 ? { ...kept, leafValue: values.map((value) => value + start[output]!) } : kept);
      await addToStopping(job, state, { tree, values }, output, told);
    }
    if (stopping !== null) {
      const value = worstUnlessFinite(stopping.judge(state.stoppingSums));
      history.push({ epoch, loss: lost, validation: value });
      if (value < best.value || best.epoch === 0) {
        best = { value, epoch };
        keepSums();
      }
      hooks.onEpoch?.({ epoch, epochs, loss: lost, validation: value, best: best.value });
    } else best = { ...best, epoch };
    if (grown === null || epoch - best.epoch >= parameters.patience) break;
  }
  return {
    trees: trees.slice(0, best.epoch * loss.outputs),
    history,
    bestEpoch: best.epoch,
    stoppingSums: stopping === null ? null : stoppingSums,
    trainingSums: stopping === null ? state.sums.slice() : trainingSums,
  };
}

/** Trees of one leaf that add nothing. */
function emptyRound({
  outputs,
}: Loss): readonly { readonly tree: GrownTree; readonly values: Float64Array }[] {
  const order = new Int32Array(new SharedArrayBuffer(0));
  const tree = { splits: [], leaves: [{ value: 0, from: 0, to: 0 }], order };
  return Array.from({ length: outputs }, () => ({ tree, values: new Float64Array(1) }));
}

/** A metric that cannot be computed is worse than any that can. */
const worstUnlessFinite = (value: number): number => (Number.isNaN(value) ? Infinity : value);
