import type { Task } from '../../model.ts';
import type { Doubles, TreeMemory } from './kernel/memory.ts';
import type { GbdtParameters } from './parameters.ts';
import { exp, ln } from '../../../statistics/exponential.ts';

/** Sums of the trees so far, `rows × outputs`, and what they are to become, in the memory of a fit. */
export interface LossRows {
  readonly memory: TreeMemory;
  readonly sums: Doubles;
  /** 0/1 (1 = positive), class codes, or numbers. */
  readonly target: Doubles;
  /** Of each row's loss; null = 1. */
  readonly weights: Doubles | null;
}

/** What boosting minimises. */
export interface Loss {
  /** LightGBM's word for it. */
  readonly name: string;
  readonly outputs: number;
  /** Where the sums start: the best answer that is the same for all rows. */
  start(target: Float64Array, weights: Float64Array | null): Float64Array;
  /**
   * Writes gradient and curvature of rows `from … to` side by side, for each output, and gives their summed loss (up to a
   * constant).
   */
  derive(rows: LossRows, from: number, to: number, into: readonly Doubles[]): number;
  /** Leaves become this quantile of what is left of the label, instead of a Newton step. */
  readonly renew?: number;
}

/** Curvature of the exponential losses is that of a step ahead, so that the first steps are not too long (as Poisson in LightGBM). */
const stepAhead = 0.7;

function logLoss(target: Float64Array, weights: Float64Array | null): Float64Array {
  let positive = 0;
  let total = 0;
  for (let row = 0; row < target.length; row += 1) {
    const weight = weights === null ? 1 : weights[row]!;
    positive += weight * target[row]!;
    total += weight;
  }
  return Float64Array.of(ln(positive / (total - positive)));
}

const binary: Loss = {
  name: 'binary',
  outputs: 1,
  start: logLoss,
  derive: ({ memory, sums, target, weights }, from, to, [into]) =>
    memory.kernel.deriveLogLoss(
      sums.byteOffset + 8 * from,
      target.byteOffset + 8 * from,
      weights === null ? 0 : weights.byteOffset + 8 * from,
      to - from,
      into!.byteOffset + 16 * from,
    ),
};

function classes(outputs: number): Loss {
  // Curvature of the softmax as Friedman 2001 takes it.
  const factor = outputs / (outputs - 1);
  const p = new Float64Array(outputs);
  return {
    name: 'multiclass',
    outputs,
    start: (target, weights) => {
      const shares = new Float64Array(outputs);
      for (let row = 0; row < target.length; row += 1)
        shares[target[row]!]! += weights === null ? 1 : weights[row]!;
      const total = shares.reduce((sum, share) => sum + share, 0);
      // A class without rows still gets a finite start (half a row).
      return shares.map((share) => ln(Math.max(share, 0.5) / total));
    },
    derive({ sums, target, weights }, from, to, into) {
      let loss = 0;
      for (let row = from; row < to; row += 1) {
        const at = row * outputs;
        let largest = -Infinity;
        for (let k = 0; k < outputs; k += 1) largest = Math.max(largest, sums[at + k]!);
        let total = 0;
        for (let k = 0; k < outputs; k += 1) total += p[k] = exp(sums[at + k]! - largest);
        const weight = weights === null ? 1 : weights[row]!;
        for (let k = 0; k < outputs; k += 1) {
          const own = p[k]! / total;
          into[k]![2 * row] = weight * (own - (target[row] === k ? 1 : 0));
          into[k]![2 * row + 1] = weight * Math.max(factor * own * (1 - own), 1e-16);
        }
        loss -= weight * ln(Math.max(p[target[row]!]! / total, 1e-15));
      }
      return loss;
    },
  };
}

const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The value that a share of the sorted values is below, between neighbours by their distance. Sorts in place. */
export function quantileOf(values: Float64Array, share: number): number {
  if (values.length === 0) return 0;
  values.sort();
  const at = share * (values.length - 1);
  const low = Math.floor(at);
  const below = values[low]!;
  return below + (at - low) * ((values[low + 1] ?? below) - below);
}

type Point = (error: number, sum: number, label: number, into: Float64Array, at: number) => number;

/** A loss of one number: `point` writes gradient and curvature and gives the loss. */
const ofNumber = (
  name: string,
  start: (target: Float64Array) => number,
  point: Point,
  renew?: number,
): Loss => ({
  name,
  outputs: 1,
  start: (target) => Float64Array.of(start(target)),
  derive({ sums, target }, from, to, [into]) {
    let loss = 0;
    for (let row = from; row < to; row += 1) {
      const sum = sums[row]!;
      loss += point(sum - target[row]!, sum, target[row]!, into!, 2 * row);
    }
    return loss;
  },
  ...(renew === undefined ? {} : { renew }),
});

const squared = ofNumber('regression', mean, (error, _sum, _label, into, at) => {
  into[at] = error;
  into[at + 1] = 1;
  return 0.5 * error * error;
});

const quantile = (name: string, share: number): Loss =>
  ofNumber(
    name,
    (target) => quantileOf(target.slice(), share),
    (error, _sum, _label, into, at) => {
      into[at] = error >= 0 ? 1 - share : -share;
      into[at + 1] = 1;
      return error >= 0 ? (1 - share) * error : -share * error;
    },
    share,
  );

const poisson = ofNumber(
  'poisson',
  (target) => ln(mean(target)),
  (_error, sum, label, into, at) => {
    const expected = exp(sum);
    into[at] = expected - label;
    into[at + 1] = exp(sum + stepAhead);
    return expected - label * sum;
  },
);

const tweedie = (power: number): Loss =>
  ofNumber(
    'tweedie',
    (target) => ln(mean(target)),
    (_error, sum, label, into, at) => {
      const one = label * exp((1 - power) * sum);
      const two = exp((2 - power) * sum);
      into[at] = two - one;
      into[at + 1] = (2 - power) * two - (1 - power) * one;
      return two / (2 - power) - one / (1 - power);
    },
  );

/** The loss of a task and the parameters. */
export function lossOf(task: Task, parameters: GbdtParameters): Loss {
  if (task.kind === 'binary') return binary;
  if (task.kind === 'multiclass') return classes(task.classes.length);
  switch (parameters.objective) {
    case 'auto':
    case 'squared':
      return squared;
    case 'absolute':
      return quantile('regression_l1', 0.5);
    case 'quantile':
      return quantile('quantile', parameters.quantile);
    case 'poisson':
      return poisson;
    case 'tweedie':
      return tweedie(parameters.tweedie_power);
  }
}
