import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKubernetesTarget } from '../../src/deployment/targets/kubernetes.ts';
import type { KubernetesObject } from '../../src/deployment/targets/kubernetes/clusterObject.ts';
import type { TargetContext, Wish } from '../../src/deployment/target.ts';
import { readEnvironment } from '../../src/environment/index.ts';
import { deadline } from '../../src/deadline.ts';

// On a real cluster: `KUBECONFIG=… AIENG_TEST_IMAGE=registry/pause@sha256:… npm run test:cluster`. The image is any
// that runs for ever as a non-root user and that the cluster can pull. It makes a namespace of its own and removes it.
const { KUBECONFIG, AIENG_TEST_IMAGE: image = '' } = process.env;
const missing = [...(KUBECONFIG ? [] : ['KUBECONFIG']), ...(image ? [] : ['AIENG_TEST_IMAGE'])];
if (missing.length > 0) console.log(`skipped: no cluster to run on; set ${missing.join(' and ')}`);

const namespace = `aieng-test-${process.pid}`;
const labels = { 'app.kubernetes.io/managed-by': 'aieng', 'app.kubernetes.io/instance': 'churn' };

function objects(
  version: number,
  run = image,
): readonly (KubernetesObject & Readonly<Record<string, unknown>>)[] {
  const securityContext = {
    runAsNonRoot: true,
    runAsUser: 65_532,
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'] },
    seccompProfile: { type: 'RuntimeDefault' },
  };
  const resources = { requests: { cpu: '10m', memory: '16Mi' }, limits: { memory: '64Mi' } };
  const spec = { containers: [{ name: 'serve', image: run, securityContext, resources }] };
  return [
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'churn', labels },
      data: { version: String(version) },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'churn', labels },
      spec: { selector: labels, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'churn', labels, annotations: { 'dev.aieng/version': String(version) } },
      spec: { replicas: 1, selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
    },
  ];
}

describe.skipIf(missing.length > 0)('a real cluster', () => {
  let wished = objects(1);
  let context: TargetContext;
  const target = createKubernetesTarget({ manifests: () => wished, check: () => undefined });
  const wish = (timeoutMs: number): Wish => ({
    name: 'churn',
    version: 1,
    bundleDigest: '',
    bundlePath: '',
    host: '',
    port: 0,
    timeoutMs,
    drainMs: 0,
    bodyLimitBytes: 0,
    processes: { workers: 1, gateway: false, durable: false },
    image: null,
  });
  const plan = async () => target.plan(wish(1000), await target.status('churn', context), context);
  const deploy = async (timeoutMs: number) => target.apply(await plan(), wish(timeoutMs), context);

  beforeAll(async () => {
    await execa('kubectl', ['create', 'namespace', namespace]);
    const folder = await mkdtemp(join(tmpdir(), 'aieng-cluster-'));
    context = {
      environment: readEnvironment({ variables: process.env, cwd: folder }),
      folder,
      logFolder: folder,
      settings: { kubernetes: { context: null, namespace } },
      progress: (message: string) => console.log(message),
      signal: deadline(600_000),
    } as unknown as TargetContext;
  });
  afterAll(async () => {
    await execa('kubectl', ['delete', 'namespace', namespace, '--wait=false']);
  });

  it('creates, and has nothing to do then', async () => {
    expect((await deploy(180_000)).status).toMatchObject({ state: 'running', version: 1 });
    expect(await plan()).toEqual({ action: 'none', steps: [] });
  });

  it('undoes an image that cannot be pulled, and says so', async () => {
    wished = objects(2, 'registry.invalid/none@sha256:'.padEnd(93, '0'));
    await expect(deploy(45_000)).rejects.toThrow(
      /cannot be pulled.*It was undone: the version before serves/s,
    );
    expect(await target.status('churn', context)).toMatchObject({ state: 'running', version: 1 });
    wished = objects(1);
    expect((await plan()).action).toBe('none');
  });

  it('stops, starts, and destroys what is ours', async () => {
    await target.stop('churn', context);
    expect((await target.status('churn', context)).state).toBe('stopped');
    expect((await deploy(180_000)).status.state).toBe('running');
    await execa('kubectl', ['create', 'configmap', 'theirs', '-n', namespace]);
    await execa('kubectl', [
      'label',
      'configmap',
      'theirs',
      '-n',
      namespace,
      ...Object.entries(labels).map((pair) => pair.join('=')),
    ]);
    const said = await target.destroy('churn', context);
    expect(said).toContain('Deployment churn');
    expect(said).toContain('left ConfigMap theirs alone: it has the labels, but aieng did not make it');
  });
});
