import { meanOf, predictedClasses } from './metric.ts';
import type { Metric } from './metric.ts';

/** Mean cost of the answers, by the costs that the pipeline states; undefined where it states none. */
export const cost: Metric = {
  name: 'cost',
  label: 'mean cost',
  tasks: ['binary', 'multiclass'],
  higherIsBetter: false,
  range: [0, Infinity],
  prepare: (scored) => {
    const { costs, target } = scored;
    if (costs === undefined) return () => Number.NaN;
    const predicted = predictedClasses(scored);
    return meanOf(Float64Array.from(predicted, (code, row) => costs[target[row]!]![code]!));
  },
};
