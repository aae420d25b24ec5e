import { meanInterval } from '../intervals/hall.ts';
import type { Metric, ScoredRows } from './metric.ts';

/** By row; NaN where the target is 0. */
const shares = ({ scores, target }: ScoredRows): Float64Array =>
  target.map((value, i) => (value === 0 ? Number.NaN : Math.abs((scores[i]! - value) / value)));

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
  prepare: (scored) => {
    const share = shares(scored);
    const { target } = scored;
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
  interval: (scored) => {
    const { low, high } = meanInterval(shares(scored));
    return { low: Math.max(0, low), high };
  },
  byRow: { losses: shares },
};
