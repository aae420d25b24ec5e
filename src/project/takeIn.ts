import { usageError } from '../errors.ts';
import { keepBundle } from '../packaging/keep.ts';
import type { NamedBundle } from './bundles.ts';
import { versionTaken } from './bundles.ts';
import type { Context } from './context.ts';
import { openVerifiedPredictor } from './predictors.ts';
import { consentTo } from './trust/consent.ts';
import { keepAttachments } from './trust/attachments.ts';

/** How far above the newest version of a name a bundle from elsewhere may be. */
export const maxLeap = 1000;

/** @throws usage error (exit 2) for a version that leaves no room for those to come. */
async function refuseLeap({ store }: Pick<Context, 'store'>, name: string, version: number): Promise<void> {
  const newest = (await store.newestVersion(name))?.version ?? 0;
  if (version <= newest + maxLeap) return;
  throw usageError({
    code: 'version-leap',
    message: `${name}@${version} leaps over ${version - newest - 1} versions: the newest here is ${newest === 0 ? 'none' : `${name}@${newest}`}, and at most ${maxLeap} may lie between.`,
    hint: 'Package the model again where it was made, so that it gets a version of its own.',
  });
}

/** What came with the bundle is kept with it: from now on it is found by the digest. */
async function takenIn(context: Context, named: NamedBundle, version: number): Promise<NamedBundle> {
  const { bundle, name } = named;
  await keepAttachments(context, { ...named, version });
  return { bundle, name, version };
}

/**
 * Makes a bundle that came as a file one of this store's, under the name and version that it says it has. Its model is
 * loaded and its golden rows are replayed before: what does not prove itself takes no version from the genuine one.
 *
 * @throws damaged (exit 8) where it does not compute what it computed; usage error (exit 2) where the version is taken by
 *   another content, or leaps.
 */
export async function takeIn(context: Context, named: NamedBundle): Promise<NamedBundle> {
  if (named.unclaimed !== true) {
    // A version that is known may come with a signature that is not.
    if (named.attachments?.has('model.sig') === true) await keepAttachments(context, named);
    return named;
  }
  const { bundle, name, version } = named;
  if (version !== null) await refuseLeap(context, name, version);
  await consentTo(context, named);
  (await openVerifiedPredictor(context, named)).predictor.dispose();
  await keepBundle(context.store, bundle);
  if (version === null) {
    const claimed = await context.store.claimVersion(name, bundle.digest);
    return takenIn(context, named, claimed.version);
  }
  if (await context.store.claimExactVersion(name, version, bundle.digest))
    return takenIn(context, named, version);
  throw versionTaken(name, version, bundle, 'this bundle');
}
