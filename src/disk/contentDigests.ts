import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Digest } from '../digest.ts';
import { usageError } from '../errors.ts';
import { isAbsent, onDisk } from './faults.ts';

async function digestOfPieces(pieces: AsyncIterable<unknown>): Promise<Digest> {
  const hash = createHash('sha256');
  for await (const piece of pieces) hash.update(piece as Uint8Array);
  return hash.digest('hex');
}

const notPlain = (path: string): Error =>
  usageError({
    code: 'not-a-plain-file',
    message: `${path} is a link or a device: what it leads to may change, so it can be neither signed nor verified.`,
    hint: 'Put the file itself in its place.',
  });

/** What a path is; undefined where nothing is there. A link is none of both. */
export async function kindOfPath(path: string): Promise<'file' | 'folder' | undefined> {
  const facts = await lstat(path).catch(() => undefined);
  if (facts === undefined) return undefined;
  if (facts.isDirectory()) return 'folder';
  if (facts.isFile()) return 'file';
  throw notPlain(path);
}

async function below(root: string, folder: string, found: Map<string, Digest>): Promise<void> {
  for (const name of (await readdir(join(root, folder))).sort()) {
    const path = folder === '' ? name : `${folder}/${name}`;
    // What is left out of every model is not even looked at.
    if (/^\.git(attributes|hub|ignore)?$/.test(path)) continue;
    const facts = await lstat(join(root, path));
    if (facts.isDirectory()) await below(root, path, found);
    else if (facts.isFile()) found.set(path, await digestOfPieces(createReadStream(join(root, path))));
    else throw notPlain(join(root, path));
  }
}

/** SHA-256 of every file below a folder, read in pieces, by path; of one file, by its name. Links are followed nowhere. */
export async function contentDigests(path: string, name: string): Promise<ReadonlyMap<string, Digest>> {
  return onDisk(path, async () => {
    const found = new Map<string, Digest>();
    if ((await kindOfPath(path)) === 'folder') await below(path, '', found);
    else found.set(name, await digestOfPieces(createReadStream(path)));
    return found;
  });
}

/** An archive as it was read: SHA-256 of each file, and the bytes of those that were asked for. */
export interface ArchiveDigests {
  readonly digests: ReadonlyMap<string, Digest>;
  readonly texts: ReadonlyMap<string, string>;
}

const mostText = 10_000_000;

/**
 * The same of the files in a tar, without unpacking it.
 *
 * @param wanted Paths of small files whose text is needed.
 * @throws usage error (exit 2) for what is no tar, or is not there.
 */
export async function archiveDigests(path: string, wanted: readonly string[]): Promise<ArchiveDigests> {
  const { extract } = await import('tar-stream');
  const digests = new Map<string, Digest>();
  const texts = new Map<string, string>();
  const unpacker = extract();
  const source = createReadStream(path);
  source.on('error', (error) => unpacker.destroy(error));
  source.pipe(unpacker);
  try {
    for await (const entry of unpacker) {
      const { name, type, size } = entry.header;
      const plain = name.replace(/^(?:\.\/)+/, '');
      if (type === 'directory') {
        entry.resume();
        continue;
      }
      if (type !== 'file' || digests.has(plain)) throw notPlain(`${path}: ${plain.slice(0, 200)}`);
      const pieces: Uint8Array[] = [];
      const hash = createHash('sha256');
      for await (const piece of entry) {
        hash.update(piece as Uint8Array);
        if (wanted.includes(plain) && size <= mostText) pieces.push(piece as Uint8Array);
      }
      digests.set(plain, hash.digest('hex'));
      if (pieces.length > 0) texts.set(plain, Buffer.concat(pieces).toString('utf8'));
    }
  } catch (error) {
    if (error instanceof Error && error.name === 'AiengError') throw error;
    throw usageError({
      code: isAbsent(error) ? 'file-not-found' : 'not-an-archive',
      message: isAbsent(error) ? `There is no file ${path}.` : `${path} is not a whole tar archive.`,
      hint: 'Name a bundle, an image (OCI layout or its tar), a model file or a folder.',
      cause: error,
    });
  }
  return { digests, texts };
}
