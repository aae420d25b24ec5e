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
      folded: 2,
      rejected: 1,
      examples: 2,
      why: 'asked for by letter',
      remains: [
        {
          where: 'rejected records that could be of anybody',
          count: 2,
          what: 'Take them out of the source.',
        },
        { where: 'the source, data/customers.csv', count: 0, what: 'Take the row out of it.' },
      ],
    },
  },
  {
    result: {
      row: sampleDigest,
      predictions: 0,
      labels: 0,
      folded: 0,
      rejected: 0,
      examples: 0,
      why: 'asked for',
      remains: [],
    },
  },
);
