import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { createKubernetesTarget } from '../../../src/deployment/targets/kubernetes.ts';
import type { KubernetesParts } from '../../../src/deployment/targets/kubernetes.ts';
import { connectCluster } from '../../../src/deployment/targets/kubernetes/access/cluster.ts';
import type { KubernetesObject } from '../../../src/deployment/targets/kubernetes/clusterObject.ts';
import type { Target, TargetContext, Wish } from '../../../src/deployment/target.ts';
import { fakeEnvironment } from '../../../src/environment/fixed.ts';
import { AiengError } from '../../../src/errors.ts';
import { KubernetesApi } from '../kubernetesApi.ts';
import { strictSchema } from './strictSchema.ts';

export const token = 'eyJhbGciOi.a-secret-token.of-the-kubeconfig';
export const labels = { 'app.kubernetes.io/managed-by': 'aieng', 'app.kubernetes.io/instance': 'churn' };

const meta = (name: string, more: object = {}) => ({ name, labels, ...more });

const template = (image: string) => ({
  metadata: { labels: { ...labels, 'app.kubernetes.io/component': 'serve' } },
  spec: {
    containers: [
      {
        name: 'serve',
        image,
        ports: [{ name: 'http', containerPort: 8080 }],
        resources: { limits: { memory: '256Mi' } },
      },
    ],
    volumes: [{ name: 'tmp', emptyDir: {} }],
  },
});

/** Any field may stand in it. */
type TestObject = KubernetesObject & Readonly<Record<string, unknown>>;

/** A small set of objects as the manifests make them: one of each kind that the client treats in its own way. */
export function someObjects(version: number, image = `churn@sha256:${version}`): readonly TestObject[] {
  const notes = { 'dev.aieng/version': String(version), 'dev.aieng/bundle': `sha256:bundle${version}` };
  const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'churn' };
  return [
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: meta('churn-project'),
      data: { 'churn.yaml': `version: ${version}\n` },
    },
    {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: meta('churn-data'),
      spec: { accessModes: ['ReadWriteMany'], resources: { requests: { storage: '1Gi' } } },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: meta('churn'),
      spec: { selector: labels, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: meta('churn', { annotations: notes }),
      spec: { replicas: 2, selector: { matchLabels: labels }, template: template(image) },
    },
    {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: meta('churn'),
      spec: { scaleTargetRef, minReplicas: 2, maxReplicas: 4 },
    },
    {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: meta('churn-monitor'),
      spec: {
        schedule: '0 3 * * *',
        jobTemplate: {
          spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'monitor', image }] } } },
        },
      },
    },
  ];
}

/** An API server, a kubeconfig for it and the target on top, in one namespace. */
export interface World {
  readonly api: KubernetesApi;
  readonly target: Target;
  readonly context: TargetContext;
  readonly kubeconfig: string;
  readonly progress: string[];
  /** What the target is asked to make. */
  wished: readonly KubernetesObject[];
  /** Waits between tries that were asked for, in ms; none is waited. */
  readonly waits: number[];
  readonly stop: () => Promise<void>;
}

const configText = (server: string): string =>
  JSON.stringify({
    'current-context': 'test',
    clusters: [{ name: 'c', cluster: { server, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'u', user: { token } }],
    contexts: ['test', 'staging'].map((name) => ({ name, context: { cluster: 'c', user: 'u' } })),
  });

const strict = strictSchema();

export async function startWorld(parts: Partial<KubernetesParts<KubernetesObject>> = {}): Promise<World> {
  const api = new KubernetesApi('models', token);
  api.check = strict ?? api.check;
  const server = await api.start();
  const folder = await mkdtemp(join(tmpdir(), 'aieng-cluster-'));
  const kubeconfig = join(folder, 'config');
  await writeFile(kubeconfig, configText(server));
  const progress: string[] = [];
  const waits: number[] = [];
  const kubernetes = { context: null, namespace: 'models' };
  const context = {
    environment: fakeEnvironment({ variables: { KUBECONFIG: kubeconfig } }),
    folder,
    logFolder: folder,
    settings: { kubernetes },
    progress: (message: string) => progress.push(message),
    signal: new AbortController().signal,
  } as unknown as TargetContext;
  const world: World = {
    api,
    context,
    kubeconfig,
    progress,
    waits,
    wished: someObjects(1),
    target: createKubernetesTarget({
      manifests: () => world.wished,
      check: () => undefined,
      connect: (options) => connectCluster({ ...options, wait: async (ms) => waits.push(ms) }),
      ...parts,
    }),
    stop: () => api.stop(),
  };
  return world;
}

export const wish = (timeoutMs = 60_000): Wish => ({
  name: 'churn',
  version: 1,
  bundleDigest: 'sha256:bundle1',
  bundlePath: '/nowhere',
  host: '0.0.0.0',
  port: 8080,
  timeoutMs,
  drainMs: 0,
  bodyLimitBytes: 1e6,
  processes: { workers: 1, gateway: false, durable: false },
  image: null,
});

/** Plans and applies what is wished, as `deploy` does. */
export async function deploy(world: World, timeoutMs?: number) {
  const { target, context } = world;
  const current = await target.status('churn', context);
  const plan = await target.plan(wish(timeoutMs), current, context);
  return target.apply(plan, wish(timeoutMs), context);
}

export const planOf = async ({ target, context }: World) =>
  target.plan(wish(), await target.status('churn', context), context);

/** An object with the labels of the deployment, as others may make it. */
export const foreign = (kind: string, name: string, more: object = {}) => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, labels },
  ...more,
});

/** The AiengError that the work ends with; the token is in none. */
export async function refused(work: Promise<unknown>): Promise<AiengError> {
  const error: unknown = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(AiengError);
  const { message, hint, cause } = error as AiengError;
  expect(JSON.stringify({ message, hint, cause: String(cause) })).not.toContain(token.slice(0, 20));
  return error as AiengError;
}

/** How many of the objects that are made first are there. */
export const kindsThere = (world: World): number =>
  someObjects(1).filter(({ kind, metadata }) => world.api.objects.get(kind, metadata.name)).length;
