import { deployError } from '../../../../errors.ts';
import { isStopped, labelledObjects } from './changes.ts';
import type { Cluster } from '../access/cluster.ts';
import { nameOf, titleOf } from '../clusterObject.ts';
import type { KubernetesObject } from '../clusterObject.ts';
import { fieldsAt } from '../look.ts';
import { isOurs } from './ownership.ts';
import { ownedFields } from './ownedFields.ts';
import { judgeStop, waitForDeployment } from './rollout.ts';
import type { Wait } from './rollout.ts';

async function suspend(cluster: Cluster, cronJob: KubernetesObject): Promise<void> {
  const ours = ownedFields(cronJob);
  if (ours === null) return;
  const wished = { ...ours, spec: { ...fieldsAt(ours, 'spec'), suspend: true } };
  await cluster.apply(wished, { dryRun: false });
}

/**
 * Stops serving and every schedule: no autoscaler, no replicas, CronJobs suspended. Everything else stays, and
 * deploying again starts it.
 *
 * @throws deployError when replicas do not end in time.
 */
export async function stopDeployment(cluster: Cluster, name: string, wait: Wait): Promise<void> {
  const ours = (await labelledObjects(cluster, name)).filter((object) => isOurs(object, name));
  // First the autoscaler, which would scale up again.
  for (const scaler of ours.filter(({ kind }) => kind === 'HorizontalPodAutoscaler'))
    await cluster.remove(nameOf(scaler));
  for (const cronJob of ours.filter(({ kind }) => kind === 'CronJob')) await suspend(cluster, cronJob);
  for (const deployment of ours.filter(({ kind }) => kind === 'Deployment')) {
    if (!isStopped(deployment)) await cluster.scale(deployment.metadata.name, 0);
    const verdict = await waitForDeployment(cluster, deployment.metadata.name, judgeStop, wait);
    if (verdict.state === 'healthy') continue;
    throw deployError({
      code: 'stop-unfinished',
      message: `${titleOf(deployment)} was scaled to 0, but ${verdict.message}.`,
      hint: `Look at \`kubectl get pods -n ${cluster.namespace}\`: a node that does not answer keeps its pods.`,
    });
  }
}

/**
 * Removes what aieng made of a deployment, but volume claims. Says of each object what was done, and leaves alone
 * what merely carries its labels.
 */
export async function destroyDeployment(cluster: Cluster, name: string): Promise<readonly string[]> {
  const said: string[] = [];
  // What serves and schedules goes before what it needs.
  for (const object of (await labelledObjects(cluster, name)).toReversed()) {
    const title = titleOf(object);
    if (!isOurs(object, name)) said.push(`left ${title} alone: it has the labels, but aieng did not make it`);
    else if (object.kind === 'PersistentVolumeClaim')
      said.push(
        `kept ${title}, which holds data: \`kubectl delete pvc ${object.metadata.name} -n ${cluster.namespace}\` removes it`,
      );
    else if (await cluster.remove(nameOf(object))) said.push(title);
  }
  return said;
}
