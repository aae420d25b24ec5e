import { AiengError, deployError } from '../../../../errors.ts';
import type { Change } from './changes.ts';
import { isStopped } from './changes.ts';
import type { Cluster } from '../access/cluster.ts';
import { nameOf, titleOf } from '../clusterObject.ts';
import type { KubernetesObject } from '../clusterObject.ts';
import { explainRollout } from '../condition/explain.ts';
import { numberAt } from '../look.ts';
import { ownedFields } from './ownedFields.ts';
import { judgeRollout, waitForDeployment } from './rollout.ts';
import type { Wait } from './rollout.ts';

type Written = Extract<Change, { readonly action: 'create' | 'update' | 'keep' }>;

const isWritten = (change: Change): change is Written =>
  change.action === 'create' || change.action === 'update' || change.action === 'keep';

const deploymentOf = (changes: readonly Change[]): Written | null =>
  changes.filter(isWritten).find(({ wished }) => wished.kind === 'Deployment') ?? null;

/** Replicas to start with: the autoscaler does nothing for a Deployment at 0, and takes its time for a new one. */
function firstReplicas(changes: readonly Change[]): number {
  const wished = changes.filter(isWritten).map((change) => change.wished);
  const scaler = wished.find(({ kind }) => kind === 'HorizontalPodAutoscaler');
  return Math.max(1, numberAt(scaler, 'spec', 'minReplicas'));
}

/** @throws deployError saying why the Deployment is not healthy. */
async function waitUntilHealthy(cluster: Cluster, name: string, wait: Wait): Promise<void> {
  const verdict = await waitForDeployment(cluster, name, judgeRollout, wait);
  if (verdict.state === 'healthy') return;
  const live = await cluster.read({ kind: 'Deployment', name });
  const reason = live === null ? verdict.message : await explainRollout(cluster, live, verdict.message);
  throw deployError({
    code: 'rollout-failed',
    message: `${name} did not get healthy: ${verdict.message}${reason === verdict.message ? '' : `; ${reason}`}.`,
    hint: 'Mend what the message names, then deploy again; deploy.timeout_seconds in the pipeline file waits longer.',
  });
}

/** Puts one object back to what we had applied before, or away where there was none. */
async function undoOne(cluster: Cluster, { wished, before }: Written): Promise<void> {
  if (before === null) {
    // A claim may hold what the new version has written already.
    if (wished.kind !== 'PersistentVolumeClaim') await cluster.remove(nameOf(wished));
    return;
  }
  const previous = ownedFields(before);
  if (previous !== null) await cluster.apply(previous, { dryRun: false });
}

/**
 * Undoes what was written, the last first, and waits until the version before is healthy again. Says in a sentence
 * what came of it; never throws.
 */
async function undo(cluster: Cluster, written: readonly Written[], wait: Wait | null): Promise<string> {
  const failed: string[] = [];
  for (const change of written.toReversed()) {
    try {
      await undoOne(cluster, change);
    } catch (error) {
      failed.push(`${titleOf(change.wished)} (${error instanceof Error ? error.message : String(error)})`);
    }
  }
  if (failed.length > 0) return `Undoing it failed for ${failed.join('; ')}`;
  const deployment = deploymentOf(written)?.before ?? null;
  const { name } = deployment?.metadata ?? { name: '' };
  const isFirst = written.some(({ wished, before }) => wished.kind === 'Deployment' && before === null);
  if (isFirst) return 'What it had made was removed again, but volume claims';
  try {
    if (deployment !== null && isStopped(deployment)) {
      await cluster.scale(name, 0);
      return 'It is stopped, as before';
    }
    if (deployment === null || wait === null) return 'It was undone';
    const verdict = await waitForDeployment(cluster, name, judgeRollout, wait);
    if (verdict.state === 'healthy') return 'It was undone: the version before serves';
    return `It was undone, but the version before is not healthy either: ${verdict.message}`;
  } catch (error) {
    return `It was undone, but how the version before does is not known: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function withUndo(error: AiengError, undone: string): AiengError {
  const { code, message, hint, exitCode } = error;
  return new AiengError({ code, message: `${message} ${undone}.`, hint, exitCode, cause: error.cause });
}

export interface Application extends Wait {
  /** The same cluster, which does not stop when the signal fires: to undo with. */
  readonly forUndo: () => Promise<Cluster>;
}

async function prune(
  cluster: Cluster,
  objects: readonly KubernetesObject[],
  progress: (message: string) => void,
): Promise<void> {
  for (const object of objects) {
    progress(`removing ${titleOf(object)}`);
    try {
      await cluster.remove(nameOf(object));
    } catch (error) {
      // The new version serves: what could not be removed is in the next plan.
      if (!(error instanceof AiengError)) throw error;
      progress(`${titleOf(object)} could not be removed: ${error.message}`);
    }
  }
}

/**
 * Applies the changes in their order, waits for the rollout, then removes what is no longer wished. Where anything
 * fails before that, or the signal fires, every object goes back to what aieng had applied to it before, which the
 * cluster itself remembers (`managedFields`): an undo works whichever machine deployed the version before.
 *
 * @throws deployError that says why, and what the undo came to.
 */
export async function applyChanges(
  cluster: Cluster,
  changes: readonly Change[],
  options: Application,
): Promise<void> {
  const written: Written[] = [];
  const { progress, signal } = options;
  try {
    for (const change of changes.filter(isWritten)) {
      if (change.action === 'keep') continue;
      progress(`${change.action === 'create' ? 'creating' : 'updating'} ${titleOf(change.wished)}`);
      written.push(change);
      await cluster.apply(change.wished, { dryRun: false });
    }
    const deployment = deploymentOf(changes);
    if (deployment !== null) {
      const { name } = deployment.wished.metadata;
      const live = await cluster.read({ kind: 'Deployment', name });
      const first = firstReplicas(changes);
      if (numberAt(live, 'spec', 'replicas') < first) {
        if (!written.includes(deployment)) written.push(deployment);
        await cluster.scale(name, first);
      }
      await waitUntilHealthy(cluster, name, options);
    }
  } catch (error) {
    if (written.length === 0) throw error;
    progress('undoing');
    const undone = await undo(await options.forUndo(), written, signal.aborted ? null : options);
    if (error instanceof AiengError) throw withUndo(error, undone);
    throw error;
  }
  await prune(
    cluster,
    changes.flatMap((change) => (change.action === 'delete' ? [change.before] : [])),
    progress,
  );
}
