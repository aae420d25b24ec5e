import type { Metric } from './metric.ts';

/**
 * Mean absolute percentage error as a share (.1 = 10 %). Rows whose target is 0 have no percentage and are left
 * out; undefined when that leaves none.
 */
export const mape: Metric = {
  name: 'mape',
  label: 'mean absolute percentage error',
  tasks: ['regression'],
  higherIsBetter: false,
  range: [0, Infinity],
  prepare: ({ scores, target }) => {
    const share = target.map((value, i) => (value === 0 ? 0 : Math.abs((scores[i]! - value) / value)));
    return (counts) => {
      let sum = 0;
      let rows = 0;
      for (let i = 0; i < target.length; i += 1) {
        if (target[i] === 0) continue;
        sum += counts[i]! * share[i]!;
        rows += counts[i]!;
      }
      return sum / rows;
    };
  },
};
