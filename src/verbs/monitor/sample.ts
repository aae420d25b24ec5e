import { sampleAccount, sampled, sampleDigest, sampleInstant } from '../sample.ts';
import { monitorView } from './view.ts';
import type { MonitorResult } from './result.ts';

const monitored: MonitorResult = {
  name: 'churn',
  version: 3,
  bundle: sampleDigest,
  at: sampleInstant,
  window: { rows: 1770, rejected: 2, from: sampleInstant - 3_600_000, to: sampleInstant },
  labels: sampleAccount,
  drift: [
    {
      column: 'internet_service',
      of: 'input',
      test: 'hypergeometric',
      distance: 'jensen_shannon',
      p: 0,
      adjustedP: 1e-300,
      effect: 0.52,
      psi: 3.1,
      rows: 1770,
      referenceRows: 3000,
      state: 'drifted',
      change: '"Fiber optic" 0 % → 85 %',
      bins: [{ label: 'Fiber optic', reference: 0, current: 0.85 }],
    },
  ],
  schema: [
    {
      column: 'internet_service',
      kind: 'new-category',
      message: 'Fiber optic is new.',
      count: 1500,
      share: 0.85,
    },
  ],
  performance: {
    metric: 'log_loss',
    labelled: 900,
    rows: 1770,
    state: 'worse',
    message: 'Chance alone deals such a gap in 0.02 % of deals.',
    from: sampleInstant - 3_600_000,
    to: sampleInstant,
    looks: 1,
    judged: [
      {
        metric: 'log_loss',
        labels: 900,
        against: 1000,
        reference: 0.41,
        current: 0.73,
        p: 0.0002,
        adjustedP: 0.0002,
        deals: 5000,
      },
    ],
    selection: null,
    estimate: {
      metric: 'log_loss',
      value: 0.44,
      reference: 0.41,
      rows: 1770,
      trust: 'What the new inputs cost if the world still answers as it did; blind where it no longer does.',
    },
    reference: 0.41,
    current: 0.73,
    low: 0.7,
    high: 0.76,
    metrics: { log_loss: { reference: 0.41, current: 0.73 } },
    cost: 'of 1,000 rows, 62 more are misjudged than at training',
  },
  health: {
    state: 'ok',
    since: null,
    lostRecords: 0,
    counters: null,
    refused: 3,
    waiting: 0,
    restarts: 1,
    objectives: [
      {
        objective: 'availability',
        target: 0.999,
        requests: 90_000,
        bad: 45,
        budgetLeft: 0.5,
        burns: [
          { hours: 1, from: sampleInstant, requests: 1770, bad: 40, rate: 22.6, limit: 14.4, fired: true },
          { hours: 6, from: sampleInstant, requests: 9000, bad: 41, rate: 4.6, limit: 6, fired: false },
        ],
        message: 'The objective of availability is missed 22.6 times faster than its budget lasts.',
      },
    ],
    history: [{ from: sampleInstant, to: sampleInstant + 60_000, requests: 1770, errors: 40, slow: 0 }],
    requests: 1770,
    errors: 0,
    errorRate: 0,
    p50Ms: 1,
    p99Ms: 4.2,
    memoryMb: 120,
    message: '',
  },
  alarms: [{ kind: 'drift', message: 'internet_service drifted.', columns: ['internet_service'] }],
  decision: 'alarm',
};

/** Outcomes of `monitor`, for the suite over all verbs. */
export const samples = sampled(
  monitorView,
  {
    exitCode: 5,
    alarms: monitored.alarms,
    decision: 'alarm',
    result: monitored,
  },
  {
    decision: 'accepted',
    result: {
      ...monitored,
      alarms: [],
      accepted: {
        at: sampleInstant,
        by: 'person',
        who: 'ada@build-3',
        why: 'prices rose on 1 May',
        seen: [{ kind: 'drift', message: 'internet_service drifted.' }],
      },
      decision: 'accepted',
    },
  },
);
