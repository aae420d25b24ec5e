import { join } from 'node:path';
import { bytesBelow, entriesOf } from '../../../disk/folder.ts';
import { AiengError } from '../../../errors.ts';
import { planCollection } from '../../../project/collection/collection.ts';
import { readFacts } from '../../../project/collection/facts.ts';
import type { Context } from '../../../project/context.ts';
import { openPipeline } from '../../../project/openPipeline.ts';
import type { Heap, StoreFactsShown, StoreSizes } from '../../../ui/pages/store/store.tsx';
import type { Reading } from './reading.ts';

const heap = (name: string, of: readonly { readonly bytes: number }[]): Heap => ({
  name,
  count: of.length,
  bytes: of.reduce((sum, { bytes }) => sum + bytes, 0),
});

/** How long a pipeline keeps its predictions; null where its file does not open. */
async function keptDays(context: Context, name: string): Promise<number | null> {
  try {
    return (await openPipeline(context, name)).logs.keep_days;
  } catch (error) {
    if (error instanceof AiengError) return null;
    throw error;
  }
}

async function logsOf(context: Context, root: string): Promise<StoreSizes['logs']> {
  const folders = (await entriesOf(join(root, 'logs'))).filter(({ isFolder }) => isFolder);
  return Promise.all(
    folders.map(async (entry) => ({
      pipeline: entry.name,
      days: await keptDays(context, entry.name),
      bytes: await bytesBelow(entry),
    })),
  );
}

/** Looks at all of the store, as `gc --dry-run` does. */
export async function findSizes(context: Context): Promise<StoreSizes> {
  const { root, facts } = await readFacts(context);
  const plan = planCollection(facts, context.environment.now());
  const logs = await logsOf(context, root);
  const kinds = await context.store.recordKinds();
  const reasons = [...new Set(plan.kept.values())].sort();
  return {
    folder: root,
    holds: [
      heap('objects: snapshots, models, reports of stages', facts.objects),
      heap('unpacked bundles', facts.bundleFolders),
      heap('images', facts.images),
      heap('layers that images are made of', facts.blobs),
      heap('report pages', facts.reports),
      heap('half-done files', facts.temporaries),
      { name: 'prediction logs', count: logs.length, bytes: logs.reduce((sum, { bytes }) => sum + bytes, 0) },
    ],
    records: await Promise.all(
      kinds.map(async (name) => ({ name, count: (await context.store.recordIds(name)).length })),
    ),
    kept: reasons.map((why) =>
      heap(
        why,
        facts.objects.filter(({ digest }) => plan.kept.get(digest) === why),
      ),
    ),
    goes: [
      heap('objects', plan.objects),
      heap('unpacked bundles', plan.bundleFolders),
      heap('images', plan.images),
      heap('layers of images', plan.blobs),
      heap('half-done files', plan.temporaries),
      heap('report pages', plan.reports),
    ],
    logs,
    held: plan.held,
  };
}

/** What the store holds. */
export const loadStore = async ({ sizes }: Reading): Promise<StoreFactsShown> => ({
  sizes: await sizes.known(),
});
