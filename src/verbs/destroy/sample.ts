import { sampled } from '../sample.ts';
import { destroyView } from './view.ts';

/** Outcomes of `destroy`, for the suite over all verbs. */
export const samples = sampled(destroyView, {
  result: {
    name: 'churn',
    target: 'kubernetes',
    removed: ['Deployment churn'],
  },
});
