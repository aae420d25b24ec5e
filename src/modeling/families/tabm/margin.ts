import type { Task } from '../../model.ts';
import { outputUnits, positiveIndex, scoresOf } from '../../outputs.ts';
import { ln } from '../../../statistics/exponential.ts';

/** No mean probability is taken for less: float32 sums go no further. */
const least = 1e-38;

/**
 * The raw sums that answer the mean of what members answer: the logarithms of the mean probabilities (for two classes,
 * that of the positive one less that of the other), or the mean of numbers.
 *
 * @param sums of each member, `rows × outputs`
 */
export function meanMargin(task: Task, sums: readonly Float32Array[]): Float64Array {
  const [first] = sums;
  const members = sums.length;
  if (task.kind === 'regression')
    return Float64Array.from(first!, (_, at) => sums.reduce((sum, own) => sum + own[at]!, 0) / members);
  const width = task.classes.length;
  const rows = first!.length / outputUnits(task);
  const mean = new Float64Array(rows * width);
  for (const own of sums) {
    const scores = scoresOf(task, own);
    for (let at = 0; at < mean.length; at += 1) mean[at]! += scores[at]! / members;
  }
  const logarithm = (at: number): number => ln(Math.max(least, mean[at]!));
  if (task.kind === 'multiclass') return mean.map((_, at) => logarithm(at));
  const positive = positiveIndex(task);
  return Float64Array.from({ length: rows }, (_, row) => {
    return logarithm(2 * row + positive) - logarithm(2 * row + 1 - positive);
  });
}
