import { sampled } from '../sample.ts';
import { featurizeView } from './view.ts';

/** Outcomes of `featurize`, for the suite over all verbs. */
export const samples = sampled(featurizeView, {
  result: {
    rows: { train: 4500, validation: 1100, test: 1432, unlabelled: 2 },
    inputs: 19,
    outputs: Array.from({ length: 40 }, (_, n) => `feature_${n}`),
    task: 'binary',
  },
});
