import { describe, expect, it } from 'vitest';
import { deployError } from '../../../../errors.ts';
import type { Cluster } from '../access/cluster.ts';
import type { KubernetesObject } from '../clusterObject.ts';
import { titleOf } from '../clusterObject.ts';
import type { Application } from './applyChanges.ts';
import { applyChanges } from './applyChanges.ts';
import type { Change } from './changes.ts';

/** An object whose only field of ours is `spec.size`, as the cluster remembers it. */
const object = (kind: string, size: number): KubernetesObject =>
  Object.assign(
    { apiVersion: 'v1', kind, metadata: { name: 'churn' } },
    {
      spec: { size },
      metadata: {
        name: 'churn',
        managedFields: [
          {
            manager: 'aieng',
            operation: 'Apply',
            fieldsType: 'FieldsV1',
            fieldsV1: { 'f:spec': { 'f:size': {} } },
          },
        ],
      },
    },
  );

const created = (kind: string): Change => ({
  action: 'create',
  wished: object(kind, 2),
  before: null,
  after: object(kind, 2),
});
const updated = (kind: string): Change => ({
  action: 'update',
  wished: object(kind, 2),
  before: object(kind, 1),
  after: object(kind, 2),
});

/** A cluster that writes down what it is asked, and refuses the nth apply. */
function recorder(refused: number): { cluster: Cluster; calls: string[] } {
  const calls: string[] = [];
  let applies = 0;
  const never = (): never => {
    throw new Error('not asked for here');
  };
  const cluster: Cluster = {
    namespace: 'models',
    context: 'test',
    apply: async (wished) => {
      applies += 1;
      calls.push(`apply ${titleOf(wished)} ${JSON.stringify('spec' in wished ? wished.spec : null)}`);
      if (applies === refused)
        throw deployError({ code: 'refused', message: 'Quota is used up.', hint: 'Ask for more.' });
      return wished;
    },
    remove: async ({ kind, name }) => {
      calls.push(`remove ${kind} ${name}`);
      return true;
    },
    read: never,
    list: never,
    scale: never,
    follow: never,
    logTail: never,
    podMetrics: never,
  };
  return { cluster, calls };
}

const optionsFor = (cluster: Cluster): Application => ({
  signal: new AbortController().signal,
  progress: () => undefined,
  timeoutMs: 1000,
  forUndo: async () => cluster,
});

describe('applyChanges', () => {
  it('undoes what it wrote, the last first: what depends on an object goes before it', async () => {
    const { cluster, calls } = recorder(4);
    const changes = [created('ServiceAccount'), updated('ConfigMap'), created('Service'), updated('CronJob')];
    await expect(applyChanges(cluster, changes, optionsFor(cluster))).rejects.toMatchObject({
      code: 'refused',
      message: expect.stringContaining('It was undone'),
    });
    expect(calls.slice(4)).toEqual([
      'apply CronJob churn {"size":1}',
      'remove Service churn',
      'apply ConfigMap churn {"size":1}',
      'remove ServiceAccount churn',
    ]);
  });

  it('a claim that it made stays: it may hold what was written meanwhile', async () => {
    const { cluster, calls } = recorder(2);
    const changes = [created('PersistentVolumeClaim'), created('Service')];
    await expect(applyChanges(cluster, changes, optionsFor(cluster))).rejects.toMatchObject({
      code: 'refused',
    });
    expect(calls.slice(2)).toEqual(['remove Service churn']);
  });

  it('removes what is no longer wished only after all was applied', async () => {
    const { cluster, calls } = recorder(0);
    const gone: Change = { action: 'delete', before: object('CronJob', 1) };
    await applyChanges(cluster, [gone, created('Service')], optionsFor(cluster));
    expect(calls).toEqual(['apply Service churn {"size":2}', 'remove CronJob churn']);
    const second = recorder(1);
    await expect(
      applyChanges(second.cluster, [gone, created('Service')], optionsFor(second.cluster)),
    ).rejects.toMatchObject({ code: 'refused' });
    expect(second.calls).not.toContain('remove CronJob churn');
  });

  it('touches nothing that is as it is wished', async () => {
    const { cluster, calls } = recorder(0);
    await applyChanges(cluster, [{ ...updated('Service'), action: 'keep' } as Change], optionsFor(cluster));
    expect(calls).toEqual([]);
  });
});
