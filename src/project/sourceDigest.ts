import { fileDigest } from '../data/sources/fileDigest.ts';
import { digestOfFiles, listFiles } from '../data/sources/fileList.ts';
import { fileFacts, isRacy } from '../data/sources/fileFacts.ts';
import type { RowsFile } from '../data/source.ts';
import type { Digest } from '../digest.ts';
import { knownFileDigest, rememberFileDigest } from '../tracking/fileDigests.ts';
import type { Context } from './context.ts';

/**
 * SHA-256 of a source file, without reading it where it was hashed before and nothing was written to it since, by size,
 * times and inode, as git tells it. What was written so shortly before it was hashed that the file system's clock cannot
 * tell whether more followed is hashed again the next time.
 *
 * @param display The path as the user wrote it, for messages.
 * @throws usage error (exit 2) where the file cannot be read.
 */
export async function sourceDigest(
  { store, environment }: Pick<Context, 'store' | 'environment'>,
  path: string,
  display: string,
): Promise<Digest> {
  const facts = await fileFacts(path);
  const known = facts && (await knownFileDigest({ store }, { path, facts: { ...facts } }));
  if (known !== undefined) return known;
  const at = environment.now();
  const digest = await fileDigest(path, display);
  if (facts === undefined || isRacy(facts, at)) return digest;
  const state = { path, facts: { ...facts } };
  const after = await fileFacts(path);
  // Where it was written to meanwhile, nobody knows which state the digest is of.
  if (JSON.stringify(after) === JSON.stringify(facts))
    await rememberFileDigest({ store }, state, { digest, at });
  return digest;
}

/** The same of a source that may be several files: then of their names and digests. */
export async function digestOfSource(
  context: Pick<Context, 'store' | 'environment'>,
  source: RowsFile,
): Promise<Digest> {
  const files = await digestsOfFiles(context, source);
  return files === null ? sourceDigest(context, source.path, source.displayPath) : digestOfFiles(files);
}

/** One of several files, and its digest. */
export interface DigestedFile {
  /** The way to it from the folder. */
  readonly name: string;
  readonly displayPath: string;
  readonly digest: Digest;
}

/** The files of a source that are read as one; null where it is one file. */
export async function digestsOfFiles(
  context: Pick<Context, 'store' | 'environment'>,
  source: RowsFile,
): Promise<readonly DigestedFile[] | null> {
  const list = await listFiles(source);
  if (list === null) return null;
  const files: DigestedFile[] = [];
  for (const { name, path, displayPath } of list.files)
    files.push({ name, displayPath, digest: await sourceDigest(context, path, displayPath) });
  return files;
}
