import { deployError } from '../../../../errors.ts';
import type { AiengError } from '../../../../errors.ts';
import type { Plan } from '../../../target.ts';
import type { Cluster } from '../access/cluster.ts';
import { isSame, nameOf, titleOf } from '../clusterObject.ts';
import type { KubernetesObject } from '../clusterObject.ts';
import { comparable, diffObject, isEqual } from './diff.ts';
import { sweptKinds } from '../access/kinds.ts';
import { numberAt } from '../look.ts';
import { isDependent, isManaged, isOurs, otherManagers, selectorOf } from './ownership.ts';

/** What happens to one object; `before` and `after` as the cluster has it and would have it. */
export type Change =
  | {
      readonly action: 'create' | 'update' | 'keep';
      /** As it is applied. */
      readonly wished: KubernetesObject;
      readonly before: KubernetesObject | null;
      readonly after: KubernetesObject;
    }
  | { readonly action: 'delete'; readonly before: KubernetesObject }
  /** `use`: a volume claim that somebody else made is mounted as it is. `leave`: has our labels and is not ours. */
  | { readonly action: 'use' | 'leave'; readonly before: KubernetesObject };

const isClaim = ({ kind }: KubernetesObject): boolean => kind === 'PersistentVolumeClaim';

/**
 * The wished objects as they are applied. Replicas are the autoscaler's where there is one: stating them would undo
 * its work with each deployment (Kubernetes: "Migrating Deployments to horizontal autoscaling").
 */
export function asApplied(wished: readonly KubernetesObject[]): readonly KubernetesObject[] {
  if (!wished.some(({ kind }) => kind === 'HorizontalPodAutoscaler')) return wished;
  return wished.map((object) => {
    if (object.kind !== 'Deployment' || !('spec' in object)) return object;
    const { spec } = object;
    if (typeof spec !== 'object' || spec === null || !('replicas' in spec)) return object;
    const { replicas: _replicas, ...rest } = spec;
    return { ...object, spec: rest };
  });
}

function isForeign(live: KubernetesObject, cluster: Cluster): AiengError {
  const others = otherManagers(live).join(', ');
  return deployError({
    code: 'object-foreign',
    message: `The namespace ${cluster.namespace} has a ${titleOf(live)} that aieng did not make${others === '' ? '' : ` (${others} did)`}; it is left alone.`,
    hint: 'Deploy to another namespace (--namespace), rename the pipeline, or remove that object.',
  });
}

async function planOne(cluster: Cluster, wished: KubernetesObject): Promise<Change> {
  const before = await cluster.read(nameOf(wished));
  if (before !== null && !isManaged(before)) {
    if (isClaim(before)) return { action: 'use', before };
    throw isForeign(before, cluster);
  }
  const after = await cluster.apply(wished, { dryRun: true });
  if (before === null) return { action: 'create', wished, before, after };
  const isKept = isEqual(comparable(before), comparable(after));
  return { action: isKept ? 'keep' : 'update', wished, before, after };
}

/** Every object that carries the labels of the deployment, but what the cluster's controllers made. */
export async function labelledObjects(cluster: Cluster, name: string): Promise<readonly KubernetesObject[]> {
  const found: KubernetesObject[] = [];
  for (const { kind } of sweptKinds) found.push(...((await cluster.list(kind, selectorOf(name))) ?? []));
  return found.filter((object) => !isDependent(object));
}

/**
 * What applying the wished objects would change, by the cluster's own word (server-side apply, dry run), and which
 * objects of ours are no longer wished. Touches nothing.
 *
 * @throws deployError when an object of that name is somebody else's, a field is, or the cluster refuses.
 */
export async function planChanges(
  cluster: Cluster,
  name: string,
  wished: readonly KubernetesObject[],
): Promise<readonly Change[]> {
  const changes: Change[] = [];
  for (const object of asApplied(wished)) changes.push(await planOne(cluster, object));
  for (const before of await labelledObjects(cluster, name)) {
    if (wished.some((object) => isSame(object, before))) continue;
    if (!isOurs(before, name)) changes.push({ action: 'leave', before });
    // A claim holds data: nothing of ours ever removes it.
    else if (!isClaim(before)) changes.push({ action: 'delete', before });
  }
  return changes;
}

function stepOf(change: Change): readonly string[] {
  switch (change.action) {
    case 'create':
    case 'update':
      return [`${change.action} ${titleOf(change.wished)}`];
    case 'delete':
      return [`delete ${titleOf(change.before)}: no longer wished`];
    case 'use':
      return [`use ${titleOf(change.before)}, which others made, as it is`];
    case 'leave':
      return [`leave ${titleOf(change.before)} alone: it has the labels, but aieng did not make it`];
    case 'keep':
      return [];
  }
}

function diffOf(change: Change): string {
  if (change.action === 'create' || change.action === 'update')
    return diffObject(change.before, change.after);
  return change.action === 'delete' ? diffObject(change.before, null) : '';
}

/** A Deployment that stands at 0 replicas was stopped; deploying starts it again though no field of ours changes. */
export const isStopped = (deployment: KubernetesObject | null): boolean =>
  deployment !== null && numberAt(deployment, 'spec', 'replicas') === 0;

/** The changes as a plan: what changes, in words and as a diff. Nothing changes: `none`. */
export function toPlan(changes: readonly Change[], timeoutMs: number): Plan {
  const deployment =
    changes.flatMap(({ before }) => (before?.kind === 'Deployment' ? [before] : []))[0] ?? null;
  const starts = isStopped(deployment) ? [`scale ${titleOf(deployment!)} up from 0`] : [];
  const touches = changes.some(({ action }) => ['create', 'update', 'delete'].includes(action));
  const diff = changes
    .map(diffOf)
    .filter((text) => text !== '')
    .join('\n');
  const steps = changes.flatMap(stepOf);
  if (!touches && starts.length === 0) return { action: 'none', steps };
  return {
    action: deployment === null || isStopped(deployment) ? 'start' : 'switch',
    steps: [
      ...steps,
      ...starts,
      `wait up to ${timeoutMs / 1000} s for the rollout; undo it when it does not get healthy`,
    ],
    ...(diff === '' ? {} : { diff }),
  };
}
