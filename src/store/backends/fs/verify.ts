import { readdir } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import type { Problem } from '../../store.ts';
import { isDigest } from '../../names.ts';
import { isAbsent } from '../../../disk/faults.ts';
import { digestOfFile } from './objects.ts';
import { areaOf, type Place } from './place.ts';
import { recordPlace } from './records.ts';
import { movesIn, readMove } from './refs.ts';
import { readSealed } from './sealedFile.ts';
import { readVersion, versionsIn } from './versions.ts';

export interface Folder {
  readonly path: string;
  readonly files: readonly string[];
}

/** Folders under `root` that hold files, with the names of those. */
export async function walk(root: string): Promise<Folder[]> {
  let entries;
  try {
    entries = await readdir(root, { withFileTypes: true });
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
  const files = entries.filter((entry) => !entry.isDirectory()).map((entry) => entry.name);
  const below: Folder[] = files.length === 0 ? [] : [{ path: root, files: files.sort() }];
  for (const entry of entries) if (entry.isDirectory()) below.push(...(await walk(join(root, entry.name))));
  return below;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

async function problemOf(check: () => Promise<string | undefined>): Promise<string | undefined> {
  try {
    return await check();
  } catch (error) {
    // Gone since it was listed: somebody else set it aside.
    return isAbsent(error) ? undefined : messageOf(error);
  }
}

async function checkObject(path: string): Promise<string | undefined> {
  const name = basename(path);
  if (!isDigest(name)) return 'its name is not a digest';
  if (basename(dirname(path)) !== name.slice(0, 2)) return 'it lies in the wrong folder';
  const got = await digestOfFile(path);
  return got === name ? undefined : `its content has the digest ${got}`;
}

async function checkRecord(place: Place, path: string): Promise<string | undefined> {
  if (!path.endsWith('.json')) return 'it is not a record';
  const [, kind = '', name = ''] = relative(place.root, path).split(sep);
  await readSealed(place, path, recordPlace(kind, basename(name, '.json')));
  return undefined;
}

/** `refs/stages/churn/train` → `stages/churn/train`. */
export const nameOf = (place: Place, { path }: Folder): string =>
  relative(place.root, path).split(sep).slice(1).join('/');

/** Moves must be numbered without a gap, and each must start where the one before ended. */
async function checkRef(place: Place, folder: Folder): Promise<string | undefined> {
  const moves = movesIn(folder.files);
  if (moves.length !== folder.files.length) return 'it holds files that are not moves of a ref';
  let before: string | null = null;
  for (const [index, move] of moves.entries()) {
    if (move !== index + 1) return `move ${index + 1} is missing`;
    const entry = await readMove(place, nameOf(place, folder), move);
    if (entry.previous !== before) return `move ${move} does not start where move ${index} ended`;
    before = entry.value;
  }
  return undefined;
}

async function checkVersion(place: Place, folder: Folder, file: string): Promise<string | undefined> {
  const [version] = versionsIn([file]);
  if (version === undefined) return 'it is no version';
  await readVersion(place, nameOf(place, folder), version);
  return undefined;
}

/** Looks at every object, record, ref and version. Reads everything once; changes nothing. */
export async function verify(place: Place): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  const note = async (
    path: string,
    repair: string,
    check: () => Promise<string | undefined>,
  ): Promise<void> => {
    const problem = await problemOf(check);
    if (problem !== undefined) problems.push({ what: relative(place.root, path), problem, repair });
  };

  for (const folder of await walk(areaOf(place, 'objects')))
    for (const file of folder.files) {
      const path = join(folder.path, file);
      const repair = `Run \`aieng doctor --repair\`, which has what bundles hold. Else delete ${path} and run \`aieng run\`: the stage that wrote it runs again.`;
      await note(path, repair, () => checkObject(path));
    }
  for (const folder of await walk(areaOf(place, 'runs')))
    for (const file of folder.files) {
      const path = join(folder.path, file);
      await note(path, `Delete ${path}, then run the command again.`, () => checkRecord(place, path));
    }
  for (const folder of await walk(areaOf(place, 'refs')))
    await note(folder.path, `Restore ${folder.path} from a copy, or delete it: the ref starts anew.`, () =>
      checkRef(place, folder),
    );
  for (const folder of await walk(areaOf(place, 'versions')))
    for (const file of folder.files) {
      const path = join(folder.path, file);
      const repair = `Run \`aieng doctor --repair\`, which claims anew what refs and records know; else restore ${path} from a copy of the store.`;
      await note(path, repair, () => checkVersion(place, folder, file));
    }
  return problems;
}
