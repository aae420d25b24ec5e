import { join } from 'node:path';
import { canonicalJson } from '../../../digest.ts';
import { claimContent } from '../../../disk/durable.ts';
import { temporaryName } from '../../../disk/temporary.ts';
import { damagedError } from '../../../errors.ts';
import { damagedFile, members, readJson } from './json.ts';
import { areaOf, listFolder, ownFolders, type Place } from './place.ts';

/** The layout of `.aieng/` that this aieng writes. 1 is that of aieng 0.1, which had no `layout.json`. */
export const layoutVersion = 2;

/** The first aieng that reads this layout: what an older one asks for. */
const minimumAieng = '0.2.0';

/** No command opens a store whose layout is not known. */
const restore = `Restore that file from a copy of the store, or write it again if no newer aieng was used: {"layout":${layoutVersion},"minimum_aieng":"${minimumAieng}"}`;

const layoutFile = (place: Place): string => join(place.root, 'layout.json');

/**
 * Which layout a store has: 1 is that of aieng 0.1; null where nothing was written yet. One that an aieng newer than
 * this one made or upgraded is refused.
 *
 * @throws (exit 8) with the aieng that it takes.
 */
export async function readLayout(place: Place): Promise<number | null> {
  const path = layoutFile(place);
  const said = await readJson(path, restore);
  if (said === undefined) {
    const there = await listFolder(place.root);
    return ownFolders.some((folder) => there.includes(folder)) ? 1 : null;
  }
  const { layout, minimum_aieng: minimum } = members(said) ?? {};
  if (typeof layout !== 'number' || !Number.isInteger(layout) || layout < 1)
    throw damagedFile(path, 'it does not say which layout the store has', undefined, restore);
  if (layout <= layoutVersion) return layout;
  throw damagedError({
    code: 'written-by-newer-aieng',
    message: `${place.root} has layout ${layout}; aieng ${place.environment.version} knows layouts up to ${layoutVersion}.`,
    hint: `Use aieng ${typeof minimum === 'string' ? `${minimum} or newer` : 'of the version that made it'} for this store.`,
    at: { file: path },
  });
}

/** Writes down the layout of a store that is about to get its first content; a store of aieng 0.1 stays one. */
export async function beginLayout(place: Place): Promise<void> {
  if ((await readLayout(place)) === null) await writeLayout(place);
}

/** Writes down the layout of today, where none is written. */
export async function writeLayout(place: Place): Promise<void> {
  await claimContent(
    layoutFile(place),
    `${canonicalJson({ layout: layoutVersion, minimum_aieng: minimumAieng })}\n`,
    { folder: areaOf(place, 'tmp'), name: temporaryName(place.environment) },
  );
}
