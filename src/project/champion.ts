import type { Digest } from '../digest.ts';
import { usageError } from '../errors.ts';
import { loadBundle } from '../packaging/keep.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { deployedBundle } from '../tracking/served.ts';
import type { NamedBundle } from './bundles.ts';
import { resolveBundle } from './bundles.ts';
import type { Context } from './context.ts';

/** The model in charge, and since when it is: ms since 1970 UTC, 0 where nothing is deployed. */
export type Champion = NamedBundle & { readonly since: number };

/** The model in charge: what is deployed, or the newest version where nothing is. */
export async function championOf(context: Context, pipeline: Pipeline): Promise<Champion> {
  const { name } = pipeline;
  const deployed = await deployedBundle(context, name);
  if (deployed !== null)
    return {
      bundle: await loadBundle(context.store, deployed.digest),
      name,
      version: deployed.version,
      since: deployed.since,
    };
  if ((await context.store.newestVersion(name)) === undefined)
    throw usageError({
      code: 'no-champion',
      message: `${name} has no model yet: nothing was packaged or deployed.`,
      hint: `Run \`aieng run ${name}\` first.`,
    });
  return { ...(await resolveBundle(context, name)), since: 0 };
}

/** Which bundle is in charge at this moment; null where there is none. Nothing is loaded. */
export async function championDigest(context: Context, name: string): Promise<Digest | null> {
  const deployed = await deployedBundle(context, name);
  return deployed?.digest ?? (await context.store.newestVersion(name))?.digest ?? null;
}
