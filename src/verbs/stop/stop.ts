import type { StopResult } from './result.ts';
import { exitCodes, usageError } from '../../errors.ts';
import type { Context } from '../../project/context.ts';
import { openTarget, statusOf, targetContext, targetNameOf } from '../../project/deployment/place.ts';
import { deploymentRef } from '../../tracking/served.ts';
import type { Outcome } from '../../project/outcome.ts';
import { openPipeline } from '../../project/openPipeline.ts';

/** Drains and ends a deployment. What it served stays in the history: `aieng deploy` or `rollback` brings it back. */
export async function stop(
  context: Context,
  options: { readonly name?: string; readonly waitMs: number },
): Promise<Outcome<StopResult>> {
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
    const before = await statusOf(context, name);
    const target = await openTarget(await targetNameOf(context, name));
    if (before.state !== 'stopped') await target.stop(name, await targetContext(context, name));
    return {
      pipeline: name,
      exitCode: exitCodes.ok,
      deployment: name,
      warnings: [],
      result: { name, wasRunning: before.state !== 'stopped', version: before.version, url: before.url },
    };
  } finally {
    await lock.release();
  }
}
