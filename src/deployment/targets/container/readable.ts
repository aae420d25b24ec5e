import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { usageError } from '../../../errors.ts';
import { isAbsent } from '../../../disk/faults.ts';

/** Permissions of a file or folder, as the system tells them. */
interface Permissions {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly isFolder: boolean;
}

/** May this user, who is in the group of the same number and in no other, read it, or of a folder: go through it? */
export function isReadableFor(user: number, { mode, uid, gid, isFolder }: Permissions): boolean {
  const shift = uid === user ? 6 : gid === user ? 3 : 0;
  const wanted = isFolder ? 0o5 : 0o4;
  return ((mode >> shift) & wanted) === wanted;
}

/** What of these files and folders this user cannot read, with all that lies below; links are not followed. */
async function* unreadable(user: number, place: string): AsyncGenerator<string> {
  let facts;
  try {
    facts = await stat(place);
  } catch (error) {
    // Whoever sweeps the store took it meanwhile.
    if (isAbsent(error)) return;
    throw error;
  }
  const isFolder = facts.isDirectory();
  if (!isReadableFor(user, { mode: facts.mode, uid: facts.uid, gid: facts.gid, isFolder })) yield place;
  if (!isFolder) return;
  for (const entry of await readdir(place, { withFileTypes: true }))
    if (entry.isDirectory() || entry.isFile()) yield* unreadable(user, path.join(place, entry.name));
}

/**
 * What a container is handed has to be readable for the user that it runs as: what root makes by default is, with a umask of 077 it
 * is not.
 *
 * @throws a usage error that names the first and counts all
 */
export async function requireReadable(user: number, places: readonly string[]): Promise<void> {
  let count = 0;
  let first: string | null = null;
  for (const place of places)
    for await (const each of unreadable(user, place)) {
      first ??= each;
      count += 1;
    }
  if (first === null) return;
  throw usageError({
    code: 'not-readable-inside',
    message: `The container runs as user ${user}, who cannot read ${first}${count === 1 ? '' : ` and ${count - 1} more files and folders`}.`,
    hint: `A container that root starts runs as an ordinary user. Set \`umask 022\`, and let others read what is there: \`chmod -R a+rX ${places.join(' ')}\`; or call it as the user whom the project belongs to.`,
  });
}
