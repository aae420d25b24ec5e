import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isAbsent } from '../../../disk/faults.ts';
import type { Environment } from '../../../environment/environment.ts';
import type { Digest } from '../../../digest.ts';

/** Where a store lives and in which world. */
export interface Place {
  /** Absolute. */
  readonly root: string;
  readonly environment: Environment;
}

/** The layout of `.aieng/` (docs/concepts.md). Whatever is not named here belongs to `Store.folder`. */
export const ownFolders = ['objects', 'runs', 'refs', 'versions', 'locks'] as const;

/** A folder of the layout. */
export const areaOf = (
  place: Place,
  area: (typeof ownFolders)[number] | 'tmp',
  ...parts: readonly string[]
): string => join(place.root, area, ...parts);

/** `objects/ab/abcd…`: 256 folders keep each one short. */
export const objectPath = (place: Place, digest: Digest): string =>
  areaOf(place, 'objects', digest.slice(0, 2), digest);

/** Names in a folder, or none where there is no folder. */
export async function listFolder(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}
