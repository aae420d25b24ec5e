import { join } from 'node:path';
import { AiengError } from '../errors.ts';
import { openBundle } from '../packaging/bundle.ts';
import { folderNames, readFolder } from '../store/backends/bundleFolder.ts';
import type { Problem } from '../store/store.ts';
import { kindKeptUnder } from '../tracking/index.ts';
import { readRecord } from '../tracking/recordKind.ts';
import type { Context } from './context.ts';

/** Folders of bundles whose files are not what their digests say: what a service would start from. */
async function damagedBundles(context: Context): Promise<readonly Problem[]> {
  const folder = context.store.folderPlace('bundles');
  const problems: Problem[] = [];
  for (const digest of await folderNames(folder)) {
    const path = join(folder, digest);
    const repair = `Move it away (\`mv ${path} ${path}.damaged\`): the next deployment writes it anew from the store.`;
    try {
      const { bundle } = openBundle(await readFolder(path), path);
      if (bundle.digest !== digest)
        problems.push({ what: path, problem: `it holds the bundle ${bundle.digest}`, repair });
    } catch (error) {
      if (!(error instanceof AiengError)) throw error;
      problems.push({ what: path, problem: error.message, repair });
    }
  }
  return problems;
}

/** Records that are whole as files and do not say what their kind says. */
async function misfitRecords({ store }: Context): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  for (const stored of await store.recordKinds()) {
    const found = kindKeptUnder(stored);
    if (found === undefined) continue;
    const { kind, ...of } = found;
    for (const id of await store.recordIds(stored))
      try {
        await readRecord(store, kind, { ...of, id });
      } catch (error) {
        if (!(error instanceof AiengError)) throw error;
        problems.push({ what: store.recordPlace(stored, id), problem: error.message, repair: error.hint });
      }
  }
  return problems;
}

/** Everything of the store that is not as it was written: objects, records, refs, versions, folders of bundles. */
export async function damageOf(context: Context): Promise<readonly Problem[]> {
  const found = await context.store.verify();
  const known = new Set(found.map(({ what }) => what));
  const records = (await misfitRecords(context)).filter(
    ({ what }) => ![...known].some((path) => what.endsWith(path)),
  );
  return [...found, ...records, ...(await damagedBundles(context))];
}
