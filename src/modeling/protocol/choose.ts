import { formatCount, formatNumber } from '../../statistics/figures.ts';
import { moments, sampleStd } from '../../statistics/moments.ts';
import { normalQuantile } from '../../statistics/normalQuantile.ts';
import type { Target, Task, TrainedModel } from '../model.ts';

/** Two models on the same rows: how much lower the second's mean loss is, and how sure that is. */
export interface PairedGain {
  readonly gain: number;
  /** Half the width of the 95 % interval of the gain. */
  readonly margin: number;
}

/** A fitted model with its loss on each validation row (log loss, or squared error). */
export interface Candidate {
  readonly model: TrainedModel;
  readonly losses: Float64Array;
}

/** Of a two-sided 95 % interval. */
const z95 = normalQuantile(0.975);
/** No probability is taken for less than this, so that one confident error does not decide alone. */
const smallestProbability = 1e-7;

/**
 * Loss of each row: −log of the true class's probability, or the squared error.
 *
 * @param scores `rows × outputs`, as `Scorer.predict` gives them
 */
export function rowLosses(task: Task, scores: Float64Array, target: Target): Float64Array {
  if (task.kind === 'regression') return target.map((label, row) => (scores[row]! - label) ** 2);
  const width = task.classes.length;
  return target.map((code, row) => -Math.log(Math.max(smallestProbability, scores[row * width + code]!)));
}

/** Mean paired difference (simple − complex) and its 95 % interval from the standard error over rows. */
export function pairedGain(simple: Float64Array, complex: Float64Array): PairedGain {
  const own = moments(simple.map((loss, row) => loss - complex[row]!));
  const standardError = own.count > 1 ? sampleStd(own) / Math.sqrt(own.count) : Infinity;
  return { gain: own.mean, margin: z95 * standardError };
}

/**
 * Keeps the simplest model that no more complex one beats beyond noise: going from simple to complex, a model
 * replaces the kept one only where the 95 % interval of the paired gain excludes 0.
 *
 * @param candidates simplest first, at least one
 */
export function chooseSimplest(
  task: Task,
  candidates: readonly Candidate[],
): { readonly model: TrainedModel; readonly because: string } {
  const [first, ...others] = candidates;
  if (first === undefined) throw new RangeError('there is no candidate to choose from');
  let kept = first;
  const sentences: string[] = [];
  for (const candidate of others) {
    const paired = pairedGain(kept.losses, candidate.losses);
    sentences.push(sentence(task, kept, candidate, paired));
    if (paired.gain > paired.margin) kept = candidate;
  }
  return { model: kept.model, because: sentences.join(' ') || `${first.model.family} is the only family.` };
}

function sentence(task: Task, simple: Candidate, complex: Candidate, { gain, margin }: PairedGain): string {
  const loss = task.kind === 'regression' ? 'mean squared error' : 'log loss';
  const rows = formatCount(simple.losses.length, 'validation row');
  const figures = `${loss} ${formatNumber(moments(complex.losses).mean)} against ${formatNumber(moments(simple.losses).mean)}`;
  const from = simple.model.family;
  const to = complex.model.family;
  if (gain > margin)
    return `${to} is better than ${from} beyond noise on ${rows}: ${figures}, a gain of ${formatNumber(gain)} ± ${formatNumber(margin)}.`;
  const verdict = gain > 0 ? 'is not better beyond noise' : 'is not better';
  return `${from} is kept, being simpler: on ${rows} ${to} ${verdict} (${figures}, a gain of ${formatNumber(gain)} ± ${formatNumber(margin)}).`;
}
