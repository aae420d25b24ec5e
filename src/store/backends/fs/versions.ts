import { join } from 'node:path';
import type { Digest } from '../../../digest.ts';
import { usageError } from '../../../errors.ts';
import type { Store } from '../../store.ts';
import { checkDigest, isDigest, nameParts } from '../../names.ts';
import { seal } from '../../sealed.ts';
import { claimContent } from '../../../disk/durable.ts';
import { damagedFile, members } from './json.ts';
import { areaOf, listFolder, type Place } from './place.ts';
import { readSealed } from './sealedFile.ts';
import { temporaryName } from '../../../disk/temporary.ts';

/** The version numbers among file names, ascending. */
export function versionsIn(names: readonly string[]): number[] {
  return names
    .flatMap((name) => (/^[1-9]\d{0,8}\.json$/.test(name) ? [Number.parseInt(name, 10)] : []))
    .sort((left, right) => left - right);
}

const folderOf = (place: Place, name: string): string =>
  areaOf(place, 'versions', ...nameParts(name, 'bundle'));

/** What a version is sealed with: its place in every backend. */
export const versionPlace = (name: string, version: number): string => `versions/${name}/${version}`;

/**
 * What a version file says.
 *
 * @throws damaged (exit 8) when it does not name a digest.
 */
export async function readVersion(place: Place, name: string, version: number): Promise<Digest | undefined> {
  const path = join(folderOf(place, name), `${version}.json`);
  const json = await readSealed(place, path, versionPlace(name, version));
  if (json === undefined) return undefined;
  const digest = members(json)?.['digest'];
  if (typeof digest === 'string' && isDigest(digest)) return digest;
  throw damagedFile(path, 'it does not name a digest');
}

/** Versions never change, so each is read once: claims stay cheap when there are many. */
type Known = Map<string, Digest>;

async function readKnown(
  place: Place,
  name: string,
  version: number,
  known: Known,
): Promise<Digest | undefined> {
  const key = `${name}/${version}`;
  const digest = known.get(key) ?? (await readVersion(place, name, version));
  if (digest !== undefined) known.set(key, digest);
  return digest;
}

async function list(
  place: Place,
  name: string,
  known: Known,
): Promise<{ version: number; digest: Digest }[]> {
  const found: { version: number; digest: Digest }[] = [];
  for (const version of versionsIn(await listFolder(folderOf(place, name)))) {
    const digest = await readKnown(place, name, version, known);
    if (digest !== undefined) found.push({ version, digest });
  }
  return found;
}

/** Numbers are claimed in order, and only the last ones are asked for: a name may have thousands. */
async function newest(
  place: Place,
  name: string,
  most: number,
  known: Known,
): Promise<{ versions: { version: number; digest: Digest }[]; all: number }> {
  const numbers = versionsIn(await listFolder(folderOf(place, name))).reverse();
  const found: { version: number; digest: Digest }[] = [];
  for (const version of numbers) {
    if (found.length >= most) break;
    const digest = await readKnown(place, name, version, known);
    if (digest !== undefined) found.push({ version, digest });
  }
  return { versions: found, all: numbers.length };
}

const claimNumber = (place: Place, name: string, version: number, content: Digest): Promise<boolean> =>
  claimContent(
    join(folderOf(place, name), `${version}.json`),
    seal(versionPlace(name, version), { digest: content }),
    { folder: areaOf(place, 'tmp'), name: temporaryName(place.environment) },
  );

/** Versions of a name: `versions/<name>/<n>.json`, each claimed once and then fixed for ever. */
export function versions(
  place: Place,
): Pick<
  Store,
  | 'claimVersion'
  | 'claimExactVersion'
  | 'version'
  | 'versions'
  | 'newestVersion'
  | 'newestVersions'
  | 'versionNames'
> {
  const known: Known = new Map();
  return {
    versions: async (name) => list(place, name, known),
    newestVersion: async (name) => (await newest(place, name, 1, known)).versions[0],
    newestVersions: async (name, most) => newest(place, name, most, known),
    versionNames: async () => (await listFolder(areaOf(place, 'versions'))).sort(),
    async claimVersion(name, content) {
      checkDigest(content);
      // Who loses the next number looks again: the winner may have claimed it for the very same content.
      for (;;) {
        const taken = await list(place, name, known);
        const same = taken.find((entry) => entry.digest === content);
        if (same !== undefined) return { version: same.version, existed: true };
        const version = (taken.at(-1)?.version ?? 0) + 1;
        if (await claimNumber(place, name, version, content)) return { version, existed: false };
      }
    },
    async claimExactVersion(name, version, content) {
      checkDigest(content);
      checkVersion(name, version);
      if (await claimNumber(place, name, version, content)) return true;
      return (await readKnown(place, name, version, known)) === content;
    },
    async version(name, version) {
      checkVersion(name, version);
      return readKnown(place, name, version, known);
    },
  };
}

function checkVersion(name: string, version: number): void {
  if (Number.isInteger(version) && version >= 1 && version < 1_000_000_000) return;
  throw usageError({
    code: 'invalid-version',
    message: `${name}@${version} is not a version: expected a whole number from 1.`,
    hint: `Write it like ${name}@1.`,
  });
}
