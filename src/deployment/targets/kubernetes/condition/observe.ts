import { notDeployed } from '../../../plan.ts';
import type { DeploymentStatus } from '../../../target.ts';
import { addMetrics } from '../../../addMetrics.ts';
import { isStopped } from '../changes/changes.ts';
import type { Cluster } from '../access/cluster.ts';
import type { KubernetesObject } from '../clusterObject.ts';
import { explainRollout, podsOf } from './explain.ts';
import { conditionOf, listAt, numberAt, textAt, timeAt } from '../look.ts';
import { objectName } from '../naming.ts';
import { selectorOf } from '../changes/ownership.ts';
import { judgeRollout } from '../changes/rollout.ts';

/** What the manifests wrote of the bundle; an annotation, since a digest is too long for a label. */
function noteOf(object: KubernetesObject, note: string): string {
  const { annotations, labels } = object.metadata;
  return (
    annotations?.[note] ??
    labels?.[note] ??
    textAt(object, 'spec', 'template', 'metadata', 'annotations', note)
  );
}

export async function findDeployment(cluster: Cluster, name: string): Promise<KubernetesObject | null> {
  const found = (await cluster.list('Deployment', selectorOf(name))) ?? [];
  return found.find(({ metadata }) => metadata.name === objectName(name)) ?? found[0] ?? null;
}

async function urlOf(cluster: Cluster, name: string): Promise<string | null> {
  const services = (await cluster.list('Service', selectorOf(name))) ?? [];
  const service = services.find(({ metadata }) => metadata.name === objectName(name)) ?? services[0];
  if (service === undefined) return null;
  const port = numberAt(listAt(service, 'spec', 'ports')[0], 'port');
  const isSecure = textAt(listAt(service, 'spec', 'ports')[0], 'name') === 'https';
  const usual = isSecure ? 443 : 80;
  return `${isSecure ? 'https' : 'http'}://${service.metadata.name}.${cluster.namespace}.svc${port === usual || port === 0 ? '' : `:${port}`}`;
}

/** Serving at all is running; how many do, and why not all, is the message's. */
async function stateOf(
  cluster: Cluster,
  deployment: KubernetesObject,
): Promise<Pick<DeploymentStatus, 'state' | 'message'>> {
  if (isStopped(deployment)) return { state: 'stopped', message: 'stopped: scaled to 0 replicas' };
  const wanted = numberAt(deployment, 'spec', 'replicas');
  const ready = numberAt(deployment, 'status', 'readyReplicas');
  const verdict = judgeRollout(deployment);
  const counted = `${ready} of ${wanted} replicas ready`;
  if (verdict.state === 'healthy' && ready >= wanted) return { state: 'running', message: counted };
  const otherwise = verdict.state === 'healthy' ? 'replicas are starting' : verdict.message;
  const why = await explainRollout(cluster, deployment, otherwise);
  const isServing = ready > 0 && textAt(conditionOf(deployment, 'Available'), 'status') !== 'False';
  return {
    state: isServing && verdict.state !== 'failed' ? 'running' : 'unhealthy',
    message: `${counted}: ${why}`,
  };
}

/** What the cluster runs of a deployment, found by its labels: also what others applied from our manifests. */
export async function statusOf(cluster: Cluster, name: string): Promise<DeploymentStatus> {
  const deployment = await findDeployment(cluster, name);
  if (deployment === null)
    return notDeployed(name, 'kubernetes', `nothing is deployed in the namespace ${cluster.namespace}`);
  const { state, message } = await stateOf(cluster, deployment);
  const pods = await podsOf(cluster, deployment);
  const restarts = pods
    .flatMap((pod) => listAt(pod, 'status', 'containerStatuses'))
    .reduce((sum: number, status) => sum + numberAt(status, 'restartCount'), 0);
  const version = Number(noteOf(deployment, 'dev.aieng/version'));
  const digest = noteOf(deployment, 'dev.aieng/bundle');
  return {
    name,
    target: 'kubernetes',
    state,
    url: state === 'stopped' ? null : await urlOf(cluster, name),
    version: Number.isSafeInteger(version) && version > 0 ? version : null,
    bundleDigest: digest === '' ? null : digest,
    since:
      timeAt(conditionOf(deployment, 'Progressing'), 'lastUpdateTime') ??
      timeAt(deployment, 'metadata', 'creationTimestamp'),
    pid: null,
    restarts,
    message,
  };
}

/** The port that answers /metrics: the one named `http` or `https`, else the first of the first container. */
function metricsPort(pod: KubernetesObject): { readonly port: number; readonly isSecure: boolean } {
  const ports = listAt(listAt(pod, 'spec', 'containers')[0], 'ports');
  const found = ports.find((port) => ['http', 'https'].includes(textAt(port, 'name'))) ?? ports[0];
  return { port: numberAt(found, 'containerPort'), isSecure: textAt(found, 'name') === 'https' };
}

/** The metrics of every ready pod added up, read through the API server; null where none answers. */
export async function metricsOf(cluster: Cluster, name: string): Promise<string | null> {
  const deployment = await findDeployment(cluster, name);
  if (deployment === null) return null;
  const texts: string[] = [];
  for (const pod of await podsOf(cluster, deployment)) {
    const { port, isSecure } = metricsPort(pod);
    if (textAt(conditionOf(pod, 'Ready'), 'status') !== 'True' || port === 0) continue;
    const text = await cluster.podMetrics(pod.metadata.name, port, isSecure);
    if (text !== null) texts.push(text);
  }
  return texts.length === 0 ? null : addMetrics(texts);
}
