import type { Task } from '../../model.ts';
import { exp, ln } from '../../../statistics/exponential.ts';

/** A loss seen along a line of margins: its sum over the rows, and the sum's two derivatives by the length of the step. */
export interface AlongLine {
  value: number;
  slope: number;
  curvature: number;
}

/** What a linear model minimises, by its margins (`rows × units`, row-major). */
export interface MarginLoss {
  readonly units: number;
  /**
   * At `margins + step · direction`, for rows `from` up to `to`: adds to `into`, and writes the loss's derivatives by the
   * margins into `residuals`.
   */
  along(line: Line, step: number, from: number, to: number, into: AlongLine): void;
  /** Second derivative of a row's loss by the margin of one unit. */
  curvature(margins: Float64Array, row: number, unit: number): number;
}

/** Margins, a direction to go in, and what the derivatives are written into. */
export interface Line {
  readonly margins: Float64Array;
  readonly direction: Float64Array;
  readonly residuals: Float64Array;
}

/**
 * Log loss of two classes or of several, or half the squared error. `target`: 0/1, codes, or (standardised) numbers;
 * `weights` is the weight of each row's loss by its class.
 */
export function marginLoss(task: Task, target: Float64Array, classWeights: Float64Array): MarginLoss {
  switch (task.kind) {
    case 'binary':
      return logistic(target, classWeights);
    case 'multiclass':
      return softmax(target, classWeights, task.classes.length);
    case 'regression':
      return squared(target);
  }
}

function logistic(target: Float64Array, classWeights: Float64Array): MarginLoss {
  return {
    units: 1,
    along({ margins, direction, residuals }, step, from, to, into) {
      let value = 0;
      let slope = 0;
      let curvature = 0;
      for (let row = from; row < to; row += 1) {
        const ahead = direction[row]!;
        const margin = margins[row]! + step * ahead;
        const label = target[row]!;
        const weight = classWeights[label]!;
        const ratio = exp(-Math.abs(margin));
        const smaller = ratio / (1 + ratio);
        const probability = margin >= 0 ? 1 - smaller : smaller;
        const residual = weight * (probability - label);
        residuals[row] = residual;
        value += weight * ((margin > 0 ? margin : 0) - margin * label + Math.log1p(ratio));
        slope += residual * ahead;
        curvature += weight * smaller * (1 - smaller) * ahead * ahead;
      }
      into.value += value;
      into.slope += slope;
      into.curvature += curvature;
    },
    curvature(margins, row) {
      const ratio = exp(-Math.abs(margins[row]!));
      return (classWeights[target[row]!]! * ratio) / ((1 + ratio) * (1 + ratio));
    },
  };
}

function softmax(target: Float64Array, classWeights: Float64Array, units: number): MarginLoss {
  const shares = new Float64Array(units);
  const fill = (margins: Float64Array, direction: Float64Array | null, step: number, at: number): number => {
    let largest = -Infinity;
    for (let unit = 0; unit < units; unit += 1) {
      const margin = margins[at + unit]! + (direction === null ? 0 : step * direction[at + unit]!);
      shares[unit] = margin;
      if (margin > largest) largest = margin;
    }
    let total = 0;
    for (let unit = 0; unit < units; unit += 1) total += shares[unit] = exp(shares[unit]! - largest);
    for (let unit = 0; unit < units; unit += 1) shares[unit]! /= total;
    return largest + ln(total);
  };
  return {
    units,
    along({ margins, direction, residuals }, step, from, to, into) {
      for (let row = from; row < to; row += 1) {
        const at = row * units;
        const label = target[row]!;
        const weight = classWeights[label]!;
        const log = fill(margins, direction, step, at);
        let first = 0;
        let second = 0;
        for (let unit = 0; unit < units; unit += 1) {
          const share = shares[unit]!;
          const ahead = direction[at + unit]!;
          const residual = weight * (share - (unit === label ? 1 : 0));
          residuals[at + unit] = residual;
          into.slope += residual * ahead;
          first += share * ahead;
          second += share * ahead * ahead;
        }
        into.value += weight * (log - margins[at + label]! - step * direction[at + label]!);
        into.curvature += weight * Math.max(0, second - first * first);
      }
    },
    curvature(margins, row, unit) {
      fill(margins, null, 0, row * units);
      return classWeights[target[row]!]! * shares[unit]! * (1 - shares[unit]!);
    },
  };
}

function squared(target: Float64Array): MarginLoss {
  return {
    units: 1,
    along({ margins, direction, residuals }, step, from, to, into) {
      for (let row = from; row < to; row += 1) {
        const ahead = direction[row]!;
        const residual = margins[row]! + step * ahead - target[row]!;
        residuals[row] = residual;
        into.value += 0.5 * residual * residual;
        into.slope += residual * ahead;
        into.curvature += ahead * ahead;
      }
    },
    curvature: () => 1,
  };
}
