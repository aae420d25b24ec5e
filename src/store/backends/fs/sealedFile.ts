import type { Json } from '../../../digest.ts';
import { replaceWith, makeFolder, writeFlushed } from '../../../disk/durable.ts';
import { temporaryName } from '../../../disk/temporary.ts';
import { seal, unseal } from '../../sealed.ts';
import { damagedFile, readJson } from './json.ts';
import { readLayout } from './layout.ts';
import { areaOf, type Place } from './place.ts';

/** A document with whether it carries its digest; undefined where there is none. */
async function readOnce(
  path: string,
  sealedAs: string,
): Promise<{ readonly content: Json; readonly sealed: boolean } | undefined> {
  const json = await readJson(path);
  if (json === undefined) return undefined;
  const { content, seal } = unseal(sealedAs, json);
  if (seal === 'broken')
    throw damagedFile(path, 'it was changed after it was written (its digest does not fit)');
  return { content, sealed: seal === 'whole' };
}

/**
 * A document that carries its digest, without it. One without a digest is what aieng 0.1 wrote where the store is of
 * its layout; anywhere else the digest was taken off.
 *
 * @throws damaged (exit 8) when it is not JSON, or its digest is of something else or missing.
 */
export async function readDocument(
  place: Place,
  path: string,
  sealedAs: string,
): Promise<{ readonly content: Json; readonly sealed: boolean } | undefined> {
  const found = await readOnce(path, sealedAs);
  if (found === undefined || found.sealed || (await readLayout(place)) === 1) return found;
  // Read before and asked for its layout after an upgrade: then it is sealed by now.
  const again = await readOnce(path, sealedAs);
  if (again === undefined || again.sealed) return again;
  throw damagedFile(path, 'it has no digest, and every document of this store has one');
}

/** See `readDocument`: what it says. */
export async function readSealed(place: Place, path: string, sealedAs: string): Promise<Json | undefined> {
  return (await readDocument(place, path, sealedAs))?.content;
}

/** Puts a document with its digest in the place of one that aieng 0.1 wrote: readers see the one or the other. */
export async function replaceDocument(
  place: Place,
  path: string,
  sealedAs: string,
  content: unknown,
): Promise<void> {
  const folder = areaOf(place, 'tmp');
  await makeFolder(folder);
  const finished = `${folder}/${temporaryName(place.environment)}`;
  await writeFlushed(finished, seal(sealedAs, content), 0o444);
  await replaceWith(finished, path);
}
