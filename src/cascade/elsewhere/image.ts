import { inspectImage, loadImage, pullImage } from '../../deployment/targets/container/engine.ts';
import type { EngineClient, Said } from '../../deployment/targets/container/engineClient.ts';
import { complaint } from '../../deployment/targets/container/engineText.ts';
import { findImage } from '../../deployment/targets/container/images.ts';
import { interruptedError, usageError } from '../../errors.ts';
import { parseReference } from '../../image/reference.ts';
import type { Context } from '../../project/context.ts';
import { makeTrainingImage, wishedImage } from '../../project/images.ts';
import type { RunImage } from '../../tracking/runs/runs.ts';

/** An image that the engine has. */
export interface ReadyImage {
  /** As the engine calls it. */
  readonly id: string;
  readonly facts: RunImage;
}

const refused = (image: string, what: string, why: string): Error =>
  usageError({
    code: 'training-image',
    message: `The image ${image} could not be ${what}: ${why}`.replace(/[.\s]*$/, '.'),
    hint: 'See that the engine is well and its disk has room, or name another image (--image), or another base (--base this-machine needs no registry).',
  });

const whyOf = ({ timedOut, stderr }: Said): string => (timedOut ? 'no answer in time' : complaint(stderr));

/** One that somebody made before, by its digest. */
async function pulled(context: Context, client: EngineClient, image: string): Promise<ReadyImage> {
  let found = await inspectImage(client, image);
  if (found === null) {
    context.progress({ kind: 'step', message: `pulling ${image}` });
    const said = await pullImage(client, image, context.signal);
    if (context.signal.aborted) throw interruptedError();
    if (!said.ok) throw refused(image, 'pulled', whyOf(said));
    found = await inspectImage(client, image);
  }
  if (found === null) throw refused(image, 'found after it was pulled', 'the engine does not know it');
  return {
    id: found.id,
    facts: { reference: image, digest: image.slice(image.indexOf('@') + 1), base: null },
  };
}

/** One of this very installation: the same files give the same digest, so that a name never decides what runs. */
async function made(
  context: Context,
  client: EngineClient,
  wish: { readonly image: string; readonly base: string },
): Promise<ReadyImage> {
  const built = await makeTrainingImage(context, { reference: wish.image, base: wish.base });
  const { reference, digest, base, archive } = built;
  const wished = wishedImage(built, null);
  let found = await findImage(client, wished);
  if (found === null) {
    context.progress({ kind: 'step', message: `loading ${reference} into ${client.name}` });
    const said = await loadImage(client, archive, context.signal);
    if (context.signal.aborted) throw interruptedError();
    if (!said.ok) throw refused(reference, `loaded into ${client.name}`, whyOf(said));
    found = await findImage(client, wished);
  }
  if (found === null)
    throw refused(reference, 'found after it was loaded', `${client.name} has another image of that name`);
  return { id: found.id, facts: { reference, digest, base } };
}

/**
 * The image that stages are computed in: one that is named by its digest, else the full image of this installation, made where the
 * engine has not got it.
 *
 * @throws a usage error where it cannot be had
 */
export const readyImage = (
  context: Context,
  client: EngineClient,
  wish: { readonly image: string; readonly base: string },
): Promise<ReadyImage> =>
  parseReference(wish.image).digest === null
    ? made(context, client, wish)
    : pulled(context, client, wish.image);
