import type { DestroyResult } from './result.ts';
import { exitCodes, usageError } from '../../errors.ts';
import type { Context } from '../../project/context.ts';
import { openTarget, targetContext, targetNameOf } from '../../project/deployment/place.ts';
import { openPipeline } from '../../project/openPipeline.ts';
import type { Outcome } from '../../project/outcome.ts';
import { deploymentRef } from '../../tracking/served.ts';

/**
 * Takes away everything that a deployment made where it runs, but data: prediction logs and volume claims stay, and so
 * do bundles and the history here.
 */
export async function destroy(
  context: Context,
  options: { readonly name?: string; readonly waitMs: number },
): Promise<Outcome<DestroyResult>> {
  const name = options.name ?? (await openPipeline(context, undefined)).name;
  if ((await context.store.readRef(deploymentRef(name))) === undefined)
    throw usageError({
      code: 'not-deployed',
      message: `${name} was never deployed here.`,
      hint: 'Run `aieng status` to see what is deployed.',
    });
  const lock = await context.store.lock(`deployment-${name}`, {
    waitMs: options.waitMs,
    command: context.command,
    signal: context.signal,
  });
  try {
    const target = await openTarget(await targetNameOf(context, name));
    const removed = await target.destroy(name, await targetContext(context, name));
    return {
      pipeline: name,
      exitCode: exitCodes.ok,
      deployment: name,
      warnings: [],
      result: { name, target: target.name, removed },
    };
  } finally {
    await lock.release();
  }
}
