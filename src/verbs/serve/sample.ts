import { sampled, sampleDigest } from '../sample.ts';
import { serveView } from './view.ts';

/** Outcomes of `serve`, for the suite over all verbs. */
export const samples = sampled(serveView, {
  result: {
    name: 'churn',
    version: 3,
    bundle: sampleDigest,
    url: 'http://127.0.0.1:8080',
    models: [],
  },
});
