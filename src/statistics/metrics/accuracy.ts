import { shareInterval } from '../intervals/share.ts';
import { meanOf, predictedClasses } from './metric.ts';
import type { Metric, ScoredRows } from './metric.ts';

/** 1 where the predicted class is another one. */
function mistakes(scored: ScoredRows): Float64Array {
  const predicted = predictedClasses(scored);
  return scored.target.map((value, i) => (predicted[i] === value ? 0 : 1));
}

/** Share of rows whose predicted class is the true one. */
export const accuracy: Metric = {
  name: 'accuracy',
  label: 'accuracy',
  tasks: ['binary', 'multiclass'],
  higherIsBetter: true,
  range: [0, 1],
  prepare: (scored) => meanOf(mistakes(scored).map((mistake) => 1 - mistake)),
  interval: (scored) => {
    const wrong = mistakes(scored).reduce((sum, mistake) => sum + mistake, 0);
    return shareInterval(scored.target.length - wrong, scored.target.length);
  },
  byRow: { losses: mistakes },
  reads: 'classes',
};
