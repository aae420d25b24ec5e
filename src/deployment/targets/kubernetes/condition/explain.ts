import { redact } from '../../supervised/childEnvironment.ts';
import type { Cluster } from '../access/cluster.ts';
import type { KubernetesObject } from '../clusterObject.ts';
import { fieldsAt } from '../look.ts';
import { reasonOf } from './reasons.ts';

/** What is allowed to be missing: a reason helps, and its lack hides no failure. */
async function orNone<T>(asked: Promise<readonly T[] | null>): Promise<readonly T[]> {
  try {
    return (await asked) ?? [];
  } catch {
    return [];
  }
}

/** The labels by which a Deployment finds its pods, as a selector. */
export const podSelectorOf = (deployment: KubernetesObject): string =>
  Object.entries(fieldsAt(deployment, 'spec', 'selector', 'matchLabels'))
    .map(([label, value]) => `${label}=${String(value)}`)
    .join(',');

/** Pods of a Deployment; an empty selector would be everybody's. */
export async function podsOf(
  cluster: Cluster,
  deployment: KubernetesObject,
): Promise<readonly KubernetesObject[]> {
  const selector = podSelectorOf(deployment);
  return selector === '' ? [] : ((await cluster.list('Pod', selector)) ?? []);
}

const oneLine = (text: string): string =>
  redact(text.replaceAll(/[\u0000-\u001f\u007f-\u009f]+/g, ' ').trim()).replace(/[.\s]+$/, '');

const shownLogLines = 3;

async function lastWords(
  cluster: Cluster,
  crashed: { pod: string; container: string; previous: boolean },
): Promise<string> {
  const { pod, container, previous } = crashed;
  const log =
    (await cluster.logTail(pod, container, previous)) ?? (await cluster.logTail(pod, container, !previous));
  const lines = (log ?? '')
    .split('\n')
    .map(oneLine)
    .filter((line) => line !== '');
  return lines.length === 0 ? '' : `; it last said: ${lines.slice(-shownLogLines).join(' | ')}`;
}

/**
 * Why a Deployment does not get healthy, as a clause, from its pods' states, the namespace's events and a crashed
 * container's last log lines (passwords and tokens taken out).
 *
 * @param otherwise what is said where the cluster tells no reason
 */
export async function explainRollout(
  cluster: Cluster,
  deployment: KubernetesObject,
  otherwise: string,
): Promise<string> {
  const pods = await orNone(podsOf(cluster, deployment));
  const events = await orNone(cluster.list('Event', '', 'type=Warning'));
  const reason = reasonOf({ deployment, pods, events });
  if (reason === null) return otherwise;
  const words = reason.crashed === undefined ? '' : await lastWords(cluster, reason.crashed);
  return `${oneLine(reason.text)}${words}`;
}
