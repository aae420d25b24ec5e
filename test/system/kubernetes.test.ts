import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { podOf } from './kubernetesApi/controller.ts';
import type { Fate } from './kubernetesApi/controller.ts';
import {
  deploy,
  foreign,
  kindsThere,
  planOf,
  refused,
  someObjects,
  startWorld,
} from './kubernetesApi/world.ts';
import type { World } from './kubernetesApi/world.ts';

// The client against an API in this process: it proves our client, and nothing about a cluster.
let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.stop());
describe('plan and apply', () => {
  it('creates everything, and a second plan has nothing to do', async () => {
    const plan = await planOf(world);
    expect(plan.action).toBe('start');
    expect(plan.steps).toContain('create Deployment churn');
    expect(plan.diff).toContain('\n+         - image: churn@sha256:1\n');
    expect(kindsThere(world)).toBe(0);

    const { status } = await deploy(world);
    expect(status).toMatchObject({
      state: 'running',
      version: 1,
      bundleDigest: 'sha256:bundle1',
      url: 'http://churn.models.svc',
      message: '2 of 2 replicas ready',
      restarts: 2,
    });
    expect(status.since).toBe(Date.UTC(2026, 0, 2, 3, 4, 5));
    expect(kindsThere(world)).toBe(6);
    const again = await planOf(world);
    expect(again).toEqual({ action: 'none', steps: [] });
    const writes = world.api.requests.filter(
      (one) => /^(PATCH|DELETE)/.test(one) && !one.includes('dryRun=All'),
    );
    expect(await deploy(world)).toMatchObject({ status: { state: 'running' } });
    expect(
      world.api.requests.filter((one) => /^(PATCH|DELETE)/.test(one) && !one.includes('dryRun=All')),
    ).toEqual(writes);
  });

  it('shows what an update changes, applies it, and leaves what others own', async () => {
    await deploy(world);
    world.api.objects.update(
      {
        ...world.api.objects.must('ConfigMap', 'churn-project'),
        data: { 'churn.yaml': 'version: 1\n', theirs: 'x' },
      },
      { manager: 'kubectl-edit' },
    );
    // The autoscaler's work is not undone.
    const deployment = world.api.objects.must('Deployment', 'churn');
    deployment['spec'].replicas = 3;
    world.api.objects.update(deployment, { manager: 'kube-controller-manager', subresource: 'scale' });
    world.wished = someObjects(2);
    const plan = await planOf(world);
    expect(plan.action).toBe('switch');
    expect(plan.steps.slice(0, 2)).toEqual(['update ConfigMap churn-project', 'update Deployment churn']);
    expect(plan.diff).toContain('-     dev.aieng/version: "1"\n+     dev.aieng/bundle: sha256:bundle2');
    await deploy(world);
    expect(world.api.objects.must('ConfigMap', 'churn-project')['data']).toEqual({
      'churn.yaml': 'version: 2\n',
      theirs: 'x',
    });
    expect(world.api.objects.must('Deployment', 'churn')['spec'].replicas).toBe(3);
  });

  it('never forces a field that another manager owns', async () => {
    await deploy(world);
    const map = world.api.objects.must('ConfigMap', 'churn-project');
    world.api.objects.update({ ...map, data: { 'churn.yaml': 'edited\n' } }, { manager: 'kubectl-edit' });
    const error = await refused(planOf(world));
    expect(error).toMatchObject({ code: 'field-conflict', exitCode: 6 });
    expect(error.message).toContain('kubectl-edit manages');
    expect(error.message).toContain('.data.churn.yaml');
    expect(world.api.objects.must('ConfigMap', 'churn-project')['data']).toEqual({
      'churn.yaml': 'edited\n',
    });
    expect(world.api.requests.some((one) => one.includes('force=true'))).toBe(false);
  });

  it('refuses to take over an object that it did not make, and uses a claim that somebody else did', async () => {
    const { objects } = world.api;
    objects.update(
      foreign('PersistentVolumeClaim', 'churn-data', { spec: { accessModes: ['ReadWriteOnce'] } }),
      { manager: 'helm' },
    );
    expect((await planOf(world)).steps).toContain(
      'use PersistentVolumeClaim churn-data, which others made, as it is',
    );
    objects.update(foreign('Service', 'churn', { spec: { ports: [] } }), { manager: 'helm' });
    const error = await refused(planOf(world));
    expect(error.code).toBe('object-foreign');
    expect(error.message).toContain('helm');
  });

  it('removes what is ours and no longer wished, after the rollout; never a claim, never what is not ours', async () => {
    await deploy(world);
    world.api.objects.update(foreign('ConfigMap', 'not-ours', { data: {} }), { manager: 'kubectl' });
    const job = { ...foreign('Job', 'churn-monitor-1'), apiVersion: 'batch/v1' };
    const owned = {
      ...job,
      metadata: { ...job.metadata, ownerReferences: [{ kind: 'CronJob', controller: true }] },
    };
    world.api.objects.update(owned, { manager: 'kube-controller-manager' });
    world.wished = someObjects(1).filter(({ kind }) => !['CronJob', 'PersistentVolumeClaim'].includes(kind));
    const plan = await planOf(world);
    expect(plan.steps.slice(0, 2)).toEqual([
      'leave ConfigMap not-ours alone: it has the labels, but aieng did not make it',
      'delete CronJob churn-monitor: no longer wished',
    ]);
    await deploy(world);
    expect(world.api.objects.get('CronJob', 'churn-monitor')).toBeUndefined();
    for (const [kind, name] of [
      ['PersistentVolumeClaim', 'churn-data'],
      ['ConfigMap', 'not-ours'],
      ['Job', 'churn-monitor-1'],
    ] as const)
      expect(world.api.objects.get(kind, name)).toBeDefined();
  });
});

describe('a rollout that does not get healthy', () => {
  const reasons: readonly (readonly [Fate, string])[] = [
    ['image-pull', 'its image bad cannot be pulled (ImagePullBackOff: Back-off pulling image "bad")'],
    [
      'crash',
      'its container serve ended with exit code 9 (CrashLoopBackOff); it last said: loading | golden row 3: expected 0.2, got 0.3',
    ],
    ['oom', 'its container serve needs more memory than its limit of 256Mi (OOMKilled)'],
    [
      'unschedulable',
      'no node takes its pod (Unschedulable: 0/3 nodes are available: 3 Insufficient memory.)',
    ],
    [
      'unready',
      'its pod runs and does not get ready (Readiness probe failed: HTTP probe failed with statuscode: 503)',
    ],
    [
      'quota',
      'its pods cannot be made (quota exceeded: pods "x" is forbidden: exceeded quota: team, requested: memory=1Gi)',
    ],
  ];

  it.each(reasons)('is undone with the reason: %s', async (fate, reason) => {
    await deploy(world);
    const before = world.api.objects.must('Deployment', 'churn')['spec'];
    world.api.controller.fate = (image) => (image === 'bad' ? fate : 'healthy');
    world.api.logs
      .set(podOf('churn', 'bad'), '')
      .set(`${podOf('churn', 'bad')} previous`, 'loading\ngolden row 3: expected 0.2, got 0.3\n');
    world.wished = [...someObjects(2, 'bad'), foreign('ConfigMap', 'churn-new', { data: {} })];
    const error = await refused(deploy(world));
    expect(error).toMatchObject({ code: 'rollout-failed', exitCode: 6 });
    expect(error.message).toContain(
      `: the progress deadline was exceeded; ${reason}. It was undone: the version before serves.`,
    );
    expect(world.api.objects.must('Deployment', 'churn')['spec']).toEqual(before);
    expect(world.api.objects.must('ConfigMap', 'churn-project')['data']).toEqual({
      'churn.yaml': 'version: 1\n',
    });
    expect(world.api.objects.get('ConfigMap', 'churn-new')).toBeUndefined();
    const status = await world.target.status('churn', world.context);
    expect(status).toMatchObject({ state: 'running', version: 1 });
    world.wished = someObjects(1);
    expect(await planOf(world)).toEqual({ action: 'none', steps: [] });
  });

  it('the first one: everything is removed again but claims', async () => {
    world.api.controller.fate = () => 'crash';
    const error = await refused(deploy(world));
    expect(error.message).toContain('What it had made was removed again, but volume claims.');
    expect(kindsThere(world)).toBe(1);
    expect(world.api.objects.get('PersistentVolumeClaim', 'churn-data')).toBeDefined();
  });

  it('that the cluster says nothing of ends with the time', async () => {
    world.api.controller.fate = () => 'silent';
    const error = await refused(deploy(world, 200));
    expect(error.message).toContain(
      'churn did not get healthy: after 0.2 s waiting for the cluster to see it.',
    );
  });

  it('whose apply is refused half way is undone too', async () => {
    await deploy(world);
    world.wished = someObjects(2);
    world.api.faults.push({
      match: /^PATCH .*deployments\/churn\?(?!.*dryRun)/,
      times: 1,
      how: { status: 422, message: 'spec: Invalid value: field is immutable' },
    });
    const error = await refused(deploy(world));
    expect(error.code).toBe('field-immutable');
    expect(error.message).toContain('It was undone: the version before serves.');
    expect(world.api.objects.must('ConfigMap', 'churn-project')['data']).toEqual({
      'churn.yaml': 'version: 1\n',
    });
  });

  it('is undone when the command is interrupted', async () => {
    await deploy(world);
    const interruption = new AbortController();
    world.api.controller.fate = (image) => (image === 'bad' ? 'silent' : 'healthy');
    world.wished = someObjects(2, 'bad');
    const progress = (message: string): void => {
      if (message.startsWith('waiting')) interruption.abort(new Error('interrupted'));
    };
    const wished = { ...world, context: { ...world.context, signal: interruption.signal, progress } };
    await expect(deploy(wished)).rejects.toThrow('interrupted');
    expect(world.api.objects.must('ConfigMap', 'churn-project')['data']).toEqual({
      'churn.yaml': 'version: 1\n',
    });
  });
});

describe('stop, start, destroy, metrics', () => {
  it('stops, says so, and deploying starts it again', async () => {
    await deploy(world);
    await world.target.stop('churn', world.context);
    expect(world.api.objects.all('Pod')).toEqual([]);
    expect(world.api.objects.get('HorizontalPodAutoscaler', 'churn')).toBeUndefined();
    expect(world.api.objects.must('CronJob', 'churn-monitor')['spec'].suspend).toBe(true);
    expect(await world.target.status('churn', world.context)).toMatchObject({ state: 'stopped', url: null });
    const plan = await planOf(world);
    expect(plan).toMatchObject({ action: 'start' });
    expect(plan.steps).toContain('scale Deployment churn up from 0');
    expect((await deploy(world)).status).toMatchObject({
      state: 'running',
      message: '2 of 2 replicas ready',
    });
    expect(world.api.objects.must('CronJob', 'churn-monitor')['spec'].suspend).toBe(false);
  });

  it('starts again without an autoscaler: what aieng scaled is no conflict with aieng', async () => {
    world.wished = someObjects(1).filter(({ kind }) => kind !== 'HorizontalPodAutoscaler');
    expect((await deploy(world)).status.message).toBe('2 of 2 replicas ready');
    await world.target.stop('churn', world.context);
    expect((await deploy(world)).status).toMatchObject({
      state: 'running',
      message: '2 of 2 replicas ready',
    });
  });

  it('destroys what is ours, keeps claims and what merely has the labels', async () => {
    await deploy(world);
    world.api.objects.update(foreign('ConfigMap', 'not-ours', { data: {} }), { manager: 'kubectl' });
    world.api.objects.update(
      { ...foreign('ConfigMap', 'unlabelled'), metadata: { name: 'unlabelled' } },
      { manager: 'aieng' },
    );
    const said = await world.target.destroy('churn', world.context);
    expect(said).toContain('Deployment churn');
    expect(said).toContain('left ConfigMap not-ours alone: it has the labels, but aieng did not make it');
    expect(said.find((one) => one.startsWith('kept'))).toContain(
      'kept PersistentVolumeClaim churn-data, which holds data',
    );
    expect(kindsThere(world)).toBe(1);
    expect(world.api.objects.all('ConfigMap')).toHaveLength(2);
    expect(await world.target.destroy('churn', world.context)).toHaveLength(2);
    expect((await world.target.status('churn', world.context)).message).toBe(
      'nothing is deployed in the namespace models',
    );
  });

  it('adds the metrics of ready pods up', async () => {
    expect(await world.target.metrics('churn', world.context)).toBeNull();
    world.wished = someObjects(1).filter(({ kind }) => kind !== 'HorizontalPodAutoscaler');
    await deploy(world);
    const pods = world.api.objects.all('Pod').map((pod) => String(pod['metadata'].name));
    expect(pods).toHaveLength(2);
    pods.forEach((pod, index) =>
      world.api.metrics.set(pod, `requests_total{route="/predict"} ${index + 2}\n`),
    );
    expect(await world.target.metrics('churn', world.context)).toBe('requests_total{route="/predict"} 5\n');
  });

  it('asks pods over TLS that speak it, and says so in the address', async () => {
    world.wished = someObjects(1).map((object) =>
      JSON.parse(
        JSON.stringify(object).replaceAll('"http"', '"https"').replaceAll('"port":80,', '"port":443,'),
      ),
    );
    const { status } = await deploy(world);
    expect(status.url).toBe('https://churn.models.svc');
    for (const pod of world.api.objects.all('Pod'))
      world.api.metrics.set(String(pod['metadata'].name), 'requests_total 1\n');
    expect(await world.target.metrics('churn', world.context)).toBe('requests_total 2\n');
    const asked = world.api.requests.filter((one) => one.includes('/proxy/metrics'));
    expect(asked.filter((one) => !/pods\/https(?::|%3A)/i.test(one))).toEqual([]);
    expect(asked.length).toBeGreaterThanOrEqual(2);
  });

  it('reads lists page by page', async () => {
    await deploy(world);
    for (let i = 0; i < 600; i++)
      world.api.objects.apply(
        { ...foreign('ConfigMap', `old-${i}`), data: {} },
        { manager: 'aieng', force: false, dryRun: false },
      );
    const { steps } = await planOf(world);
    expect(steps.filter((step) => step.startsWith('delete ConfigMap old-'))).toHaveLength(600);
  });
});
