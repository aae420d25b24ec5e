import type { RenderedFiles, TargetContext, Wish } from '../../../target.ts';
import { checkManifests } from '../check/checkManifests.ts';
import { kustomizeTree } from './kustomize.ts';
import { batchJob } from '../manifests/batchJob.ts';
import type { ManifestExtra } from '../manifests/subject.ts';
import { kserveManifests, manifests } from '../manifests/manifests.ts';
import { routeObjects } from '../manifests/route.ts';
import { manifestText } from '../object.ts';
import type { KubernetesObject } from '../object.ts';

const mebibyte = 1024 * 1024;

/** Memory that the settings ask for, or else that was measured. */
function extraOf({ settings, measuredMemoryBytes, projectFiles }: TargetContext): ManifestExtra {
  const asked = settings.kubernetes.memoryMb;
  const memoryBytes = asked === null ? measuredMemoryBytes : asked * mebibyte;
  if (memoryBytes === undefined)
    throw new TypeError('the memory of the service was neither set nor measured');
  return { memoryBytes, projectFiles: projectFiles ?? new Map<string, string>() };
}

/** Every object of a deployment, in the order in which they are applied. */
export const clusterObjects = (wish: Wish, context: TargetContext): readonly KubernetesObject[] =>
  manifests(wish, context.settings.kubernetes, extraOf(context));

const together = (objects: readonly KubernetesObject[]): string => objects.map(manifestText).join('---\n');

/** What CronJobs use and what they are; the service's own objects are left out. */
const ofSchedules: readonly string[] = [
  'ServiceAccount',
  'ConfigMap',
  'PersistentVolumeClaim',
  'NetworkPolicy',
  'CronJob',
];

/** The CronJobs of the settings with what they use, as YAML; the whole deployment was checked. */
export async function scheduleText(wish: Wish, context: TargetContext): Promise<string> {
  const objects = clusterObjects(wish, context);
  await checkManifests(objects);
  return together(objects.filter(({ kind }) => ofSchedules.includes(kind)));
}

function batchFiles(wish: Wish, context: TargetContext): RenderedFiles {
  const { batch, ...settings } = context.settings.kubernetes;
  if (batch === null) return new Map();
  const work = { ...batch, outputFolder: `${batch.output}.parts`, parallelism: null };
  const jobs = batchJob(wish, { ...settings, batch }, extraOf(context), work);
  return new Map([['batch/jobs.yaml', together(jobs)]]);
}

/**
 * The files of a deployment, checked as what is applied: a kustomize tree; beside it, in folders of their own that no
 * kustomization names, what stands in for Deployment, Service and autoscaler where there is KServe, the Jobs of a
 * batch prediction and the route of requests from outside where the pipeline has them. Pods that speak TLS have no file for
 * KServe.
 */
export async function renderCluster(wish: Wish, context: TargetContext): Promise<RenderedFiles> {
  const { kubernetes } = context.settings;
  const objects = clusterObjects(wish, context);
  // KServe's own parts ask pods over plain HTTP.
  const kserve = kubernetes.tlsSecret === null ? kserveManifests(wish, kubernetes, extraOf(context)) : [];
  const route = routeObjects(wish, kubernetes, extraOf(context));
  await checkManifests([...objects, ...route]);
  await checkManifests(kserve);
  return new Map([
    ...kustomizeTree(objects, kubernetes, wish.name),
    ...(kserve.length === 0 ? [] : [['kserve/all.yaml', together(kserve)] as const]),
    ...batchFiles(wish, context),
    ...(route.length === 0 ? [] : [['route/all.yaml', together(route)] as const]),
  ]);
}
