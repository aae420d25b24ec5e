import { meanOf } from './metric.ts';
import type { Metric } from './metric.ts';

/** Root of the mean squared error, in the target's unit. */
export const rmse: Metric = {
  name: 'rmse',
  label: 'RMSE',
  tasks: ['regression'],
  higherIsBetter: false,
  range: [0, Infinity],
  prepare: ({ scores, target }) => {
    const squared = meanOf(target.map((value, i) => (scores[i]! - value) ** 2));
    return (counts) => Math.sqrt(squared(counts));
  },
};
