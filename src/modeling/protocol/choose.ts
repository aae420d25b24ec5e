import { moments, sampleStd } from '../../statistics/moments.ts';
import { quantile } from '../../statistics/quantiles.ts';
import { normalQuantile } from '../../statistics/normalQuantile.ts';
import type { Target, Task } from '../model.ts';

/** Two models on the same rows: how much lower the second's mean loss is, and how sure that is. */
export interface PairedGain {
  readonly gain: number;
  /** Half the width of the 95 % interval of the gain. */
  readonly margin: number;
}

/** A candidate with its loss on each row that it did not learn from. */
export interface Judged {
  readonly name: string;
  readonly complexity: number;
  readonly losses: Float64Array;
}

/** What a candidate loses on a row. */
export type LossName = 'log loss' | 'squared error' | 'absolute error';

/** Of a two-sided 95 % interval. */
const z95 = normalQuantile(0.975);
/** No probability is taken for less than this, so that one confident error does not decide alone. */
const smallestProbability = 1e-7;
/**
 * A simpler candidate within noise may lose so much more than the best, and not more: on small data nearly everything is
 * within noise, and the best by its mean is the better guess. A square is twice as far off as what it is the square of.
 */
const tolerance: Readonly<Record<LossName, number>> = {
  'log loss': 0.01,
  'squared error': 0.02,
  'absolute error': 0.01,
};

/** The loss that goes with a metric. */
export function lossFor(task: Task, metric: string): LossName {
  if (task.kind !== 'regression') return 'log loss';
  return metric === 'mae' || metric === 'mape' ? 'absolute error' : 'squared error';
}

/**
 * Loss of each row: −log of the true class's probability, or the squared or absolute error.
 *
 * @param scores `rows × outputs`, as `Scorer.predict` gives them
 */
export function rowLosses(
  task: Task,
  scores: Float64Array,
  target: Target,
  loss: LossName = lossFor(task, ''),
): Float64Array {
  if (task.kind === 'regression')
    return target.map((label, row) =>
      loss === 'absolute error' ? Math.abs(scores[row]! - label) : (scores[row]! - label) ** 2,
    );
  const width = task.classes.length;
  return target.map((code, row) => -Math.log(Math.max(smallestProbability, scores[row * width + code]!)));
}

/** Mean paired difference (simple − complex) and its 95 % interval from the standard error over rows. */
export function pairedGain(simple: Float64Array, complex: Float64Array): PairedGain {
  const own = moments(simple.map((loss, row) => loss - complex[row]!));
  const standardError = own.count > 1 ? sampleStd(own) / Math.sqrt(own.count) : Infinity;
  return { gain: own.mean, margin: z95 * standardError };
}

/** Is the second better than the first beyond noise? Its 95 % interval of the paired gain excludes 0. */
export function isBetter(first: Float64Array, second: Float64Array): boolean {
  const { gain, margin } = pairedGain(first, second);
  return gain > margin;
}

const meanOf = (losses: Float64Array): number => moments(losses).mean;

/** Lowest mean loss; of equals the simplest, which comes first. */
export function bestByMean<Candidate extends Judged>(candidates: readonly Candidate[]): Candidate {
  const [first, ...others] = simplestFirst(candidates);
  if (first === undefined) throw new RangeError('there is no candidate to choose from');
  return others.reduce((best, each) => (meanOf(each.losses) < meanOf(best.losses) ? each : best), first);
}

const simplestFirst = <Candidate extends Judged>(candidates: readonly Candidate[]): Candidate[] =>
  [...candidates].sort((left, right) => left.complexity - right.complexity);

/** A rule (complexity 0) has to have so much of what the best gains on answers that are always the same. */
const ruleShare = 0.9;

/** Mean loss of the one answer that fits these labels best. */
export function constantLoss(task: Task, target: Target, loss: LossName): number {
  if (task.kind === 'regression') {
    const ascending = target.toSorted();
    const answer = loss === 'absolute error' ? quantile(ascending, 0.5) : meanOf(target);
    return meanOf(
      rowLosses(
        task,
        target.map(() => answer),
        target,
        loss,
      ),
    );
  }
  const shares = new Float64Array(task.classes.length);
  for (const code of target) shares[code]! += 1 / target.length;
  return shares.reduce((sum, share) => (share > 0 ? sum - share * Math.log(share) : sum), 0);
}

/**
 * The simplest candidate that is as good as the best: the best is not better than it beyond noise, nor by more than a
 * hundredth of the loss. Where one class is rare a hundredth of the loss may be most of what can be gained, so a rule has to
 * have nine tenths of that besides.
 *
 * @param constant what the one answer that fits the labels best loses
 */
export function chooseSimplest<Candidate extends Judged>(
  candidates: readonly Candidate[],
  loss: LossName,
  constant: number,
): Candidate {
  const best = bestByMean(candidates);
  const least = meanOf(best.losses);
  const asGood = ({ losses, complexity }: Candidate): boolean => {
    const own = meanOf(losses);
    if (own > least * (1 + tolerance[loss]) || isBetter(losses, best.losses)) return false;
    return complexity > 0 || constant - own >= ruleShare * (constant - least);
  };
  return simplestFirst(candidates).find((each) => each === best || asGood(each)) ?? best;
}
