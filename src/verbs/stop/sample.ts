import { sampled } from '../sample.ts';
import { stopView } from './view.ts';

/** Outcomes of `stop`, for the suite over all verbs. */
export const samples = sampled(stopView, {
  result: {
    name: 'churn',
    wasRunning: true,
    version: 3,
    url: 'http://127.0.0.1:8080',
  },
});
