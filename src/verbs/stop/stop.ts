import type { StopResult } from './result.ts';
import { exitCodes } from '../../errors.ts';
import type { Context } from '../../project/context.ts';
import { openTarget, statusOf, targetContext, targetNameOf } from '../../project/deployment/place.ts';
import { underDeploymentLock } from '../../project/deployment/underDeploymentLock.ts';
import type { Outcome } from '../../project/outcome.ts';
import { writeRest } from '../../tracking/desired.ts';

/**
 * Drains and ends a deployment, and writes down that this is wished. What it served stays in the history: `aieng deploy`
 * or `rollback` brings it back.
 */
export async function stop(
  context: Context,
  options: { readonly name?: string; readonly waitMs: number },
): Promise<Outcome<StopResult>> {
  return underDeploymentLock(context, options, async (name) => {
    const before = await statusOf(context, name);
    const target = await openTarget(await targetNameOf(context, name));
    if (before.state !== 'stopped') await target.stop(name, await targetContext(context, name));
    await writeRest(context, name, { state: 'stopped', target: target.name, why: 'aieng stop' });
    return {
      pipeline: name,
      exitCode: exitCodes.ok,
      deployment: name,
      warnings: [],
      result: { name, wasRunning: before.state !== 'stopped', version: before.version, url: before.url },
    };
  });
}
