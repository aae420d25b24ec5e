import type {
  Applied,
  DeploymentStatus,
  Plan,
  Target,
  TargetContext,
  Wish,
} from '../../deployment/target.ts';
import { keepBundle } from '../../packaging/index.ts';
import type { Digest } from '../../digest.ts';
import { usageError } from '../../errors.ts';
import { readSecond, writeDesired } from '../../tracking/desired.ts';
import type { Desired } from '../../tracking/desired.ts';
import { deployedBundle, deploymentRef, moveRef, servedValue } from '../../tracking/served.ts';
import type { NamedBundle } from '../bundles.ts';
import type { Context } from '../context.ts';
import { heedInterruption } from '../interruption.ts';
import { openVerifiedPredictor } from '../predictors.ts';
import { requireBeside, secondWish } from './second.ts';
import type { SecondBundle } from './second.ts';
import { accessFor } from './access.ts';
import { checkDoorway } from './doorway.ts';
import { clusterNeeds } from './clusterNeeds.ts';
import { imageFor } from './image.ts';
import { hasOwnCode } from '../trust/allowedCode.ts';
import { consentTo } from '../trust/consent.ts';
import { requireSignature } from '../trust/holding.ts';
import type { Place } from './place.ts';
import { settleServed } from './settle.ts';
import { openTarget, targetContext, targetNameOf, wishFor } from './place.ts';

/** Everything that a target is asked with. */
export interface Prepared {
  readonly target: Target;
  readonly access: TargetContext;
  readonly wish: Wish;
}

/** The wish in the target's terms; an image is built for it, and with `push` it is in its registry then. */
export async function prepare(
  context: Context,
  named: NamedBundle,
  place: Place,
  push: boolean,
  second: SecondBundle | null = null,
): Promise<Prepared> {
  if (second !== null) requireBeside(named, second, place);
  const callers = await accessFor(context, named.name, place);
  const prepared = await prepareFor(context, named, place, { push, callers });
  if (second === null) return prepared;
  const allowCode = hasOwnCode(second.named.bundle) ? { allowCode: true } : {};
  return {
    ...prepared,
    wish: { ...prepared.wish, ...allowCode, second: await secondWish(context, second) },
  };
}

/** The same for callers that are settled, or for what nobody calls. */
export async function prepareFor(
  context: Context,
  named: NamedBundle,
  place: Place,
  { push, callers }: { readonly push: boolean; readonly callers?: string },
): Promise<Prepared> {
  const target = await openTarget(place.target);
  const wished = await wishFor(context, named, place, null);
  if (callers !== undefined)
    await checkDoorway(context, wished, place.target, place.settings.kubernetes.tlsSecret);
  const image = await imageFor(context, named, place, target, push);
  const wish = { ...wished, image, ...(callers === undefined ? {} : { access: callers }) };
  await context.store.folder(`logs/${named.name}`);
  const access = await targetContext(context, named.name, place.settings);
  return { target, access: { ...access, ...(await clusterNeeds(context, target, wish, access)) }, wish };
}

/** After a move to another target, what served there before is drained and stopped: one deployment serves in one place. */
async function leaveFormer(context: Context, name: string, former: string, now: string): Promise<void> {
  if (former === now) return;
  const target = await openTarget(former);
  const access = await targetContext(context, name);
  const left = await target.status(name, access);
  // Processes and containers have one supervisor: it was led over, and what it serves is of the new target already.
  if (left.state === 'stopped' || left.target !== former) return;
  context.progress({ kind: 'step', message: `${name} has moved to ${now}: stopping it on ${former}` });
  await target.stop(name, access);
}

/** @throws usage error `champion-moved` where another bundle is deployed than the one that was expected. */
async function requireDeployed(context: Context, name: string, expected: Digest): Promise<void> {
  const now = await deployedBundle(context, name);
  if (now?.digest === expected) return;
  throw usageError({
    code: 'champion-moved',
    message: `${name} was moved to ${now === null ? 'nothing' : (now.version ?? now.digest.slice(0, 12))} meanwhile: it is left as it is.`,
    hint: 'Run the same command again: it then goes on from what is deployed.',
  });
}

/** @throws usage error `champion-moved` where somebody else changed meanwhile what this goes on from. */
async function requireAsExpected(
  context: Context,
  name: string,
  { expected, expectedSecond }: { readonly expected?: Digest; readonly expectedSecond?: Digest },
): Promise<void> {
  if (expected !== undefined) await requireDeployed(context, name, expected);
  if (expectedSecond === undefined || (await readSecond(context, name))?.bundle === expectedSecond) return;
  throw usageError({
    code: 'champion-moved',
    message: `What took part beside ${name} was changed meanwhile: it is left as it is.`,
    hint: 'Run the same command again: it then goes on from what is deployed.',
  });
}

/**
 * Refuses what the pipeline wants signed and is not. What is in charge already is not asked: a canary is taken back from it
 * also on the day after its certificate.
 */
async function requireSigned(context: Context, bundles: readonly NamedBundle[]): Promise<void> {
  for (const each of bundles) {
    const now = await deployedBundle(context, each.name);
    if (now?.digest !== each.bundle.digest) await requireSignature(context, each);
  }
}

/** Replays golden rows before anything that runs is touched. A bundle that came as a folder is kept: rollback and monitor find it by its digest. */
async function proveHere(context: Context, bundles: readonly NamedBundle[]): Promise<void> {
  for (const each of bundles) {
    await consentTo(context, each);
    const opened = await openVerifiedPredictor(context, each);
    opened.predictor.dispose();
    await keepBundle(context.store, each.bundle);
  }
}

/** Who answers what, as it is written down. */
function versionsOf(
  { version, bundle }: NamedBundle,
  second: SecondBundle | null,
  now: number,
): Desired['versions'] {
  const share = second?.role === 'canary' ? 1 - second.share : 1;
  const serving = { version, bundle: bundle.digest, share, role: 'serving' } as const;
  if (second === null) return [serving];
  const { named, role, since = now } = second;
  return [serving, { version: named.version, bundle: named.bundle.digest, share: second.share, role, since }];
}

/**
 * Puts a bundle in the place of what runs: golden rows are replayed here before anything is touched, the new version
 * starts beside the old one, and traffic switches only when it is healthy. Then the history is written. One at a
 * time: `waitMs` is how long to wait for another deployment of the same name.
 */
export async function bringUp(
  context: Context,
  named: NamedBundle,
  place: Place,
  options: {
    readonly why: string;
    readonly waitMs: number;
    /** Only where this bundle is what is deployed: under the lock nobody moves it (compare-and-swap). */
    readonly expected?: Digest;
    /** Only where this bundle takes part beside it. */
    readonly expectedSecond?: Digest;
    /** What takes part beside it; what did before takes part no longer where nothing is given. */
    readonly second?: SecondBundle | null;
  },
): Promise<{ plan: Plan; applied: Applied; before: DeploymentStatus; wish: Wish }> {
  const { name, version, bundle } = named;
  const { second = null } = options;
  const bundles = second === null ? [named] : [named, second.named];
  await requireSigned(context, bundles);
  await proveHere(context, bundles);
  await settleServed(context, name);
  const lock = await context.store.lock(`deployment-${name}`, {
    waitMs: options.waitMs,
    command: context.command,
    signal: context.signal,
  });
  try {
    await requireAsExpected(context, name, options);
    const { target, access, wish } = await prepare(context, named, place, true, second);
    const former = await targetNameOf(context, name);
    const before = await target.status(name, access);
    const plan = await target.plan(wish, before, access);
    for (const step of plan.steps) context.progress({ kind: 'step', message: step });
    const writeDown = async (): Promise<void> => {
      const { kubernetes } = place.settings;
      const isCluster = target.runs === 'pushed-image';
      await writeDesired(context, name, {
        why: options.why,
        state: 'running',
        target: place.target,
        address: isCluster ? null : { host: wish.host, port: wish.port },
        cluster: isCluster ? { context: kubernetes.context, namespace: kubernetes.namespace } : null,
        versions: versionsOf(named, second, context.environment.now()),
      });
      await moveRef(context, `targets/${name}`, place.target, options.why);
      await moveRef(context, deploymentRef(name), servedValue(version, bundle.digest), options.why);
    };
    await heedInterruption(context);
    let applied: Applied;
    try {
      applied = await target.apply(plan, wish, access);
    } catch (error) {
      // Ctrl-C between the switch and its answer: the history says what serves all the same.
      // A status that cannot be had must not take the place of what went wrong.
      const after = await target.status(name, access).catch(() => null);
      const isAsWished =
        after?.bundleDigest === bundle.digest && after.second?.bundleDigest === wish.second?.bundleDigest;
      if (after?.state === 'running' && isAsWished) await writeDown();
      throw error;
    }
    await writeDown();
    await leaveFormer(context, name, former, place.target);
    return { plan, applied, before, wish };
  } finally {
    await lock.release();
  }
}
