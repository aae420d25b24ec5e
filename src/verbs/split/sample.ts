import { sampled } from '../sample.ts';
import { splitView } from './view.ts';

/** Outcomes of `split`, for the suite over all verbs. */
export const samples = sampled(splitView, {
  result: {
    exported: 'train.parquet',
    parts: ['train'],
    rows: 4500,
    columns: ['contract', 'tenure', 'churn'],
    kept: { validation: 1100, test: 1432, unlabelled: 2 },
  },
});
