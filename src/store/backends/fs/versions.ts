import { join } from 'node:path';
import { canonicalJson, type Digest } from '../../../digest.ts';
import { usageError } from '../../../errors.ts';
import type { Store } from '../../store.ts';
import { checkDigest, isDigest, nameParts } from '../../names.ts';
import { claimContent } from './durable.ts';
import { damagedFile, members, readJson } from './json.ts';
import { areaOf, type Place } from './place.ts';
import { listFolder } from './records.ts';
import { temporaryName } from './temporary.ts';

/** The version numbers among file names, ascending. */
export function versionsIn(names: readonly string[]): number[] {
  return names
    .flatMap((name) => (/^[1-9]\d{0,8}\.json$/.test(name) ? [Number.parseInt(name, 10)] : []))
    .sort((left, right) => left - right);
}

/**
 * What a version file says.
 *
 * @throws damaged (exit 8) when it does not name a digest.
 */
export async function readVersion(folder: string, version: number): Promise<Digest | undefined> {
  const path = join(folder, `${version}.json`);
  const json = await readJson(path);
  if (json === undefined) return undefined;
  const digest = members(json)?.['digest'];
  if (typeof digest === 'string' && isDigest(digest)) return digest;
  throw damagedFile(path, 'it does not name a digest');
}

/** Versions never change, so each is read once: claims stay cheap when there are many. */
type Known = Map<string, Digest>;

const folderOf = (place: Place, name: string): string =>
  areaOf(place, 'versions', ...nameParts(name, 'bundle'));

async function readKnown(folder: string, version: number, known: Known): Promise<Digest | undefined> {
  const key = join(folder, String(version));
  const digest = known.get(key) ?? (await readVersion(folder, version));
  if (digest !== undefined) known.set(key, digest);
  return digest;
}

async function list(folder: string, known: Known): Promise<{ version: number; digest: Digest }[]> {
  const found: { version: number; digest: Digest }[] = [];
  for (const version of versionsIn(await listFolder(folder))) {
    const digest = await readKnown(folder, version, known);
    if (digest !== undefined) found.push({ version, digest });
  }
  return found;
}

const claimNumber = (place: Place, folder: string, version: number, content: Digest): Promise<boolean> =>
  claimContent(join(folder, `${version}.json`), `${canonicalJson({ digest: content })}\n`, {
    folder: areaOf(place, 'tmp'),
    name: temporaryName(place.environment),
  });

/** Versions of a name: `versions/<name>/<n>.json`, each claimed once and then fixed for ever. */
export function versions(
  place: Place,
): Pick<Store, 'claimVersion' | 'claimExactVersion' | 'version' | 'versions'> {
  const known: Known = new Map();
  return {
    versions: async (name) => list(folderOf(place, name), known),
    async claimVersion(name, content) {
      const folder = folderOf(place, name);
      checkDigest(content);
      // Who loses the next number looks again: the winner may have claimed it for the very same content.
      for (;;) {
        const taken = await list(folder, known);
        const same = taken.find((entry) => entry.digest === content);
        if (same !== undefined) return { version: same.version, existed: true };
        const version = (taken.at(-1)?.version ?? 0) + 1;
        if (await claimNumber(place, folder, version, content)) return { version, existed: false };
      }
    },
    async claimExactVersion(name, version, content) {
      const folder = folderOf(place, name);
      checkDigest(content);
      checkVersion(name, version);
      if (await claimNumber(place, folder, version, content)) return true;
      return (await readKnown(folder, version, known)) === content;
    },
    async version(name, version) {
      checkVersion(name, version);
      return readKnown(folderOf(place, name), version, known);
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
