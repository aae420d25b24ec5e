import { AiengError, exitCodes } from '../../errors.ts';
import { keepBundle } from '../../packaging/index.ts';
import type { NamedBundle } from '../../project/bundles.ts';
import { resolveBundle } from '../../project/bundles.ts';
import { takeIn } from '../../project/takeIn.ts';
import type { Context } from '../../project/context.ts';
import { servedElsewhere } from '../../project/deployment/place.ts';
import type { Outcome } from '../../project/outcome.ts';
import { writeDesired } from '../../tracking/desired.ts';
import { deploymentRef, moveRef, servedValue } from '../../tracking/served.ts';

/** Another content may have its number here (a challenger that was never deployed): the digest is what counts. */
async function takeInAsItIs(context: Context, found: NamedBundle): Promise<NamedBundle> {
  try {
    return await takeIn(context, found);
  } catch (error) {
    if (!(error instanceof AiengError) || error.exitCode !== exitCodes.usage) throw error;
    await keepBundle(context.store, found.bundle);
    return { ...found, version: null };
  }
}

/**
 * Takes the bundle of an image into this store and writes down that it is what serves, somewhere that this store does
 * not reach: what a cluster's CronJobs do first, so that monitoring knows whose answers it judges.
 */
export async function adopt(context: Context, options: { readonly bundle: string }): Promise<Outcome<null>> {
  const { bundle, name, version } = await takeInAsItIs(context, await resolveBundle(context, options.bundle));
  const why = 'adopted from the image that serves';
  await moveRef(context, `targets/${name}`, servedElsewhere, why);
  await writeDesired(context, name, {
    why,
    state: 'running',
    target: servedElsewhere,
    address: null,
    cluster: null,
    versions: [{ version: version, bundle: bundle.digest, share: 1, role: 'serving' }],
  });
  await moveRef(context, deploymentRef(name), servedValue(version, bundle.digest), why);
  return { pipeline: name, exitCode: exitCodes.ok, bundle: bundle.digest, warnings: [], result: null };
}
