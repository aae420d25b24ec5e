import { sampled, sampleDigest, sampleInstant } from '../sample.ts';
import { sampleStatus } from '../deploy/sample.ts';
import { statusView } from './view.ts';

/** Outcomes of `status`, for the suite over all verbs. */
export const samples = sampled(statusView, {
  result: {
    deployments: [
      {
        wish: 'running',
        status: sampleStatus,
        history: [{ version: 3, bundle: sampleDigest, at: sampleInstant, why: 'aieng deploy' }],
        lostRecords: 0,
        lastReport: { at: sampleInstant, decision: 'calm', alarms: 0 },
      },
    ],
    alerts: [
      {
        pipeline: 'churn',
        firing: 1,
        waiting: [{ receiver: 'slack', alerts: 1, problem: 'it answered 503' }],
      },
    ],
    pipelines: [
      {
        name: 'churn',
        newestVersion: 3,
        lastRun: { command: 'train', outcome: 'ok', at: sampleInstant },
        waits: { bundle: sampleDigest, since: sampleInstant, because: 'Better beyond noise.' },
      },
    ],
  },
});
