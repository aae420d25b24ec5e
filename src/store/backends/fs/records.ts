import { readdir } from 'node:fs/promises';
import type { Store } from '../../store.ts';
import { nameParts, singleName } from '../../names.ts';
import { seal } from '../../sealed.ts';
import { claimContent } from '../../../disk/durable.ts';
import { isAbsent } from '../../../disk/faults.ts';
import { readSealed } from './json.ts';
import { areaOf, type Place } from './place.ts';
import { temporaryName } from '../../../disk/temporary.ts';

/** Names in a folder, or none where there is no folder. */
export async function listFolder(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}

/** What a record is sealed with: its place in every backend. */
export const recordPlace = (kind: string, id: string): string => `runs/${kind}/${id}`;

/** Immutable facts: `runs/<kind>/<id>.json`, claimed once. */
export function records(
  place: Place,
): Pick<Store, 'record' | 'readRecord' | 'recordPlace' | 'recordIds' | 'recordKinds'> {
  const pathOf = (kind: string, id: string): string =>
    areaOf(place, 'runs', ...nameParts(kind, 'record kind'), `${singleName(id, 'record')}.json`);
  return {
    record: async (kind, id, json) =>
      claimContent(pathOf(kind, id), seal(recordPlace(kind, id), json), {
        folder: areaOf(place, 'tmp'),
        name: temporaryName(place.environment),
      }),
    recordPlace: pathOf,
    readRecord: async (kind, id) => readSealed(pathOf(kind, id), recordPlace(kind, id)),
    async recordIds(kind) {
      const names = await listFolder(areaOf(place, 'runs', ...nameParts(kind, 'record kind')));
      return names
        .filter((name) => name.endsWith('.json'))
        .map((name) => name.slice(0, -'.json'.length))
        .sort()
        .reverse();
    },
    recordKinds: async () => (await listFolder(areaOf(place, 'runs'))).sort(),
  };
}
