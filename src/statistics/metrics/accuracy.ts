import { meanOf, predictedClasses } from './metric.ts';
import type { Metric } from './metric.ts';

/** Share of rows whose predicted class is the true one. */
export const accuracy: Metric = {
  name: 'accuracy',
  label: 'accuracy',
  tasks: ['binary', 'multiclass'],
  higherIsBetter: true,
  range: [0, 1],
  prepare: (scored) => {
    const predicted = predictedClasses(scored);
    const right = new Float64Array(predicted.length);
    for (let i = 0; i < right.length; i += 1) right[i] = predicted[i] === scored.target[i] ? 1 : 0;
    return meanOf(right);
  },
};
