import type { RollbackResult } from './result.ts';
import { exitCodes, usageError } from '../../errors.ts';
import { loadBundle } from '../../packaging/index.ts';
import type { Context } from '../../project/context.ts';
import { bringUp } from '../../project/deployment/bringUp.ts';
import { pipelineOf, placeNow, placeOf, targetNameOf } from '../../project/deployment/place.ts';
import { deploymentRef, parseServed } from '../../tracking/served.ts';
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

/** Back to the version that served before, by the same plan → apply → check → switch as a deployment. */
export async function rollback(
  context: Context,
  options: { readonly name?: string; readonly waitMs: number },
): Promise<Outcome<RollbackResult>> {
  const name = options.name ?? (await openPipeline(context, undefined)).name;
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
