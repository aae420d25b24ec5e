import type { RollbackResult } from './result.ts';
import { exitCodes, usageError } from '../../errors.ts';
import { loadBundle } from '../../packaging/index.ts';
import type { Context } from '../../project/context.ts';
import { bringUp } from '../../project/deployment/bringUp.ts';
import { pipelineOf } from '../../project/deployment/pipelineOf.ts';
import { placeNow, placeOf, targetNameOf } from '../../project/deployment/place.ts';
import { settleServed } from '../../project/deployment/settle.ts';
import { deployedBundle, deploymentRef, parseServed } from '../../tracking/served.ts';
import { secondNow } from '../../project/deployment/second.ts';
import { knownDeployment } from '../../project/deployment/underDeploymentLock.ts';
import type { Outcome } from '../../project/outcome.ts';
import { openPipeline } from '../../project/openPipeline.ts';

/**
 * The bundle that served before the current one: the newest of the history with another digest. A way back is a switch
 * like any other: twice in a row it leads to where it began.
 *
 * @param history Oldest first; each value as `servedValue` wrote it.
 */
export function servedBefore(
  history: readonly { readonly value: string }[],
): { readonly version: number | null; readonly digest: string } | null {
  const served = history.map(({ value }) => parseServed(value));
  // By digest: a bundle that came as a folder and got its version afterwards is still the same bundle.
  return served.findLast(({ digest }) => digest !== served.at(-1)?.digest) ?? null;
}

/** Where something takes part beside the version in charge, going back is to end that; null where nothing does. */
async function endSecond(
  context: Context,
  name: string,
  waitMs: number,
): Promise<Outcome<RollbackResult> | null> {
  const second = await secondNow(context, name);
  const served = await deployedBundle(context, name);
  if (second === null || served === null) return null;
  const { digest, version } = served;
  const target = await targetNameOf(context, name);
  const place = await placeNow(context, name, placeOf(await pipelineOf(context, name)), target);
  const named = { bundle: await loadBundle(context.store, digest), name, version };
  const why = `aieng rollback (the ${second.role} ends)`;
  const { applied } = await bringUp(context, named, place, {
    why,
    waitMs,
    expected: digest,
    expectedSecond: second.named.bundle.digest,
  });
  return {
    pipeline: name,
    exitCode: exitCodes.ok,
    bundle: digest,
    ...(version === null ? {} : { version }),
    deployment: name,
    warnings: [],
    result: { name, from: second.named.version, to: version, ended: second.role, applied },
  };
}

/** Back to the version that served before, by the same plan → apply → check → switch as a deployment. */
export async function rollback(
  context: Context,
  options: { readonly name?: string; readonly waitMs: number },
): Promise<Outcome<RollbackResult>> {
  const name = options.name ?? (await openPipeline(context, undefined)).name;
  await settleServed(context, name);
  const ended = await endSecond(context, name, options.waitMs);
  if (ended !== null) return ended;
  await knownDeployment(context, name);
  const before = servedBefore(await context.store.refHistory(deploymentRef(name)));
  if (before === null)
    throw usageError({
      code: 'nothing-to-roll-back-to',
      message: `No other version of ${name} was deployed before the current one.`,
      hint: `Deploy a version explicitly: \`aieng deploy ${name}@<version>\`; \`aieng status\` shows the history.`,
    });
  const target = await targetNameOf(context, name);
  const place = await placeNow(context, name, placeOf(await pipelineOf(context, name)), target);
  const named = { bundle: await loadBundle(context.store, before.digest), name, version: before.version };
  const { applied, before: was } = await bringUp(context, named, place, {
    why: 'aieng rollback',
    waitMs: options.waitMs,
  });
  return {
    pipeline: name,
    exitCode: exitCodes.ok,
    bundle: before.digest,
    ...(before.version === null ? {} : { version: before.version }),
    deployment: name,
    warnings: [],
    result: { name, from: was.version, to: before.version, applied },
  };
}
