import type { KubernetesSettings, Wish } from '../../target.ts';
import type { ManifestExtra } from './manifests/subject.ts';

const digest = `sha256:${'ab'.repeat(32)}`;

export const wish: Wish = {
  name: 'churn',
  version: 3,
  bundleDigest: 'cd'.repeat(32),
  bundlePath: '/bundle',
  host: '127.0.0.1',
  port: 8080,
  timeoutMs: 30_000,
  drainMs: 10_000,
  bodyLimitBytes: 10_000_000,
  processes: { workers: 1, gateway: false, durable: false },
  image: {
    reference: 'registry.example.com/ml/churn:3',
    digest,
    configDigest: `sha256:${'ef'.repeat(32)}`,
    archive: null,
    pullReference: `registry.example.com/ml/churn@${digest}`,
  },
};

export const settings: KubernetesSettings = {
  context: null,
  namespace: 'models',
  environment: 'production',
  minReplicas: 2,
  maxReplicas: 10,
  targetCpuPercent: 70,
  cpuMillis: 250,
  memoryMb: null,
  serviceMonitor: true,
  tlsSecret: null,
  claim: { sizeGb: 10, storageClass: null },
  monitorSchedule: '*/30 * * * *',
  retrainSchedule: '0 3 * * *',
  runSchedule: null,
  predictSchedule: null,
  batch: null,
  route: null,
};

export const extra: ManifestExtra = {
  memoryBytes: 180 * 1024 * 1024,
  projectFiles: new Map([
    ['pipelines/churn.yaml', 'name: churn\n'],
    ['schemas/churn.yaml', 'columns: []\n'],
  ]),
};
