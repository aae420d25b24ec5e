import { meanLoss } from './meanLoss.ts';

/**
 * Brier score (1950). Binary: mean (p − y)² of the positive class, 0 … 1. Multi-class: the original, summed over
 * classes, 0 … 2.
 */
export const brier = meanLoss(
  { name: 'brier', label: 'Brier score', tasks: ['binary', 'multiclass'], range: [0, 2] },
  ({ scores, target, outputs, positive }) => {
    const losses = new Float64Array(target.length);
    for (let i = 0; i < losses.length; i += 1) {
      let sum = 0;
      for (let k = 0; k < outputs; k += 1) {
        if (positive >= 0 && k !== positive) continue;
        sum += (scores[i * outputs + k]! - (target[i] === k ? 1 : 0)) ** 2;
      }
      losses[i] = sum;
    }
    return losses;
  },
);
