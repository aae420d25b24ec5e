import { expect, it } from 'vitest';
import { reasonOf } from './reasons.ts';

const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'churn' } };
const pod = (status: object, more: object = {}, name = 'churn-7d-x') => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, creationTimestamp: '2026-01-02T00:00:00Z', ...more },
  spec: { containers: [{ name: 'serve', resources: { limits: { memory: '300Mi' } } }] },
  status,
});
const container = (status: object) =>
  pod({ containerStatuses: [{ name: 'serve', image: 'churn:3', ...status }] });
const event = (reason: string, message: string, kind: string, name: string, lastTimestamp: string) => ({
  apiVersion: 'v1',
  kind: 'Event',
  metadata: { name: `e-${lastTimestamp}` },
  reason,
  message,
  involvedObject: { kind, name },
  lastTimestamp,
});

it.each([
  [
    'an image',
    container({ state: { waiting: { reason: 'ErrImagePull', message: 'manifest unknown' } } }),
    'its image churn:3 cannot be pulled (ErrImagePull: manifest unknown)',
  ],
  [
    'a missing config',
    container({
      state: { waiting: { reason: 'CreateContainerConfigError', message: 'configmap "x" not found' } },
    }),
    'its container serve cannot be created (CreateContainerConfigError: configmap "x" not found)',
  ],
  [
    'memory, now',
    container({ state: { terminated: { reason: 'OOMKilled', exitCode: 137 } } }),
    'its container serve needs more memory than its limit of 300Mi (OOMKilled)',
  ],
  [
    'a crash, now',
    container({ state: { terminated: { reason: 'Error', exitCode: 8 } } }),
    'its container serve ended with exit code 8 (Error)',
  ],
  [
    'a crash before',
    container({ state: { running: {} }, lastState: { terminated: { exitCode: 1, reason: 'Error' } } }),
    'its container serve ended with exit code 1 (Error)',
  ],
])('names %s', (_what, one, text) => {
  expect(reasonOf({ deployment, pods: [one], events: [] })?.text).toBe(text);
});

it('says which log to read: the run before where the container runs again', () => {
  const waiting = container({
    state: { waiting: { reason: 'CrashLoopBackOff' } },
    lastState: { terminated: { exitCode: 8 } },
  });
  const crashed = { pod: 'churn-7d-x', container: 'serve' };
  expect(reasonOf({ deployment, pods: [waiting], events: [] })?.crashed).toEqual({
    ...crashed,
    previous: true,
  });
  const ended = container({ state: { terminated: { exitCode: 8, reason: 'Error' } } });
  expect(reasonOf({ deployment, pods: [ended], events: [] })?.crashed).toEqual({
    ...crashed,
    previous: false,
  });
});

it('looks at the newest pod that is not ready, not at ready or ending ones', () => {
  const bad = {
    containerStatuses: [{ name: 'serve', image: 'old', state: { waiting: { reason: 'ErrImagePull' } } }],
  };
  const ready = pod(
    { ...bad, conditions: [{ type: 'Ready', status: 'True' }] },
    { creationTimestamp: '2026-01-09T00:00:00Z' },
  );
  const ending = pod(bad, {
    deletionTimestamp: '2026-01-09T00:00:00Z',
    creationTimestamp: '2026-01-08T00:00:00Z',
  });
  const newest = pod(
    { conditions: [{ type: 'PodScheduled', status: 'False', message: 'no room' }] },
    { creationTimestamp: '2026-01-03T00:00:00Z' },
  );
  const pods = [pod(bad), ready, newest, ending];
  expect(reasonOf({ deployment, pods, events: [] })?.text).toBe(
    'no node takes its pod (Unschedulable: no room)',
  );
  expect(reasonOf({ deployment, pods: [ready, ending], events: [] })).toBeNull();
});

it('takes the newest warning about that pod', () => {
  const events = [
    event('Unhealthy', 'old', 'Pod', 'churn-7d-x', '2026-01-01T00:00:00Z'),
    event('Unhealthy', 'statuscode: 503', 'Pod', 'churn-7d-x', '2026-01-02T00:00:00Z'),
    event('Unhealthy', 'another pod', 'Pod', 'other', '2026-01-03T00:00:00Z'),
  ];
  expect(reasonOf({ deployment, pods: [container({ state: { running: {} } })], events })?.text).toBe(
    'its pod runs and does not get ready (statuscode: 503)',
  );
});

it('says why no pod is made', () => {
  const failed = event(
    'FailedCreate',
    'violates PodSecurity "restricted"',
    'ReplicaSet',
    'churn-7d',
    '2026-01-01T00:00:00Z',
  );
  const others = event('FailedCreate', 'not ours', 'ReplicaSet', 'churning-1', '2026-01-02T00:00:00Z');
  expect(reasonOf({ deployment, pods: [], events: [failed, others] })?.text).toBe(
    'its pods cannot be made (FailedCreate: violates PodSecurity "restricted")',
  );
  expect(reasonOf({ deployment, pods: [], events: [] })).toBeNull();
});
