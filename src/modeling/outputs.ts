import type { Task } from './model.ts';
import { exp } from '../statistics/exponential.ts';

/** Raw sums a row: one of the positive class, one a class where there are three or more, or the number. */
export function outputUnits(task: Task): number {
  return task.kind === 'multiclass' ? task.classes.length : 1;
}

/** Values per row that a scorer answers: a probability per class (binary: both), or the number. */
export function scoreWidth(task: Task): number {
  return task.kind === 'regression' ? 1 : task.classes.length;
}

/** Position of the positive class in `task.classes`. */
export function positiveIndex(task: Extract<Task, { kind: 'binary' }>): 0 | 1 {
  if (task.classes[1] === task.positive) return 1;
  if (task.classes[0] === task.positive) return 0;
  throw new RangeError(`the positive class ${task.positive} is not one of ${task.classes.join(', ')}`);
}

/**
 * Raw sums as answers: `rows × scoreWidth(task)`. Probabilities are computed in float64 from the sums and add up to 1; a
 * number is the sum itself.
 */
export function scoresOf(task: Task, sums: Float32Array | Float64Array): Float64Array {
  if (task.kind === 'regression') return Float64Array.from(sums);
  if (task.kind === 'binary') return sigmoidScores(sums, positiveIndex(task));
  const width = scoreWidth(task);
  const scores = new Float64Array(sums.length);
  for (let start = 0; start < sums.length; start += width) {
    let largest = -Infinity;
    for (let k = 0; k < width; k += 1) largest = Math.max(largest, sums[start + k]!);
    let sum = 0;
    for (let k = 0; k < width; k += 1) sum += scores[start + k] = exp(sums[start + k]! - largest);
    for (let k = 0; k < width; k += 1) scores[start + k]! /= sum;
  }
  return scores;
}

function sigmoidScores(sums: Float32Array | Float64Array, positive: 0 | 1): Float64Array {
  const scores = new Float64Array(2 * sums.length);
  for (let row = 0; row < sums.length; row += 1) {
    // The smaller of the two is computed directly, so that a tiny probability keeps its digits.
    const logit = sums[row]!;
    const ratio = exp(-Math.abs(logit));
    const smaller = ratio / (1 + ratio);
    const likely = logit >= 0 ? positive : 1 - positive;
    scores[2 * row + likely] = 1 - smaller;
    scores[2 * row + 1 - likely] = smaller;
  }
  return scores;
}
