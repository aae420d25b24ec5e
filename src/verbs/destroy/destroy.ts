import type { DestroyResult } from './result.ts';
import { exitCodes } from '../../errors.ts';
import type { Context } from '../../project/context.ts';
import { openTarget, targetContext, targetNameOf } from '../../project/deployment/place.ts';
import { underDeploymentLock } from '../../project/deployment/underDeploymentLock.ts';
import type { Outcome } from '../../project/outcome.ts';
import { writeRest } from '../../tracking/desired.ts';

/**
 * Takes away everything that a deployment made where it runs, but data: prediction logs and volume claims stay, and so
 * do bundles and the history here.
 */
export async function destroy(
  context: Context,
  options: { readonly name?: string; readonly waitMs: number },
): Promise<Outcome<DestroyResult>> {
  return underDeploymentLock(context, options, async (name) => {
    const target = await openTarget(await targetNameOf(context, name));
    const removed = await target.destroy(name, await targetContext(context, name));
    await writeRest(context, name, { state: 'destroyed', target: target.name, why: 'aieng destroy' });
    return {
      pipeline: name,
      exitCode: exitCodes.ok,
      deployment: name,
      warnings: [],
      result: { name, target: target.name, removed },
    };
  });
}
