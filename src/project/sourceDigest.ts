import { fileDigest } from '../data/sources/fileDigest.ts';
import { fileFacts, isRacy } from '../data/sources/fileFacts.ts';
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
