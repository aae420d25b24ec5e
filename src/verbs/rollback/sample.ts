import { sampled } from '../sample.ts';
import { sampleStatus } from '../deploy/sample.ts';
import { rollbackView } from './view.ts';

/** Outcomes of `rollback`, for the suite over all verbs. */
export const samples = sampled(rollbackView, {
  result: {
    name: 'churn',
    from: 3,
    to: 2,
    applied: { status: sampleStatus, durationMs: 900 },
  },
});
