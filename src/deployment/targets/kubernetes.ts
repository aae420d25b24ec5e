import type { Target, TargetContext, Wish } from '../target.ts';
import { applyChanges } from './kubernetes/changes/applyChanges.ts';
import { planChanges, toPlan } from './kubernetes/changes/changes.ts';
import type { Change } from './kubernetes/changes/changes.ts';
import { connectCluster } from './kubernetes/access/cluster.ts';
import type { Cluster, Connect } from './kubernetes/access/cluster.ts';
import type { KubernetesObject } from './kubernetes/clusterObject.ts';
import { metricsOf, statusOf } from './kubernetes/condition/observe.ts';
import { destroyDeployment, stopDeployment } from './kubernetes/changes/takeDown.ts';
import { deadline } from '../../deadline.ts';

/** What the target is made of besides the client. */
export interface KubernetesParts<Made extends KubernetesObject> {
  /** Every object of a deployment, in the order in which they are applied. */
  readonly manifests: (wish: Wish, context: TargetContext) => readonly Made[] | Promise<readonly Made[]>;
  /** Throws an AiengError for objects that break the API's schema or a rule that it does not know. */
  readonly check: (objects: readonly Made[]) => void | Promise<void>;
  readonly render?: NonNullable<Target['render']>;
  readonly connect?: Connect;
}

/** Beyond a pod's own time to end. */
const stopTimeoutMs = 120_000;
/** For an undo whose deployment was interrupted: it waits for nothing but the API. */
const undoMarginMs = 60_000;

/** A Deployment and what belongs to it in a Kubernetes cluster, by server-side apply. */
export function createKubernetesTarget<Made extends KubernetesObject>(parts: KubernetesParts<Made>): Target {
  const { manifests, check, render, connect = connectCluster } = parts;
  const open = ({ settings, environment, signal }: TargetContext, given = signal): Promise<Cluster> => {
    const { context, namespace } = settings.kubernetes;
    return connect({ variables: environment.variables, context, namespace, signal: given });
  };
  const changesOf = async (
    cluster: Cluster,
    wish: Wish,
    context: TargetContext,
  ): Promise<readonly Change[]> => {
    const wished = await manifests(wish, context);
    await check(wished);
    return planChanges(cluster, wish.name, wished);
  };
  return {
    name: 'kubernetes',
    runs: 'pushed-image',
    plan: async (wish, _current, context) =>
      toPlan(await changesOf(await open(context), wish, context), wish.timeoutMs),
    apply: async (_plan, wish, context) => {
      const begun = context.environment.elapsed();
      const { signal, progress } = context;
      const { timeoutMs } = wish;
      const cluster = await open(context);
      const forUndo = (): Promise<Cluster> => open(context, deadline(timeoutMs + undoMarginMs));
      const changes = await changesOf(cluster, wish, context);
      await applyChanges(cluster, changes, { timeoutMs, signal, progress, forUndo });
      const status = await statusOf(cluster, wish.name);
      return { status, durationMs: context.environment.elapsed() - begun };
    },
    status: async (name, context) => statusOf(await open(context), name),
    stop: async (name, context) => {
      const { signal, progress } = context;
      await stopDeployment(await open(context), name, { timeoutMs: stopTimeoutMs, signal, progress });
    },
    destroy: async (name, context) => destroyDeployment(await open(context), name),
    metrics: async (name, context) => metricsOf(await open(context), name),
    ...(render === undefined ? {} : { render }),
  };
}
