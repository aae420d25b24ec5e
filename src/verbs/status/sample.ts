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
        periods: [
          {
            from: sampleInstant,
            until: null,
            state: 'running',
            target: 'local',
            why: 'aieng retrain (run 01J): Better beyond noise.',
            versions: [
              {
                version: 3,
                bundle: sampleDigest,
                share: 1,
                role: 'serving',
                kept: true,
                origin: {
                  command: 'retrain',
                  runId: '01J',
                  at: sampleInstant,
                  because: 'Better beyond noise.',
                  triggers: ['drift'],
                  git: { commit: 'c0ffee', dirty: false },
                  approval: {
                    at: sampleInstant,
                    verdict: 'approved',
                    who: 'ada@build-3',
                    why: 'the new tariff stays',
                  },
                },
              },
            ],
          },
        ],
        lostRecords: 0,
        waitingRecords: 0,
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
