import type { DeploymentStatus } from '../../deployment/target.ts';
import type { Digest } from '../../digest.ts';
import { loadBundle } from '../../packaging/keep.ts';
import type { Bundle } from '../../packaging/manifest.ts';
import { deployedBundle } from '../../tracking/served.ts';
import type { Pipeline } from '../../pipeline/pipeline.ts';
import type { NamedBundle } from '../bundles.ts';
import type { Context } from '../context.ts';
import { documentsOf, runInProgress } from '../trust/attachments.ts';
import { signAsAsked } from '../trust/signing.ts';
import { bringUp } from './bringUp.ts';
import { placeNow, placeOf, statusOf, targetNameOf } from './place.ts';

/**
 * Gives a challenger its version: from then on it exists for whoever asks by name. It is signed where the pipeline names
 * who signs (`trust.sign_with`).
 *
 * @param run The run that promotes it, whose record is not written yet; left out where the run that made it has ended.
 */
export async function claimedChallenger(
  context: Context,
  pipeline: Pipeline,
  bundle: Bundle,
  run?: { readonly runId: string; readonly startedAt: number },
): Promise<NamedBundle & { readonly version: number }> {
  const { name } = pipeline;
  const { version } = await context.store.claimVersion(name, bundle.digest);
  const named = { bundle, name, version };
  const making =
    run === undefined
      ? undefined
      : await runInProgress(context, { ...run, command: 'retrain', pipeline: name });
  await documentsOf(context, named, making);
  const { because } = await signAsAsked(context, pipeline, named);
  if (because !== null)
    context.progress({ kind: 'warning', message: `${name}@${version} is not signed: ${because}` });
  return named;
}

/** How a promoted challenger takes over. */
export interface TakingOver {
  readonly why: string;
  readonly waitMs: number;
  /** The champion that it was compared with. */
  readonly expected: Digest;
  /** False: it is promoted and somebody else deploys it. */
  readonly deploy: boolean;
}

/**
 * Puts a promoted challenger in the champion's place where something is deployed, or beside it as a canary where the
 * pipeline says so (`deploy.canary.share`); null where nothing is, or it is not to.
 *
 * @throws usage error `champion-moved` where another model took the place meanwhile
 */
export async function takeOver(
  context: Context,
  pipeline: Pipeline,
  named: NamedBundle,
  { deploy, ...how }: TakingOver,
): Promise<DeploymentStatus | null> {
  if (!deploy || !pipeline.retrain.deploy) return null;
  const { url } = await statusOf(context, pipeline.name);
  if (url === null) return null;
  const target = await targetNameOf(context, pipeline.name);
  const place = await placeNow(context, pipeline.name, placeOf(pipeline), target);
  const { share } = pipeline.deploy.canary;
  if (share === null) return (await bringUp(context, named, place, how)).applied.status;
  const { version } = (await deployedBundle(context, pipeline.name)) ?? { version: null };
  const champion = { bundle: await loadBundle(context.store, how.expected), name: pipeline.name, version };
  const second = { named, role: 'canary', share } as const;
  return (await bringUp(context, champion, place, { ...how, second })).applied.status;
}
