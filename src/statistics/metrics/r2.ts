import { moments } from '../moments.ts';
import type { Metric } from './metric.ts';
import { squaredErrors } from './squaredError.ts';

/**
 * Coefficient of determination 1 − Σ(y − ŷ)² / Σ(y − ȳ)²: 0 is as good as the mean of these rows, negative is
 * worse. Undefined where the target does not vary.
 */
export const r2: Metric = {
  name: 'r2',
  label: 'R²',
  tasks: ['regression'],
  higherIsBetter: true,
  range: [-Infinity, 1],
  prepare: ({ scores, target }) => {
    // Around a fixed centre: Σy² − (Σy)²/n loses every digit when the mean is far from 0.
    let centre = 0;
    for (const value of target) centre += value / target.length;
    return (counts) => {
      let rows = 0;
      let sum = 0;
      let squares = 0;
      let residual = 0;
      for (let i = 0; i < target.length; i += 1) {
        const count = counts[i]!;
        const value = target[i]! - centre;
        rows += count;
        sum += count * value;
        squares += count * value * value;
        residual += count * (scores[i]! - target[i]!) ** 2;
      }
      const total = squares - (sum * sum) / rows;
      return total > 1e-12 * squares ? 1 - residual / total : Number.NaN;
    };
  },
  byRow: { losses: squaredErrors, slope: (_left, _right, { target }) => 1 / moments(target).std ** 2 },
};
