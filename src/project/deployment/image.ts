import type { Target, WishedImage } from '../../deployment/target.ts';
import { usageError } from '../../errors.ts';
import type { NamedBundle } from '../bundles.ts';
import type { Context } from '../context.ts';
import type { Place } from './place.ts';
import { imageKind } from '../../tracking/images.ts';
import { listRecords } from '../../tracking/recordKind.ts';
import { makeImage, wishedImage } from '../images.ts';

/** A cluster's Jobs monitor, retrain and predict: their image needs every command. */
function variantFor(target: Target, { image, settings: { kubernetes } }: Place): 'serve' | 'full' {
  const { monitorSchedule, retrainSchedule, runSchedule, predictSchedule, batch } = kubernetes;
  const jobs = [monitorSchedule, retrainSchedule, runSchedule, predictSchedule, batch];
  const needsEverything = jobs.some((job) => job !== null);
  return target.runs === 'pushed-image' && needsEverything ? 'full' : image.variant;
}

/** Where the newest image of a bundle that was made for a registry is to lie: its reference without the tag. */
async function builtRepository(
  { store }: Pick<Context, 'store'>,
  { bundle }: NamedBundle,
): Promise<string | null> {
  for (const { content } of (await listRecords(store, imageKind)).records)
    if (content.bundle === bundle.digest && content.reference.includes('/'))
      return content.reference.replace(/:[^/:]*$/, '');
  return null;
}

/**
 * The image that a target is to run, built, and pushed where the pipeline names a repository; null for a target that
 * runs bundles. With `push: false` (a plan, files for others to apply) it is named as if it had been pushed: where the
 * pipeline names no repository, to the one that `package --image` named for this bundle.
 *
 * @throws usage error (exit 2) where the target pulls from a registry and the pipeline names none.
 */
export async function imageFor(
  context: Context,
  named: NamedBundle,
  place: Place,
  target: Target,
  push: boolean,
): Promise<WishedImage | null> {
  if (target.runs === 'bundle') return null;
  const { base } = place.image;
  const repository = place.image.repository ?? (push ? null : await builtRepository(context, named));
  if (target.runs === 'pushed-image' && repository === null)
    throw usageError({
      code: 'repository-missing',
      message: `The target ${target.name} pulls its image from a registry, and the pipeline names none.`,
      hint: 'Set deploy.image.repository, e.g. registry.example.com/ml/churn; for files (--manifests), `aieng package --image <repository>` before does as well.',
    });
  const request = { reference: repository ?? named.name, base, variant: variantFor(target, place) };
  const { built, pushed } = await makeImage(context, named, request, push && repository !== null);
  const image = wishedImage(built, pushed);
  if (pushed !== null || repository === null) return image;
  return target.runs === 'pushed-image'
    ? { ...image, pullReference: `${repository}@${built.digest}` }
    : image;
}
