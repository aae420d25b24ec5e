import { meanLoss } from './meanLoss.ts';
import { predictedClasses } from './metric.ts';

/** Mean cost of the answers, by the costs that the pipeline states; undefined where it states none. */
export const cost = meanLoss(
  { name: 'cost', label: 'mean cost', tasks: ['binary', 'multiclass'], range: [0, Infinity] },
  (scored) => {
    const { costs, target } = scored;
    if (costs === undefined) return target.map(() => Number.NaN);
    return Float64Array.from(predictedClasses(scored), (code, row) => costs[target[row]!]![code]!);
  },
);
