import { moments } from '../statistics/moments.ts';
import type { Task } from './model.ts';
import { outputUnits, positiveIndex } from './outputs.ts';
import { exp, ln } from '../statistics/exponential.ts';

/**
 * What training minimises, on the last layer's sums. `target` is prepared by `prepareTarget`.
 */
export interface Objective {
  /**
   * Writes the loss's derivative by each sum into `gradient` (`rows × units`, already divided by the batch's
   * rows) and returns the summed loss of the batch.
   */
  gradient(logits: Float32Array, batch: Int32Array, gradient: Float32Array): number;
}

/** The target as a network sees it, and how to get back. */
export interface PreparedTarget {
  /** Binary: 1 = positive. Multi-class: class codes. Regression: standardised. */
  readonly values: Float64Array;
  /** Output bias before training: log odds, log shares, or 0. */
  readonly prior: Float64Array;
  /** Regression: the label is `mean + deviation · output`. Else 0 and 1. */
  readonly mean: number;
  readonly deviation: number;
  /** Weight of each row's loss by its class; all 1 where none were asked for. */
  readonly classWeights: Float64Array;
}

/**
 * Prepares labels: 0/1 for the positive class, codes, or standardised numbers (a constant label has deviation 1).
 * `balanced` weighs a class by rows / (classes · its rows), as scikit-learn does.
 */
export function prepareTarget(
  task: Task,
  target: Float64Array,
  weighting: 'none' | 'balanced',
): PreparedTarget {
  if (task.kind === 'regression') return standardise(target);
  const classes = task.classes.length;
  const values = task.kind === 'binary' ? asPositive(target, positiveIndex(task)) : target;
  const counts = new Float64Array(classes);
  for (const code of values) counts[code]! += 1;
  const balanced = weighting === 'balanced';
  const classWeights = counts.map((count) => (balanced && count > 0 ? values.length / (classes * count) : 1));
  // A class without rows still gets a finite prior (half a row).
  const shares = counts.map((count) =>
    balanced ? 1 / classes : Math.max(count, 0.5) / Math.max(1, values.length),
  );
  const prior =
    task.kind === 'binary' ? Float64Array.of(ln(shares[1]! / shares[0]!)) : shares.map((share) => ln(share));
  return { values, prior, mean: 0, deviation: 1, classWeights };
}

/** Balanced class weights multiply the odds of class k by its weight; taking its logarithm off undoes that. */
export function priorShift(task: Task, { classWeights }: PreparedTarget): Float64Array {
  if (task.kind === 'regression') return new Float64Array(1);
  if (task.kind === 'binary') return Float64Array.of(ln(classWeights[0]! / classWeights[1]!));
  return classWeights.map((weight) => -ln(weight));
}

function asPositive(target: Float64Array, positive: number): Float64Array {
  return target.map((code) => (code === positive ? 1 : 0));
}

function standardise(target: Float64Array): PreparedTarget {
  const own = moments(target);
  const mean = own.count === 0 ? 0 : own.mean;
  const deviation = own.std > 0 ? own.std : 1;
  const values = target.map((value) => (value - mean) / deviation);
  return { values, prior: Float64Array.of(0), mean, deviation, classWeights: Float64Array.of(1) };
}

/** Log loss (binary, multi-class) or half the squared error (regression), with closed-form derivatives. */
export function objectiveFor(task: Task, target: PreparedTarget): Objective {
  switch (task.kind) {
    case 'binary':
      return { gradient: (...batch) => binaryGradient(target, ...batch) };
    case 'multiclass':
      return { gradient: (...batch) => softmaxGradient(target, outputUnits(task), ...batch) };
    case 'regression':
      return { gradient: (...batch) => squaredGradient(target, ...batch) };
  }
}

function binaryGradient(
  { values, classWeights }: PreparedTarget,
  logits: Float32Array,
  batch: Int32Array,
  gradient: Float32Array,
): number {
  let loss = 0;
  const rows = batch.length;
  for (let i = 0; i < rows; i += 1) {
    const label = values[batch[i]!]!;
    const weight = classWeights[label]!;
    const logit = logits[i]!;
    const ratio = exp(-Math.abs(logit));
    const probability = logit >= 0 ? 1 / (1 + ratio) : ratio / (1 + ratio);
    loss += weight * (Math.max(logit, 0) - logit * label + Math.log1p(ratio));
    gradient[i] = (weight * (probability - label)) / rows;
  }
  return loss;
}

function softmaxGradient(
  { values, classWeights }: PreparedTarget,
  units: number,
  logits: Float32Array,
  batch: Int32Array,
  gradient: Float32Array,
): number {
  let loss = 0;
  const rows = batch.length;
  for (let i = 0; i < rows; i += 1) {
    const start = i * units;
    const label = values[batch[i]!]!;
    const weight = classWeights[label]!;
    let largest = -Infinity;
    for (let k = 0; k < units; k += 1) largest = Math.max(largest, logits[start + k]!);
    let sum = 0;
    for (let k = 0; k < units; k += 1) sum += exp(logits[start + k]! - largest);
    loss += weight * (ln(sum) + largest - logits[start + label]!);
    for (let k = 0; k < units; k += 1) {
      const probability = exp(logits[start + k]! - largest) / sum;
      gradient[start + k] = (weight * (probability - (k === label ? 1 : 0))) / rows;
    }
  }
  return loss;
}

function squaredGradient(
  { values }: PreparedTarget,
  logits: Float32Array,
  batch: Int32Array,
  gradient: Float32Array,
): number {
  let loss = 0;
  const rows = batch.length;
  for (let i = 0; i < rows; i += 1) {
    const error = logits[i]! - values[batch[i]!]!;
    loss += 0.5 * error * error;
    gradient[i] = error / rows;
  }
  return loss;
}
