import { readdir } from 'node:fs/promises';
import { canonicalJson, type Json } from '../../../digest.ts';
import type { RecordEntry, Store } from '../../store.ts';
import { nameParts, singleName } from '../../names.ts';
import { claimContent } from './durable.ts';
import { isAbsent } from './faults.ts';
import { readJson } from './json.ts';
import { areaOf, type Place } from './place.ts';
import { temporaryName } from './temporary.ts';

/** Names in a folder, or none where there is no folder. */
export async function listFolder(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}

/** Immutable facts: `runs/<kind>/<id>.json`, claimed once. */
export function records(place: Place): Pick<Store, 'record' | 'readRecord' | 'records'> {
  const pathOf = (kind: string, id: string): string =>
    areaOf(place, 'runs', ...nameParts(kind, 'record kind'), `${singleName(id, 'record')}.json`);

  return {
    record: (kind, id, json) =>
      claimContent(pathOf(kind, id), `${canonicalJson(json)}\n`, {
        folder: areaOf(place, 'tmp'),
        name: temporaryName(place.environment),
      }),
    readRecord: (kind, id) => readJson(pathOf(kind, id)),
    async records(kind, limit = Infinity) {
      const folder = areaOf(place, 'runs', ...nameParts(kind, 'record kind'));
      const names = (await listFolder(folder)).filter((name) => name.endsWith('.json'));
      const ids = names.map((name) => name.slice(0, -'.json'.length)).sort();
      const entries: RecordEntry[] = [];
      for (const id of ids.reverse()) {
        if (entries.length >= limit) break;
        const json: Json | undefined = await readJson(pathOf(kind, id));
        if (json !== undefined) entries.push({ id, kind, json });
      }
      return entries;
    },
  };
}
