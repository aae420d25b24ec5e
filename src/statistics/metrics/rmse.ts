import { meanInterval } from '../intervals/hall.ts';
import { meanOf } from './metric.ts';
import type { Metric } from './metric.ts';
import { squaredErrors } from './squaredError.ts';

/** From here on (skewness of the squared errors ÷ √rows) a few rows make the figure, and no interval is known to hold. */
const restsOnFewRows = 0.4;

/** Root of the mean squared error, in the target's unit. */
export const rmse: Metric = {
  name: 'rmse',
  label: 'RMSE',
  tasks: ['regression'],
  higherIsBetter: false,
  range: [0, Infinity],
  prepare: (scored) => {
    const squared = meanOf(squaredErrors(scored));
    return (counts) => Math.sqrt(squared(counts));
  },
  interval: (scored) => {
    const { low, high, skewness, count } = meanInterval(squaredErrors(scored));
    return {
      low: Math.sqrt(Math.max(0, low)),
      high: Math.sqrt(high),
      ...(skewness / Math.sqrt(count) > restsOnFewRows ? { note: 'RMSE rests on few rows; trust MAE' } : {}),
    };
  },
  byRow: {
    losses: squaredErrors,
    ofMean: Math.sqrt,
    slope: (left, right) => {
      const sum = Math.sqrt(left) + Math.sqrt(right);
      return sum === 0 ? 0 : 1 / sum;
    },
  },
};
