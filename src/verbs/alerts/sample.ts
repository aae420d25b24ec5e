import { sampled, sampleInstant } from '../sample.ts';
import type { AlertsResult } from './result.ts';
import { alertsView } from './view.ts';

const listed: AlertsResult = {
  action: 'list',
  alerts: [
    {
      id: '0123456789abcdef',
      kind: 'drift',
      key: '',
      severity: 'warning',
      summary: '1 of 12 columns drifted: contract ("two year" 24 % → 3 %).',
      details: ['aieng explain drift --pipeline churn'],
      marks: ['contract'],
      state: 'firing',
      startsAt: sampleInstant,
      endsAt: null,
      seenAt: sampleInstant,
      told: {
        slack: {
          startsAt: sampleInstant,
          state: 'firing',
          severity: 'warning',
          marks: ['contract'],
          at: sampleInstant,
        },
      },
    },
  ],
  receivers: [
    {
      name: 'slack',
      sink: 'slack',
      waiting: 0,
      failures: 0,
      problem: null,
      nextTryAt: null,
      sentAt: sampleInstant,
    },
    {
      name: 'ops',
      sink: 'webhook',
      waiting: 1,
      failures: 2,
      problem: 'it answered 503',
      nextTryAt: sampleInstant,
      sentAt: null,
    },
  ],
  sent: [],
  expired: 1,
  files: [],
};

export const samples = sampled(
  alertsView,
  { result: listed },
  { result: { ...listed, action: 'send', sent: [{ receiver: 'ops', alerts: 1, problem: null }] } },
  {
    result: {
      ...listed,
      action: 'test',
      alerts: [],
      sent: [{ receiver: 'ops', alerts: 0, problem: 'it answered 503' }],
    },
  },
  { result: { ...listed, action: 'rules', alerts: [], files: ['monitoring/churn.rules.yaml'] } },
);
