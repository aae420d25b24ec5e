import { priorOf } from '../../statistics/prior.ts';
import { repeated } from './baseline.ts';
import { formatNumber } from '../../statistics/figures.ts';
import type { BaselineKind } from './baseline.ts';

/** Always answers the mean of the training part. */
export const mean: BaselineKind = {
  name: 'mean',
  tasks: ['regression'],
  fit: (task, train) => {
    const prior = priorOf(task, train.target);
    return {
      name: 'mean',
      description: `always answering the mean, ${formatNumber(prior[0]!)}`,
      threshold: 0.5,
      predict: (table) => repeated(prior, table.rows),
    };
  },
};
