import type { Digest } from '../../digest.ts';
import { AiengError } from '../../errors.ts';
import { kindKeptUnder } from '../../tracking/index.ts';
import { readRecord } from '../../tracking/recordKind.ts';
import { referencesOf } from '../../tracking/references.ts';
import type { Context } from '../context.ts';

/** Objects that any record names. One that cannot be read names nothing that is known. */
async function namedObjects({ store }: Pick<Context, 'store'>): Promise<ReadonlySet<Digest>> {
  const named = new Set<Digest>();
  for (const stored of await store.recordKinds()) {
    const found = kindKeptUnder(stored);
    if (found === undefined) continue;
    const { kind, ...of } = found;
    for (const id of await store.recordIds(stored))
      try {
        const content = await readRecord(store, kind, { ...of, id });
        if (content === undefined) continue;
        for (const digest of referencesOf(kind.shape, content).objects) named.add(digest);
      } catch (error) {
        if (!(error instanceof AiengError)) throw error;
      }
  }
  return named;
}

/**
 * Removes objects that held a row which is to be forgotten, also those that a killed run left; how many stay because
 * another record names them (a row that came again with the same bytes).
 */
export async function removeReplaced(
  context: Pick<Context, 'store'>,
  records: readonly { readonly content: { readonly replaced?: readonly Digest[] } }[],
): Promise<number> {
  const { store } = context;
  const left: Digest[] = [];
  for (const digest of new Set(records.flatMap(({ content }) => content.replaced ?? [])))
    if (await store.has(digest)) left.push(digest);
  if (left.length === 0) return 0;
  const named = await namedObjects(context);
  let kept = 0;
  for (const digest of left)
    if (named.has(digest)) kept += 1;
    else await store.removeObject(digest, Infinity);
  return kept;
}
