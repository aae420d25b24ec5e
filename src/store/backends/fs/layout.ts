import { join } from 'node:path';
import { canonicalJson } from '../../../digest.ts';
import { claimContent } from '../../../disk/durable.ts';
import { temporaryName } from '../../../disk/temporary.ts';
import { damagedError } from '../../../errors.ts';
import { damagedFile, members, readJson } from './json.ts';
import { areaOf, ownFolders, type Place } from './place.ts';
import { listFolder } from './records.ts';

/** The layout of `.aieng/` that this aieng writes. 1 is that of aieng 0.1, which had no `layout.json`. */
export const layoutVersion = 2;

/** The first aieng that reads this layout: what an older one asks for. */
const minimumAieng = '0.2.0';

const layoutFile = (place: Place): string => join(place.root, 'layout.json');

/**
 * Refuses a store that an aieng newer than this one made or upgraded. One without a layout is of aieng 0.1, or new.
 *
 * @throws (exit 8) with the aieng that it takes.
 */
export async function checkLayout(place: Place): Promise<void> {
  const path = layoutFile(place);
  const said = await readJson(path);
  if (said === undefined) return;
  const { layout, minimum_aieng: minimum } = members(said) ?? {};
  if (typeof layout !== 'number' || !Number.isInteger(layout) || layout < 1)
    throw damagedFile(path, 'it does not say which layout the store has');
  if (layout <= layoutVersion) return;
  throw damagedError({
    code: 'written-by-newer-aieng',
    message: `${place.root} has layout ${layout}; aieng ${place.environment.version} knows layouts up to ${layoutVersion}.`,
    hint: `Use aieng ${typeof minimum === 'string' ? `${minimum} or newer` : 'of the version that made it'} for this store.`,
    at: { file: path },
  });
}

/** Writes down the layout of a store that is about to get its first content; a store of aieng 0.1 stays one. */
export async function beginLayout(place: Place): Promise<void> {
  const there = await listFolder(place.root);
  if (there.includes('layout.json') || ownFolders.some((folder) => there.includes(folder))) return;
  await claimContent(
    layoutFile(place),
    `${canonicalJson({ layout: layoutVersion, minimum_aieng: minimumAieng })}\n`,
    { folder: areaOf(place, 'tmp'), name: temporaryName(place.environment) },
  );
}
