import { sampleDigest, sampled } from '../sample.ts';
import { forgetView } from './view.ts';

/** Outcomes of `forget`, for the suite over all verbs. */
export const samples = sampled(
  forgetView,
  {
    result: {
      row: sampleDigest,
      predictions: 3,
      labels: 1,
      why: 'asked for by letter',
      remains: [
        { where: 'training rows of predictions that expired', count: 2, what: 'Delete the fold.' },
        { where: 'the source, data/customers.csv', count: 0, what: 'Take the row out of it.' },
      ],
    },
  },
  { result: { row: sampleDigest, predictions: 0, labels: 0, why: 'asked for', remains: [] } },
);
