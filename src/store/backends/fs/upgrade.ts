import { basename, join, relative, sep } from 'node:path';
import { canonicalJson } from '../../../digest.ts';
import type { Json } from '../../../digest.ts';
import { AiengError } from '../../../errors.ts';
import type { Problem, Sealed } from '../../store.ts';
import { areaOf, type Place } from './place.ts';
import { recordPlace } from './records.ts';
import { moveFile, movePlace, readMove } from './refs.ts';
import { readDocument, replaceDocument } from './sealedFile.ts';
import type { Folder } from './verify.ts';
import { nameOf, walk } from './verify.ts';
import { readVersion, versionPlace, versionsIn } from './versions.ts';

/** A document of the store: where it lies, what it is sealed with, what it should say today. */
interface Document {
  readonly path: string;
  readonly sealedAs: string;
  readonly today: (content: Json) => object | Promise<object>;
}

const asItIs = (content: Json): object => ({ ...(content as object) });

function recordsOf(
  place: Place,
  folder: Folder,
  today: (kind: string, id: string, content: Json) => object,
): readonly Document[] {
  const [, kind = ''] = relative(place.root, folder.path).split(sep);
  return folder.files
    .filter((file) => file.endsWith('.json'))
    .map((file) => {
      const id = basename(file, '.json');
      return {
        path: join(folder.path, file),
        sealedAs: recordPlace(kind, id),
        today: (content) => today(kind, id, content),
      };
    });
}

function movesOf(place: Place, folder: Folder): readonly Document[] {
  const name = nameOf(place, folder);
  return folder.files
    .filter((file) => moveFile.test(file))
    .map((file) => {
      const move = Number.parseInt(file, 10);
      return {
        path: join(folder.path, file),
        sealedAs: movePlace(name, move),
        // Read by its own reader: what is no move gets no digest that would say that it is one.
        today: async (content) => {
          await readMove(place, name, move);
          return asItIs(content);
        },
      };
    });
}

function versionsOf(place: Place, folder: Folder): readonly Document[] {
  const name = nameOf(place, folder);
  return versionsIn(folder.files).map((version) => ({
    path: join(folder.path, `${version}.json`),
    sealedAs: versionPlace(name, version),
    today: async (content) => {
      await readVersion(place, name, version);
      return asItIs(content);
    },
  }));
}

/**
 * Brings every record, ref and version to the form of today, each by one rename: whoever is stopped goes on where it
 * was. What is so already is not written again; what is damaged is left as it is and named.
 */
export async function sealAll(
  place: Place,
  today: (kind: string, id: string, content: Json) => object,
): Promise<Sealed> {
  const damaged: Problem[] = [];
  const bring = async ({ path, sealedAs, today: wanted }: Document): Promise<boolean> => {
    try {
      const found = await readDocument(place, path, sealedAs);
      if (found === undefined) return false;
      const content = await wanted(found.content);
      if (found.sealed && canonicalJson(content) === canonicalJson(found.content)) return false;
      await replaceDocument(place, path, sealedAs, content);
      return true;
    } catch (error) {
      if (!(error instanceof AiengError) || error.exitCode !== 8 || error.code === 'written-by-newer-aieng')
        throw error;
      damaged.push({ what: relative(place.root, path), problem: error.message, repair: error.hint });
      return false;
    }
  };
  const count = async (
    area: 'runs' | 'refs' | 'versions',
    documentsOf: (folder: Folder) => readonly Document[],
  ): Promise<number> => {
    let brought = 0;
    for (const folder of await walk(areaOf(place, area)))
      for (const document of documentsOf(folder)) if (await bring(document)) brought += 1;
    return brought;
  };
  const records = await count('runs', (folder) => recordsOf(place, folder, today));
  const refs = await count('refs', (folder) => movesOf(place, folder));
  const versions = await count('versions', (folder) => versionsOf(place, folder));
  return { records, refs, versions, damaged };
}
