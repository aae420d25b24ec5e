import type { Cluster } from '../access/cluster.ts';
import type { KubernetesObject } from '../clusterObject.ts';
import { at, conditionOf, numberAt, textAt } from '../look.ts';
import { deadline } from '../../../../deadline.ts';

/** How a Deployment's rollout stands; the message says it in words. */
export type Verdict =
  { readonly state: 'healthy' } | { readonly state: 'progressing' | 'failed'; readonly message: string };

const progressing = (message: string): Verdict => ({ state: 'progressing', message });

/**
 * How a rollout stands, by the rules that Kubernetes documents for a complete Deployment: the controller has seen the
 * newest generation, every replica is of the newest template and available, and none of the old ones is left.
 */
export function judgeRollout(deployment: KubernetesObject): Verdict {
  const seen = numberAt(deployment, 'status', 'observedGeneration');
  if (seen < numberAt(deployment, 'metadata', 'generation'))
    return progressing('waiting for the cluster to see it');
  if (textAt(conditionOf(deployment, 'Progressing'), 'reason') === 'ProgressDeadlineExceeded')
    return { state: 'failed', message: 'the progress deadline was exceeded' };
  const asked = at(deployment, 'spec', 'replicas');
  const wanted = typeof asked === 'number' ? asked : 1;
  const count = (name: string): number => numberAt(deployment, 'status', name);
  const updated = count('updatedReplicas');
  if (updated < wanted) return progressing(`${updated} of ${wanted} replicas are of the new version`);
  if (count('availableReplicas') < updated)
    return progressing(`${count('availableReplicas')} of ${updated} new replicas are available`);
  if (count('replicas') > updated)
    return progressing(`${count('replicas') - updated} old replicas are still ending`);
  return { state: 'healthy' };
}

/** A Deployment at 0 replicas whose last pod has ended. */
export function judgeStop(deployment: KubernetesObject): Verdict {
  const left = numberAt(deployment, 'status', 'replicas');
  const seen = numberAt(deployment, 'status', 'observedGeneration');
  const isSeen = seen >= numberAt(deployment, 'metadata', 'generation');
  return isSeen && left === 0 ? { state: 'healthy' } : progressing(`${left} replicas are still ending`);
}

export interface Wait {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly progress: (message: string) => void;
}

/**
 * Watches a Deployment until the judge decides or the time is over (then: `failed`).
 *
 * @throws AiengError when the cluster cannot be watched; the signal's reason when it fires.
 */
export async function waitForDeployment(
  cluster: Cluster,
  name: string,
  judge: (deployment: KubernetesObject) => Verdict,
  { timeoutMs, signal, progress }: Wait,
): Promise<Verdict> {
  const over = AbortSignal.any([signal, deadline(timeoutMs)]);
  let message = 'the cluster said nothing of it';
  for await (const deployment of cluster.follow({ kind: 'Deployment', name }, over)) {
    const verdict: Verdict =
      deployment === null
        ? { state: 'failed', message: 'the Deployment was removed meanwhile' }
        : judge(deployment);
    if (verdict.state !== 'progressing') return verdict;
    if (verdict.message !== message) progress(verdict.message);
    message = verdict.message;
  }
  signal.throwIfAborted();
  return { state: 'failed', message: `after ${timeoutMs / 1000} s ${message}` };
}
