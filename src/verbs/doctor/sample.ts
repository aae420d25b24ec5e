import { sampled } from '../sample.ts';
import { doctorView } from './view.ts';

/** Outcomes of `doctor`, for the suite over all verbs. */
export const samples = sampled(doctorView, {
  result: {
    checks: [
      { name: 'node', state: 'ok', message: 'v20.1.0 on linux-x64, 2 cores', hint: null },
      { name: 'store', state: 'failed', message: '1 damaged', hint: 'Run it again.' },
    ],
  },
});
