import type { KubernetesSettings, Wish } from '../../../target.ts';
import { accessSecret } from './accessSecret.ts';
import { configMap } from './configMap.ts';
import { cronJobs } from './cronJob.ts';
import { deployment } from './deployment.ts';
import { horizontalPodAutoscaler } from './horizontalPodAutoscaler.ts';
import { inferenceService } from './inferenceService.ts';
import { jobsPolicy, servingPolicy } from './networkPolicy.ts';
import { persistentVolumeClaim } from './persistentVolumeClaim.ts';
import { podDisruptionBudget } from './podDisruptionBudget.ts';
import { service } from './service.ts';
import { serviceAccount } from './serviceAccount.ts';
import { serviceMonitor } from './serviceMonitor.ts';
import { subjectOf } from './subject.ts';
import type { ManifestExtra, Subject } from './subject.ts';
import type { KubernetesObject } from '../object.ts';

/** What pods name or are held by: before the pods. */
function ground(subject: Subject, jobs: readonly KubernetesObject[]): readonly KubernetesObject[] {
  return [
    serviceAccount(subject),
    // Only the jobs read it: the image has all that the service needs.
    ...(jobs.length > 0 && subject.projectFiles.size > 0 ? [configMap(subject)] : []),
    ...accessSecret(subject),
    persistentVolumeClaim(subject),
    servingPolicy(subject),
    jobsPolicy(subject),
  ];
}

/**
 * Everything that a deployment is in a cluster, in the order in which it is to be applied: what others name comes first.
 * The same input gives the same objects. Schedules need the `full` image.
 *
 * @throws `usageError`: the image is in no registry, more than 1 MiB of project files, a name or bounds that cannot be
 */
export function manifests(
  wish: Wish,
  settings: KubernetesSettings,
  extra: ManifestExtra,
): readonly KubernetesObject[] {
  const subject = subjectOf(wish, settings, extra);
  const jobs = cronJobs(subject);
  return [
    ...ground(subject, jobs),
    service(subject),
    deployment(subject),
    horizontalPodAutoscaler(subject),
    podDisruptionBudget(subject),
    ...(settings.serviceMonitor ? [serviceMonitor(subject)] : []),
    ...jobs,
  ];
}

/**
 * The same for a cluster that has KServe: an InferenceService, which makes Deployment, Service and autoscaler itself.
 *
 * @throws `usageError` as `manifests`
 */
export function kserveManifests(
  wish: Wish,
  settings: KubernetesSettings,
  extra: ManifestExtra,
): readonly KubernetesObject[] {
  const subject = subjectOf(wish, settings, extra);
  const jobs = cronJobs(subject);
  return [...ground(subject, jobs), inferenceService(subject), podDisruptionBudget(subject), ...jobs];
}
