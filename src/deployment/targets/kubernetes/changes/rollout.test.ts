import { expect, it } from 'vitest';
import type { Cluster } from '../access/cluster.ts';
import type { KubernetesObject } from '../clusterObject.ts';
import { judgeRollout, judgeStop, waitForDeployment } from './rollout.ts';

const deployment = (
  replicas: number,
  status: object,
  generation = 2,
): KubernetesObject & { status: object } => {
  const object = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'churn', generation },
    spec: { replicas },
  };
  return { ...object, status: { observedGeneration: 2, ...status } };
};
const all = { replicas: 2, updatedReplicas: 2, availableReplicas: 2 };

it.each([
  ['complete', deployment(2, all), { state: 'healthy' }],
  [
    'not seen yet',
    deployment(2, all, 3),
    { state: 'progressing', message: 'waiting for the cluster to see it' },
  ],
  [
    'not updated',
    deployment(2, { ...all, updatedReplicas: 1 }),
    { state: 'progressing', message: '1 of 2 replicas are of the new version' },
  ],
  [
    'not available',
    deployment(2, { ...all, availableReplicas: 0 }),
    { state: 'progressing', message: '0 of 2 new replicas are available' },
  ],
  [
    'old ones left',
    deployment(2, { ...all, replicas: 3 }),
    { state: 'progressing', message: '1 old replicas are still ending' },
  ],
  [
    'too late',
    deployment(2, {
      conditions: [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' }],
    }),
    { state: 'failed', message: 'the progress deadline was exceeded' },
  ],
])('judges a rollout: %s', (_what, object, verdict) => {
  expect(judgeRollout(object)).toEqual(verdict);
});

it('judges a stop by what still runs', () => {
  expect(judgeStop(deployment(0, {})).state).toBe('healthy');
  expect(judgeStop(deployment(0, { replicas: 1 })).state).toBe('progressing');
  expect(judgeStop(deployment(0, {}, 3)).state).toBe('progressing');
});

const following = (states: readonly (KubernetesObject | null)[]): Cluster => {
  async function* follow(): AsyncGenerator<KubernetesObject | null> {
    yield* states;
  }
  const unasked = (): never => {
    throw new Error('not asked for');
  };
  return {
    namespace: 'n',
    context: '',
    apply: unasked,
    read: unasked,
    list: unasked,
    remove: unasked,
    scale: unasked,
    logTail: unasked,
    podMetrics: unasked,
    follow,
  };
};

it('waits, tells each step once, and ends with the first verdict', async () => {
  const told: string[] = [];
  const wait = {
    timeoutMs: 60_000,
    signal: new AbortController().signal,
    progress: (message: string) => told.push(message),
  };
  const one = deployment(2, { ...all, updatedReplicas: 1 });
  const states = [one, one, deployment(2, all), one];
  expect(await waitForDeployment(following(states), 'churn', judgeRollout, wait)).toEqual({
    state: 'healthy',
  });
  expect(told).toEqual(['1 of 2 replicas are of the new version']);
  expect(await waitForDeployment(following([one, null]), 'churn', judgeRollout, wait)).toMatchObject({
    state: 'failed',
  });
  expect(await waitForDeployment(following([one]), 'churn', judgeRollout, wait)).toEqual({
    state: 'failed',
    message: 'after 60 s 1 of 2 replicas are of the new version',
  });
});
