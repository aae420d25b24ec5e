import { leastCost } from '../../statistics/costs.ts';
import { plainThreshold } from '../../statistics/metrics/index.ts';
import { priorOf } from '../../statistics/prior.ts';
import { repeated } from './baseline.ts';
import type { BaselineKind } from './baseline.ts';

/** Always answers the most frequent class (where the task has costs: the one that costs least), with the class shares of the training part as its probabilities. */
export const majority: BaselineKind = {
  name: 'majority',
  tasks: ['binary', 'multiclass'],
  fit: (task, train) => {
    if (task.kind === 'regression') return undefined;
    const prior = priorOf(task, train.target);
    const { costs } = task;
    const best = costs === undefined ? prior.indexOf(Math.max(...prior)) : leastCost(costs, prior);
    return {
      name: 'majority',
      description: `always answering '${task.classes[best]!}'`,
      threshold: plainThreshold(task),
      predict: (table) => repeated(prior, table.rows),
    };
  },
};
