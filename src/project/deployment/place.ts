import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type {
  DeploymentStatus,
  ProcessSettings,
  Target,
  TargetContext,
  TargetSettings,
  TlsPaths,
  Wish,
  WishedImage,
} from '../../deployment/target.ts';
import { usageError } from '../../errors.ts';
import { ownPath } from '../../ownFolder.ts';
import type { Pipeline } from '../../pipeline/pipeline.ts';
import type { NamedBundle } from '../bundles.ts';
import { bundleFolder } from '../bundles.ts';
import type { Context } from '../context.ts';
import { readDesired } from '../../tracking/desired.ts';
import { deployedBundle } from '../../tracking/served.ts';
import { addressOf, hostOfSocket } from '../../serviceAddress.ts';
import { hasOwnCode } from '../trust/allowedCode.ts';
import { absoluteHost } from './doorway.ts';
import { pipelineOf } from './pipelineOf.ts';

/** Where a deployment is wished to run; defaults stand in where a bundle came without its pipeline. */
export interface Place {
  readonly target: string;
  readonly host: string;
  readonly port: number;
  readonly timeoutMs: number;
  readonly drainMs: number;
  readonly bodyLimitBytes: number;
  /** The page for people at `/docs`. */
  readonly docs: boolean;
  /** Certificate and key, as the pipeline names them: relative to the root, or absolute. Null = plain HTTP. */
  readonly tls: TlsPaths | null;
  readonly processes: ProcessSettings;
  readonly image: ImageWish;
  readonly settings: TargetSettings;
}

/** How the image of a bundle is to be made, for targets that run images. */
export interface ImageWish {
  /** Where it is pushed to; null = it stays on this machine. */
  readonly repository: string | null;
  readonly base: string;
  readonly variant: 'serve' | 'full';
}

const defaultPlace: Place = {
  target: 'local',
  host: '127.0.0.1',
  port: 8080,
  timeoutMs: 30_000,
  drainMs: 10_000,
  bodyLimitBytes: 1_048_576,
  docs: true,
  tls: null,
  processes: { workers: 1, gateway: false, durable: false },
  image: { repository: null, base: 'node:20-bookworm-slim', variant: 'serve' },
  settings: {
    container: { engine: 'auto', memoryMb: 512, cpus: 1, pids: 128 },
    kubernetes: {
      context: null,
      namespace: 'default',
      environment: 'production',
      minReplicas: 2,
      maxReplicas: 10,
      targetCpuPercent: 70,
      cpuMillis: 250,
      memoryMb: null,
      serviceMonitor: false,
      tlsSecret: null,
      claim: { sizeGb: 10, storageClass: null },
      monitorSchedule: '*/30 * * * *',
      retrainSchedule: '0 3 * * *',
      runSchedule: null,
      predictSchedule: null,
      batch: null,
      route: null,
    },
  },
};

/** `namespace/name`, or a name in the service's own namespace. */
function routeOf({ kubernetes, allowed_hosts }: Pipeline['deploy']): TargetSettings['kubernetes']['route'] {
  const { gateway, canary_namespace: namespace, canary_percent: percent } = kubernetes.route;
  if (gateway === null) return null;
  const [name = '', home = null] = gateway.split('/').reverse();
  return {
    gateway: { name, namespace: home },
    hosts: allowed_hosts,
    canary: namespace === null ? null : { namespace, percent },
  };
}

function settingsOf({ deploy, env }: Pipeline): TargetSettings {
  const { container, kubernetes } = deploy;
  return {
    container: {
      engine: container.engine,
      memoryMb: container.memory_mb,
      cpus: container.cpus,
      pids: container.pids,
    },
    kubernetes: {
      context: kubernetes.context,
      namespace: kubernetes.namespace,
      environment: kubernetes.environment,
      minReplicas: kubernetes.min_replicas,
      maxReplicas: kubernetes.max_replicas,
      targetCpuPercent: kubernetes.target_cpu_percent,
      cpuMillis: kubernetes.cpu_millis,
      memoryMb: kubernetes.memory_mb,
      serviceMonitor: kubernetes.service_monitor,
      tlsSecret: kubernetes.tls_secret,
      claim: { sizeGb: kubernetes.claim.size_gb, storageClass: kubernetes.claim.storage_class },
      monitorSchedule: kubernetes.schedule.monitor,
      retrainSchedule: kubernetes.schedule.retrain,
      runSchedule: null,
      predictSchedule: null,
      batch: kubernetes.batch.input === null ? null : { ...kubernetes.batch, input: kubernetes.batch.input },
      ...(env === null ? {} : { pipelineEnv: env.name }),
      route: routeOf(deploy),
    },
  };
}

/** The deploy section of a pipeline as a place. */
export function placeOf(pipeline: Pipeline | null): Place {
  if (pipeline === null) return defaultPlace;
  const { target, host, port, timeout_seconds, drain_seconds, body_limit_bytes, image } = pipeline.deploy;
  const { workers, gateway, durable, docs, socket, tls } = pipeline.deploy;
  return {
    target,
    host: socket === null ? host : hostOfSocket(socket),
    port: socket === null ? port : 0,
    timeoutMs: timeout_seconds * 1000,
    drainMs: drain_seconds * 1000,
    bodyLimitBytes: body_limit_bytes,
    docs,
    tls: tls.certificate === null || tls.key === null ? null : { certificate: tls.certificate, key: tls.key },
    processes: { workers, gateway, durable },
    image,
    settings: settingsOf(pipeline),
  };
}

/** The target of that name. */
export async function openTarget(name: string): Promise<Target> {
  const { targets } = await import('../../deployment/index.ts');
  const target = targets.find((candidate) => candidate.name === name);
  if (target !== undefined) return target;
  throw usageError({
    code: 'target-unknown',
    message: `There is no deploy target "${name}".`,
    hint: `Use one of: ${targets.map((candidate) => candidate.name).join(', ')}.`,
  });
}

/**
 * The settings that reach a deployment: the pipeline's, in the cluster that it was put on. A pipeline file that is
 * broken now does not hide a service that runs: it is reached as it was asked for.
 */
async function settingsNow(context: Context, name: string): Promise<TargetSettings> {
  const wish = await readDesired(context, name);
  let settings = defaultPlace.settings;
  try {
    ({ settings } = placeOf(await pipelineOf(context, name)));
  } catch (error) {
    if (wish === undefined) throw error;
  }
  const { cluster } = wish ?? { cluster: null };
  return cluster === null ? settings : { ...settings, kubernetes: { ...settings.kubernetes, ...cluster } };
}

/** What a target may use for one deployment; the settings are the pipeline's unless others are given. */
export async function targetContext(
  context: Context,
  name: string,
  settings?: TargetSettings,
): Promise<TargetContext> {
  const bin = ownPath('bin/aieng.js');
  return {
    environment: context.environment,
    folder: await context.store.folder(`deployments/${name}`),
    // Made by who brings a service up: whoever looks, stops or removes needs none.
    logFolder: context.store.folderPlace(`logs/${name}`),
    settings: settings ?? (await settingsNow(context, name)),
    progress: (message) => context.progress({ kind: 'step', message }),
    signal: context.signal,
    supervisorCommand: [process.execPath, bin, '__supervise'],
    serveCommand: [process.execPath, bin, 'serve'],
  };
}

/** The wish for a bundle, or for the image that holds it, at a place. */
export async function wishFor(
  context: Context,
  named: NamedBundle,
  place: Place,
  image: WishedImage | null,
): Promise<Wish> {
  const { bundle, name, version } = named;
  return {
    name,
    version,
    bundleDigest: bundle.digest,
    bundlePath: await bundleFolder(context, bundle),
    host: absoluteHost(context.root, place.host),
    port: place.port,
    timeoutMs: place.timeoutMs,
    drainMs: place.drainMs,
    bodyLimitBytes: place.bodyLimitBytes,
    docs: place.docs,
    ...(hasOwnCode(bundle) ? { allowCode: true } : {}),
    ...(place.tls === null
      ? {}
      : {
          tls: {
            certificate: resolve(context.root, place.tls.certificate),
            key: resolve(context.root, place.tls.key),
          },
        }),
    processes: {
      ...place.processes,
      workers: place.processes.workers === 0 ? context.environment.host.cpus : place.processes.workers,
    },
    image,
  };
}

/** Which target a deployment was put on; `local` before the first. */
export async function targetNameOf(context: Context, name: string): Promise<string> {
  const wish = await readDesired(context, name);
  return wish?.target ?? (await context.store.readRef(`targets/${name}`)) ?? 'local';
}

async function elsewhere(context: Context, name: string): Promise<DeploymentStatus> {
  const served = await deployedBundle(context, name);
  return {
    name,
    target: servedElsewhere,
    state: 'running',
    url: null,
    version: served?.version ?? null,
    bundleDigest: served?.digest ?? null,
    since: served?.since ?? null,
    pid: null,
    restarts: 0,
    message: 'deployed by another aieng; how it does was not asked',
  };
}

/** In place of a target: another aieng deployed it, where this store does not reach (the CronJobs of a cluster). */
export const servedElsewhere = 'elsewhere';

/** The running state of a deployment, whatever its target. */
export async function statusOf(context: Context, name: string): Promise<DeploymentStatus> {
  const targetName = await targetNameOf(context, name);
  if (targetName === servedElsewhere) return elsewhere(context, name);
  const target = await openTarget(targetName);
  return target.status(name, await targetContext(context, name));
}

/**
 * What a running service counts about itself: the text of its /metrics, or null where it does not say so within
 * `waitMs`. Whoever asks has something else to tell, so nothing is thrown.
 */
export async function metricsWithin(context: Context, name: string, waitMs: number): Promise<string | null> {
  const over = new AbortController();
  const ask = async (): Promise<string | null> => {
    const targetName = await targetNameOf(context, name);
    if (targetName === servedElsewhere) return null;
    const access = await targetContext(context, name);
    const signal = AbortSignal.any([context.signal, over.signal]);
    return (await openTarget(targetName)).metrics(name, { ...access, signal });
  };
  const late = sleep(waitMs, null, { signal: over.signal }).catch(() => null);
  try {
    return await Promise.race([ask().catch(() => null), late]);
  } finally {
    over.abort();
  }
}

/**
 * Where a deployment is, or is to be: a running one keeps its address, so that a new version never moves it by
 * accident; otherwise the place that the pipeline names. `to` asks for another target.
 */
export async function placeNow(context: Context, name: string, wished: Place, to?: string): Promise<Place> {
  const target = to ?? wished.target;
  const { url } = await statusOf(context, name);
  if (url === null || (await openTarget(target)).runs === 'pushed-image') return { ...wished, target };
  const address = addressOf(url);
  // A service of a cluster has a name of its own, and no port of this machine.
  if (address === null) return { ...wished, target };
  return { ...wished, target, ...address };
}
