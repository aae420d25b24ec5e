import { meanOf } from './metric.ts';
import type { Metric } from './metric.ts';

/** Mean absolute error, in the target's unit. */
export const mae: Metric = {
  name: 'mae',
  label: 'mean absolute error',
  tasks: ['regression'],
  higherIsBetter: false,
  range: [0, Infinity],
  prepare: ({ scores, target }) => meanOf(target.map((value, i) => Math.abs(scores[i]! - value))),
};
