import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { RefEntry, Store } from '../../store.ts';
import { nameParts } from '../../names.ts';
import { seal } from '../../sealed.ts';
import { claimContent } from '../../../disk/durable.ts';
import { isAbsent } from '../../../disk/faults.ts';
import { damagedFile, members } from './json.ts';
import { areaOf, listFolder, type Place } from './place.ts';
import { readSealed } from './sealedFile.ts';
import { temporaryName } from '../../../disk/temporary.ts';

export const moveFile = /^(\d{8})\.json$/;
const fileOf = (move: number): string => `${String(move).padStart(8, '0')}.json`;

/** The numbers of a ref's moves, ascending. */
export function movesIn(names: readonly string[]): number[] {
  return names
    .flatMap((name) => {
      const match = moveFile.exec(name);
      return match === null ? [] : [Number(match[1])];
    })
    .sort((left, right) => left - right);
}

const folderOf = (place: Place, name: string): string => areaOf(place, 'refs', ...nameParts(name, 'ref'));

/** What a move is sealed with: its place in every backend. */
export const movePlace = (name: string, move: number): string => `refs/${name}/${move}`;

/**
 * One move of a ref, read and checked.
 *
 * @throws damaged (exit 8) when it is not one.
 */
export async function readMove(place: Place, name: string, move: number): Promise<RefEntry> {
  const path = join(folderOf(place, name), fileOf(move));
  const entry = members(await readSealed(place, path, movePlace(name, move)));
  const { value, previous, at, why } = entry ?? {};
  if (
    typeof value === 'string' &&
    (typeof previous === 'string' || previous === null) &&
    typeof at === 'number' &&
    typeof why === 'string'
  )
    return { value, previous, at, why };
  throw damagedFile(path, 'it does not say where the ref moved');
}

/**
 * Names of the refs below a folder. A ref of ten thousand moves is as many files, so folders that nobody asked for are not
 * listed, and no path is made of a move's name.
 */
async function refsBelow(root: string, folder: string): Promise<string[]> {
  let entries;
  try {
    entries = await readdir(join(root, folder), { withFileTypes: true });
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
  const within = await Promise.all(
    entries.filter((entry) => entry.isDirectory()).map(({ name }) => refsBelow(root, `${folder}${name}/`)),
  );
  const isRef = folder !== '' && entries.some(({ name }) => moveFile.test(name));
  return [...(isRef ? [folder.slice(0, -1)] : []), ...within.flat()];
}

/**
 * Named pointers. A ref is a folder of numbered moves; the highest number is its value, all of them its history. To
 * move it is to claim the next number, which exactly one process gets. Nothing is ever deleted, so who has seen move
 * n and then claims n + 1 knows that nobody moved in between.
 */
export function refs(place: Place): Pick<Store, 'readRef' | 'refHistory' | 'refs' | 'compareAndSet'> {
  const newest = async (folder: string): Promise<number> => movesIn(await listFolder(folder)).at(-1) ?? 0;

  return {
    async readRef(name) {
      const folder = folderOf(place, name);
      const move = await newest(folder);
      return move === 0 ? undefined : (await readMove(place, name, move)).value;
    },
    async refHistory(name) {
      const folder = folderOf(place, name);
      const moves = movesIn(await listFolder(folder));
      return Promise.all(moves.map((move) => readMove(place, name, move)));
    },
    refs: async (prefix) =>
      (await refsBelow(areaOf(place, 'refs'), prefix.slice(0, prefix.lastIndexOf('/') + 1)))
        .filter((name) => name.startsWith(prefix))
        .sort(),
    async compareAndSet(name, expected, next, why) {
      const folder = folderOf(place, name);
      const move = await newest(folder);
      const current = move === 0 ? undefined : (await readMove(place, name, move)).value;
      if (current !== expected) return false;
      const entry: RefEntry = { value: next, previous: current ?? null, at: place.environment.now(), why };
      return claimContent(join(folder, fileOf(move + 1)), seal(movePlace(name, move + 1), entry), {
        folder: areaOf(place, 'tmp'),
        name: temporaryName(place.environment),
      });
    },
  };
}
