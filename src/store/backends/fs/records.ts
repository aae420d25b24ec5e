import { unlink } from 'node:fs/promises';
import type { Store } from '../../store.ts';
import { nameParts, singleName } from '../../names.ts';
import { seal } from '../../sealed.ts';
import { claimContent } from '../../../disk/durable.ts';
import { isAbsent } from '../../../disk/faults.ts';
import { areaOf, listFolder, type Place } from './place.ts';
import { readSealed, replaceDocument } from './sealedFile.ts';
import { temporaryName } from '../../../disk/temporary.ts';

/** What a record is sealed with: its place in every backend. */
export const recordPlace = (kind: string, id: string): string => `runs/${kind}/${id}`;

/** Immutable facts: `runs/<kind>/<id>.json`, claimed once. */
export function records(
  place: Place,
): Pick<
  Store,
  'record' | 'replaceRecord' | 'readRecord' | 'recordPlace' | 'recordIds' | 'recordKinds' | 'removeRecord'
> {
  const pathOf = (kind: string, id: string): string =>
    areaOf(place, 'runs', ...nameParts(kind, 'record kind'), `${singleName(id, 'record')}.json`);
  return {
    record: async (kind, id, json) =>
      claimContent(pathOf(kind, id), seal(recordPlace(kind, id), json), {
        folder: areaOf(place, 'tmp'),
        name: temporaryName(place.environment),
      }),
    replaceRecord: (kind, id, json) => replaceDocument(place, pathOf(kind, id), recordPlace(kind, id), json),
    recordPlace: pathOf,
    readRecord: async (kind, id) => readSealed(place, pathOf(kind, id), recordPlace(kind, id)),
    async removeRecord(kind, id) {
      try {
        await unlink(pathOf(kind, id));
        return true;
      } catch (error) {
        if (isAbsent(error)) return false;
        throw error;
      }
    },
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
