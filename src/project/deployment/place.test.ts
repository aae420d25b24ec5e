import { describe, expect, it } from 'vitest';
import { customersPipeline, openTestProject } from '../../cascade/testing.fixture.ts';
import { openPipeline } from '../openPipeline.ts';
import type { Place } from './place.ts';
import { placeOf } from './place.ts';

async function placeWith(deploy: string): Promise<Place> {
  const { context } = await openTestProject({ 'pipelines/left.yaml': customersPipeline(deploy) });
  return placeOf(await openPipeline(context, 'left'));
}

describe('where a deployment is wished to run', () => {
  it('is what the defaults of a pipeline say, where there is no pipeline', async () => {
    expect(placeOf(null)).toEqual(await placeWith(''));
  });

  it('is what the pipeline says, in the units of a target', async () => {
    const place = await placeWith(`deploy:
  target: container
  host: 0.0.0.0
  port: 8181
  timeout_seconds: 7
  drain_seconds: 3
  body_limit_bytes: 2048
  docs: false
  image: { repository: registry.example.com/x, base: this-machine, variant: full }
  container: { engine: podman, memory_mb: 513, cpus: 2, pids: 129 }
  kubernetes:
    context: c
    namespace: n
    environment: staging
    min_replicas: 3
    max_replicas: 11
    target_cpu_percent: 71
    cpu_millis: 251
    memory_mb: 514
    service_monitor: true
    tls_secret: churn-tls
    claim: { size_gb: 12, storage_class: fast }
    schedule: { monitor: '1 * * * *', retrain: '2 4 * * *' }
    batch: { input: in.csv, output: out.csv, shards: 5 }
    route: { gateway: infra/web, canary_namespace: beside, canary_percent: 20 }
  allowed_hosts: [api.example.com]
`);
    expect(place).toEqual({
      target: 'container',
      host: '0.0.0.0',
      port: 8181,
      timeoutMs: 7000,
      drainMs: 3000,
      bodyLimitBytes: 2048,
      docs: false,
      tls: null,
      processes: { workers: 1, gateway: false, durable: false },
      image: { repository: 'registry.example.com/x', base: 'this-machine', variant: 'full' },
      settings: {
        container: { engine: 'podman', memoryMb: 513, cpus: 2, pids: 129 },
        kubernetes: {
          context: 'c',
          namespace: 'n',
          environment: 'staging',
          minReplicas: 3,
          maxReplicas: 11,
          targetCpuPercent: 71,
          cpuMillis: 251,
          memoryMb: 514,
          serviceMonitor: true,
          tlsSecret: 'churn-tls',
          claim: { sizeGb: 12, storageClass: 'fast' },
          monitorSchedule: '1 * * * *',
          retrainSchedule: '2 4 * * *',
          runSchedule: null,
          predictSchedule: null,
          batch: { input: 'in.csv', output: 'out.csv', shards: 5 },
          route: {
            gateway: { name: 'web', namespace: 'infra' },
            hosts: ['api.example.com'],
            canary: { namespace: 'beside', percent: 20 },
          },
        },
      },
    });
  });
});
