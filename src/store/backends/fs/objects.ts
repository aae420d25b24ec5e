import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Digest } from '../../../digest.ts';
import { sha256 } from '../../../digest.ts';
import { damagedError, usageError } from '../../../errors.ts';
import type { Store, StoredObject } from '../../store.ts';
import { checkDigest, isDigest } from '../../names.ts';
import {
  discard,
  flushFile,
  makeFolder,
  replaceWith,
  syncFolder,
  writeFlushed,
} from '../../../disk/durable.ts';
import { faultCode, isAbsent } from '../../../disk/faults.ts';
import { areaOf, listFolder, objectPath, type Place } from './place.ts';
import { temporaryName } from '../../../disk/temporary.ts';

/** Digest of a file's content, read in pieces. */
export async function digestOfFile(path: string): Promise<Digest> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path)) hash.update(piece as Uint8Array);
  return hash.digest('hex');
}

/** A stage runs again when something of its result is gone; what came from elsewhere has to come again. */
const mend =
  'Run `aieng doctor --repair` (with a bundle that came as a file: `aieng doctor --repair x.tar`), then `aieng run`: the stages whose results are gone write them anew. Fetch a cached or shared store again.';

const absentObject = (digest: Digest): Error =>
  damagedError({
    code: 'object-missing',
    message: `The store has no object ${digest}, although something refers to it.`,
    hint: mend,
  });

const damagedObject = (digest: Digest, got: Digest): Error =>
  damagedError({
    code: 'object-damaged',
    message: `Object ${digest} of the store is damaged: its content has the digest ${got}. It was moved to damaged/.`,
    hint: mend,
  });

/** Copies a file and hashes what is copied, so that the digest is of the bytes that were kept. */
async function copyHashed(from: string, to: string): Promise<Digest> {
  const hash = createHash('sha256');
  const target = await open(to, 'wx', 0o444);
  try {
    for await (const piece of createReadStream(from)) {
      hash.update(piece as Uint8Array);
      await target.writeFile(piece as Uint8Array);
    }
    await target.sync();
  } catch (error) {
    await discard(to);
    if (faultCode(error) !== 'ENOENT') throw error;
    throw usageError({
      code: 'file-not-found',
      message: `There is no file ${from}.`,
      hint: 'Check the path.',
    });
  } finally {
    await target.close();
  }
  return hash.digest('hex');
}

async function temporaryPath(place: Place): Promise<string> {
  await makeFolder(areaOf(place, 'tmp'));
  return areaOf(place, 'tmp', temporaryName(place.environment));
}

/** Keeps the evidence and makes room, so that `has` is honest and the stage that made it runs again. */
async function setAside(place: Place, digest: Digest): Promise<void> {
  const folder = join(place.root, 'damaged');
  await makeFolder(folder);
  try {
    await rename(objectPath(place, digest), join(folder, digest));
  } catch (error) {
    if (!isAbsent(error)) throw error;
  }
}

/** Is the object there and whole? What this process has seen whole is not hashed again. */
async function isSound(place: Place, digest: Digest, sound: Set<Digest>): Promise<boolean> {
  const path = objectPath(place, digest);
  try {
    if (sound.has(digest)) await stat(path);
    else if ((await digestOfFile(path)) !== digest) return false;
  } catch (error) {
    if (isAbsent(error)) return false;
    throw error;
  }
  sound.add(digest);
  return true;
}

/**
 * Makes an object as young as one that was just written, so that what is put again is not taken for one that nobody
 * needs. False where that cannot be: it is gone, or another user's; writing it anew then does the same.
 */
async function renew(place: Place, digest: Digest): Promise<boolean> {
  const now = place.environment.now() / 1000;
  return utimes(objectPath(place, digest), now, now).then(
    () => true,
    () => false,
  );
}

/** Is it there already, and young from now on? */
const isKept = async (place: Place, digest: Digest, sound: Set<Digest>): Promise<boolean> =>
  (await isSound(place, digest, sound)) && renew(place, digest);

/** A finished temporary file becomes the object, over a damaged one where there is one. */
async function publish(place: Place, finished: string, digest: Digest, sound: Set<Digest>): Promise<void> {
  const target = objectPath(place, digest);
  try {
    await makeFolder(dirname(target));
  } catch (error) {
    await discard(finished);
    throw error;
  }
  await replaceWith(finished, target);
  sound.add(digest);
}

/** Reads something of an object and the digest of its content; refuses when that is another. */
async function verified<Content>(
  place: Place,
  digest: Digest,
  read: (path: string) => Promise<{ readonly content: Content; readonly got: Digest }>,
): Promise<Content> {
  let result;
  try {
    result = await read(objectPath(place, checkDigest(digest)));
  } catch (error) {
    throw isAbsent(error) ? absentObject(digest) : error;
  }
  if (result.got === digest) return result.content;
  await setAside(place, digest);
  throw damagedObject(digest, result.got);
}

async function factsOf(path: string): Promise<{ readonly bytes: number; readonly at: number } | undefined> {
  try {
    const { size, mtimeMs } = await stat(path);
    return { bytes: size, at: mtimeMs };
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

async function listObjects(place: Place): Promise<readonly StoredObject[]> {
  const found: StoredObject[] = [];
  for (const two of (await listFolder(areaOf(place, 'objects'))).sort())
    for (const digest of (await listFolder(areaOf(place, 'objects', two))).sort()) {
      const facts = isDigest(digest) ? await factsOf(objectPath(place, digest)) : undefined;
      if (facts !== undefined) found.push({ digest, ...facts });
    }
  return found;
}

/**
 * Takes an object away, unless somebody put it again meanwhile. It is moved aside first and looked at there: from then
 * on whoever puts it finds none and writes it, and who had put it before is seen by its age.
 */
async function removeOld(place: Place, digest: Digest, before: number): Promise<boolean> {
  const path = objectPath(place, checkDigest(digest));
  const first = await factsOf(path);
  if (first === undefined || first.at >= before) return false;
  const aside = await temporaryPath(place);
  try {
    await rename(path, aside);
  } catch (error) {
    if (isAbsent(error)) return false;
    throw error;
  }
  if (((await factsOf(aside))?.at ?? 0) >= before) {
    await replaceWith(aside, path);
    return false;
  }
  await rm(aside, { force: true });
  // Gone for good: no power cut brings it back.
  await syncFolder(dirname(path));
  return true;
}

/** Blobs by their SHA-256: `objects/ab/abcd…`, written whole or not at all, read-only. */
export function objects(
  place: Place,
): Pick<Store, 'put' | 'putFile' | 'putBy' | 'get' | 'path' | 'has' | 'renew' | 'objects' | 'removeObject'> {
  /** Seen whole by this process: not hashed again by `path` and `put`. */
  const sound = new Set<Digest>();
  return {
    async put(content) {
      const digest = sha256(content);
      if (await isKept(place, digest, sound)) return digest;
      const finished = await temporaryPath(place);
      await writeFlushed(finished, content, 0o444);
      await publish(place, finished, digest, sound);
      return digest;
    },
    async putFile(path) {
      const finished = await temporaryPath(place);
      const digest = await copyHashed(path, finished);
      if (await isKept(place, digest, sound)) await discard(finished);
      else await publish(place, finished, digest, sound);
      return digest;
    },
    async putBy(write) {
      const finished = await temporaryPath(place);
      try {
        await write(finished);
        await flushFile(finished);
        const digest = await digestOfFile(finished);
        if (!(await isKept(place, digest, sound))) await publish(place, finished, digest, sound);
        return digest;
      } finally {
        await discard(finished);
      }
    },
    get: (digest) =>
      verified(place, digest, async (path) => {
        const content = await readFile(path);
        return { content, got: sha256(content) };
      }),
    async path(digest) {
      const path = objectPath(place, checkDigest(digest));
      if (await isSound(place, digest, sound)) return path;
      return verified(place, digest, async () => ({ content: path, got: await digestOfFile(path) }));
    },
    async has(digest) {
      try {
        return (await stat(objectPath(place, checkDigest(digest)))).isFile();
      } catch (error) {
        if (isAbsent(error)) return false;
        throw error;
      }
    },
    async renew(digest) {
      if (await renew(place, checkDigest(digest))) return;
      // Another user's: a copy of our own in its place is as young.
      if ((await factsOf(objectPath(place, digest))) === undefined) return;
      const finished = await temporaryPath(place);
      if ((await copyHashed(objectPath(place, digest), finished)) === digest)
        await publish(place, finished, digest, sound);
      else await discard(finished);
    },
    objects: () => listObjects(place),
    removeObject: (digest, before) => removeOld(place, digest, before),
  };
}
