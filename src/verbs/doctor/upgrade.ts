import type { DoctorResult } from './result.ts';
import type { Json } from '../../digest.ts';
import { AiengError, damagedError, exitCodes, interruptedError } from '../../errors.ts';
import type { Context } from '../../project/context.ts';
import type { Place } from '../../project/deployment/place.ts';
import { pipelineOf } from '../../project/deployment/pipelineOf.ts';
import {
  openTarget,
  placeNow,
  placeOf,
  servedElsewhere,
  statusOf,
  targetNameOf,
} from '../../project/deployment/place.ts';
import { deploymentNames, underDeploymentLock } from '../../project/deployment/underDeploymentLock.ts';
import { heedInterruption } from '../../project/interruption.ts';
import { holding } from '../../store/holding.ts';
import type { Problem } from '../../store/store.ts';
import type { Desired } from '../../tracking/desired.ts';
import { readDesired, writeDesired } from '../../tracking/desired.ts';
import { kindKeptUnder } from '../../tracking/index.ts';
import { recordToday } from '../../tracking/recordKind.ts';
import { deployedBundle } from '../../tracking/served.ts';

export type Upgraded = NonNullable<DoctorResult['upgraded']>;

/** A record as this aieng writes it; of a kind that nobody knows, it only gets its digest. */
function today({ store }: Context, stored: string, id: string, content: Json): object {
  const place = store.recordPlace(stored, id);
  const found = kindKeptUnder(stored);
  if (found !== undefined) return recordToday(found.kind, content, place);
  if (typeof content === 'object' && content !== null && !Array.isArray(content)) return content;
  throw damagedError({
    code: 'record-damaged',
    message: `${place} is damaged: it is no object.`,
    hint: 'Restore that file from a copy, or delete it.',
  });
}

/** Where it is, in the words of a wish; an address or cluster that cannot be known any more is left open. */
async function whereabouts(
  context: Context,
  name: string,
  target: string,
): Promise<Pick<Desired, 'address' | 'cluster'>> {
  const nowhere = { address: null, cluster: null };
  if (target === servedElsewhere) return nowhere;
  let place: Place;
  try {
    place = await placeNow(context, name, placeOf(await pipelineOf(context, name)), target);
  } catch (error) {
    // A pipeline file that is broken now: it says nothing about where the deployment is.
    if (error instanceof AiengError) return nowhere;
    throw error;
  }
  const { context: cluster, namespace } = place.settings.kubernetes;
  return (await openTarget(target)).runs === 'pushed-image'
    ? { address: null, cluster: { context: cluster, namespace } }
    : { address: { host: place.host, port: place.port }, cluster: null };
}

/** Writes down what a deployment of 0.1 was asked to be, running or stopped as it is found. False: it is written down. */
async function writeWish(context: Context, name: string): Promise<boolean> {
  if ((await readDesired(context, name)) !== undefined) return false;
  const served = await deployedBundle(context, name);
  if (served === null) return false;
  const target = await targetNameOf(context, name);
  const { state } = await statusOf(context, name);
  await writeDesired(context, name, {
    why: 'aieng doctor --upgrade',
    state: state === 'stopped' ? 'stopped' : 'running',
    target,
    ...(await whereabouts(context, name, target)),
    versions: [{ version: served.version, bundle: served.digest, share: 1, role: 'serving' }],
  });
  return true;
}

async function writeWishes(context: Context, waitMs: number, left: Problem[]): Promise<number> {
  let written = 0;
  for (const name of await deploymentNames(context))
    try {
      if (await underDeploymentLock(context, { name, waitMs }, () => writeWish(context, name))) written += 1;
    } catch (error) {
      if (!(error instanceof AiengError) || error.exitCode === exitCodes.interrupted) throw error;
      left.push({ what: `deployment ${name}`, problem: error.message, repair: error.hint });
    }
  return written;
}

/**
 * Brings a store of aieng 0.1 to the layout of today. Every step may be stopped and done again, and finds what is done;
 * the layout is written last, and not over a store in which something is damaged: that is left as it is, to be put right
 * before this is called again. A deployment out of reach (a cluster) stands in the way of nothing. Bundles and logs are read for ever as 0.1 wrote them: they are not touched.
 */
export async function upgrade(context: Context, waitMs: number): Promise<Upgraded> {
  const { store } = context;
  const from = await store.layout();
  const nothing = { records: 0, refs: 0, versions: 0, wishes: 0, damaged: 0, left: [] };
  if (from === null) return { from, to: null, ...nothing };
  const lock = { waitMs, command: context.command, signal: context.signal };
  return holding(store, 'upgrade', lock, async () => {
    const step = async (message: string): Promise<void> => {
      context.progress({ kind: 'step', message });
      await heedInterruption(context);
    };
    await step('records, refs and versions: digests and newest forms');
    const { damaged, ...sealed } = await store.sealAll((stored, id, content) => {
      // Each of them is read and written in turns of its own: what came meanwhile is known here.
      if (context.signal.aborted) throw interruptedError();
      return today(context, stored, id, content);
    });
    const left: Problem[] = [];
    await step('deployments: what they were asked to be');
    const wishes = await writeWishes(context, waitMs, left);
    await step('the layout of the store');
    if (damaged.length === 0) await store.writeLayout();
    return { from, to: await store.layout(), ...sealed, wishes, damaged: damaged.length, left };
  });
}
