import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { deployError } from '../../../errors.ts';
import type { AiengError } from '../../../errors.ts';
import type { TargetContext, WishedImage } from '../../target.ts';
import { replaceJson } from '../supervised/stateFile.ts';
import { inspectImage, loadImage, pullImage, removeImage } from './engine.ts';
import type { EngineClient } from './engineClient.ts';
import { engineFailed } from './engineClient.ts';
import { complaint } from './engineText.ts';
import type { ImageFacts } from './engineText.ts';

/**
 * The wished image, if the engine has exactly that: engines call an image by the digest of its config, and docker
 * with containerd's store by that of its manifest.
 */
export async function findImage(client: EngineClient, image: WishedImage): Promise<ImageFacts | null> {
  for (const id of [image.configDigest, image.digest]) {
    const found = await inspectImage(client, id);
    if (found?.id === id) return found;
  }
  return null;
}

const notLoaded = (image: WishedImage, why: string, hint: string): AiengError =>
  deployError({
    code: 'image-not-loaded',
    message: `The image ${image.reference} cannot be loaded: ${why.replace(/[.\s]*$/, '.')} What served before still serves.`,
    hint,
  });

async function loadArchive(client: EngineClient, image: WishedImage, context: TargetContext): Promise<void> {
  const again = 'Build it again: `aieng package --image <reference>`.';
  if (image.archive === null) throw notLoaded(image, 'it is neither in a registry nor in a file', again);
  const found = await stat(image.archive).catch(() => null);
  if (found === null) throw notLoaded(image, `${image.archive} does not exist`, again);
  context.progress(`loading ${image.reference} into ${client.name} (${Math.ceil(found.size / 1e6)} MB)`);
  const said = await loadImage(client, image.archive, context.signal);
  context.signal.throwIfAborted();
  if (!said.ok) throw notLoaded(image, `${client.name} says: ${complaint(said.stderr)}`, again);
}

async function bring(client: EngineClient, image: WishedImage, context: TargetContext): Promise<void> {
  if (image.pullReference === null) return loadArchive(client, image, context);
  context.progress(`pulling ${image.pullReference}`);
  const said = await pullImage(client, image.pullReference, context.signal);
  context.signal.throwIfAborted();
  if (said.ok) return;
  if (image.archive === null) throw engineFailed(client, `pull ${image.pullReference}`, said);
  // The file holds the same image: its digest is checked either way.
  context.progress(`${client.name} could not pull it (${complaint(said.stderr)}); taking the file instead`);
  await loadArchive(client, image, context);
}

/**
 * Sees to it that the engine has the wished image, and that it is that image.
 *
 * @throws deployError where it cannot be had, or is another one than was built.
 */
export async function ensureImage(
  client: EngineClient,
  image: WishedImage,
  context: TargetContext,
): Promise<ImageFacts> {
  const there = await findImage(client, image);
  if (there !== null) return there;
  await bring(client, image, context);
  const brought = await findImage(client, image);
  if (brought !== null) {
    await remember(context.folder, { engine: client.name, id: brought.id });
    return brought;
  }
  throw notLoaded(
    image,
    `what ${client.name} has now is not the image that was built (${image.configDigest})`,
    'Build it again, and look at who else writes to that place.',
  );
}

/** An image that a deployment brought into an engine. */
interface BroughtImage {
  readonly engine: EngineClient['name'];
  readonly id: string;
}

const fileName = 'images.json';

/** What this deployment brought into engines; damage reads as nothing, and then nothing is removed. */
async function brought(folder: string): Promise<readonly BroughtImage[]> {
  try {
    const { images } = JSON.parse(await readFile(path.join(folder, fileName), 'utf8')) as {
      images?: unknown;
    };
    return Array.isArray(images) ? images.filter(isBrought) : [];
  } catch {
    return [];
  }
}

function isBrought(value: unknown): value is BroughtImage {
  if (typeof value !== 'object' || value === null || !('engine' in value) || !('id' in value)) return false;
  const { engine, id } = value;
  return (
    (engine === 'docker' || engine === 'podman') && typeof id === 'string' && /^sha256:[0-9a-f]{64}$/.test(id)
  );
}

async function remember(folder: string, image: BroughtImage): Promise<void> {
  const before = (await brought(folder)).filter(
    ({ engine, id }) => engine !== image.engine || id !== image.id,
  );
  await replaceJson(folder, fileName, { images: [...before, image] });
}

/**
 * Removes the images that this deployment brought, never one that was there before or that something else uses
 * (engines refuse that without force). Returns what happened, in words.
 */
export async function removeBrought(
  folder: string,
  open: (engine: EngineClient['name']) => EngineClient,
): Promise<readonly string[]> {
  const words: string[] = [];
  const kept: BroughtImage[] = [];
  for (const image of await brought(folder)) {
    const client = open(image.engine);
    const short = image.id.slice('sha256:'.length, 'sha256:'.length + 12);
    if ((await inspectImage(client, image.id)) === null) continue;
    const said = await removeImage(client, image.id);
    if (said.ok) words.push(`the image ${short} of ${image.engine}`);
    else {
      kept.push(image);
      words.push(`(kept: the image ${short} of ${image.engine}: ${complaint(said.stderr)})`);
    }
  }
  await replaceJson(folder, fileName, { images: kept });
  return words;
}
