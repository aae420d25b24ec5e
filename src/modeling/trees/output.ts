import type { TreeModel, TreeObjective } from './tree.ts';
import { exp } from '../../statistics/exponential.ts';

type OneSum = (sum: number, objective: TreeObjective) => number;

const identity: OneSum = (sum, { sqrt }) => (sqrt ? Math.sign(sum) * sum * sum : sum);
const exponential: OneSum = (sum) => exp(sum);
const sigmoid: OneSum = (sum, { sigmoid: slope }) => 1 / (1 + exp(-slope * sum));

/** Objectives whose answer is a function of each sum alone. */
const bySum: ReadonlyMap<string, OneSum> = new Map([
  ...(
    ['regression', 'regression_l1', 'huber', 'fair', 'quantile', 'mape', 'lambdarank', 'rank_xendcg'] as const
  ).map((name) => [name, identity] as const),
  ...(['poisson', 'gamma', 'tweedie'] as const).map((name) => [name, exponential] as const),
  ['binary', sigmoid],
  ['multiclassova', sigmoid],
  ['cross_entropy', (sum) => 1 / (1 + exp(-sum))],
  ['cross_entropy_lambda', (sum) => Math.log1p(exp(sum))],
]);

/** Is it an objective whose answers are known? */
export const knownObjective = (name: string): boolean => name === 'multiclass' || bySum.has(name);

function softmax(sums: Float64Array, outputs: number): void {
  for (let start = 0; start < sums.length; start += outputs) {
    let largest = -Infinity;
    for (let k = 0; k < outputs; k += 1) largest = Math.max(largest, sums[start + k]!);
    let total = 0;
    for (let k = 0; k < outputs; k += 1) total += sums[start + k] = exp(sums[start + k]! - largest);
    for (let k = 0; k < outputs; k += 1) sums[start + k]! /= total;
  }
}

/** Raw sums, `rows × outputs`, become answers in place: probabilities, or numbers in the label's unit. */
export function answersOf(
  { objective, outputs, average, trees }: Omit<TreeModel, 'trees'> & { readonly trees: { length: number } },
  sums: Float64Array,
): Float64Array {
  const iterations = trees.length / outputs;
  if (average && iterations > 0) for (let i = 0; i < sums.length; i += 1) sums[i]! /= iterations;
  if (objective === null) return sums;
  if (objective.name === 'multiclass') softmax(sums, outputs);
  else {
    const answer = bySum.get(objective.name) ?? identity;
    for (let i = 0; i < sums.length; i += 1) sums[i] = answer(sums[i]!, objective);
  }
  return sums;
}
