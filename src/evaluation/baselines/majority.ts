import { priorOf, repeated } from './baseline.ts';
import type { BaselineKind } from './baseline.ts';

/** Always answers the most frequent class, with the class shares of the training part as its probabilities. */
export const majority: BaselineKind = {
  name: 'majority',
  tasks: ['binary', 'multiclass'],
  fit: (task, train) => {
    if (task.kind === 'regression') return undefined;
    const prior = priorOf(task, train.target);
    const best = prior.indexOf(Math.max(...prior));
    return {
      name: 'majority',
      description: `always answering '${task.classes[best]!}'`,
      threshold: 0.5,
      predict: (table) => repeated(prior, table.rows),
    };
  },
};
