import { sampled } from '../sample.ts';
import { explainView } from './view.ts';

/** Outcomes of `explain`, for the suite over all verbs. */
export const samples = sampled(explainView, {
  result: {
    topic: 'stage',
    title: 'train',
    lines: ['The seed changed.'],
    data: { key: 'x' },
  },
});
