import { sampled } from '../sample.ts';
import { uiView } from './view.ts';

/** Outcomes of `ui`, for the suite over all verbs. */
export const samples = sampled(uiView, {
  result: { url: 'http://127.0.0.1:4180', pages: 3, write: false },
});
