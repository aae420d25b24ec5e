import { placeOf } from '../data/address.ts';
import type { Snapshot } from '../data/snapshot.ts';
import { canonicalJson } from '../digest.ts';
import { outputOf } from '../tracking/stages.ts';
import { codeParts } from './key.ts';
import { lastStage, recallUsable } from './memory.ts';
import type { CascadeWork } from './stage.ts';

/** What of an ingest's parts says how it was read: what its result is a function of besides the source. */
export type HowRead = Readonly<Record<'snapshot before' | 'full reading', string>>;

/** How this ingest relates to the one before. */
export interface Lineage {
  /** Part of the key. */
  readonly how: Partial<HowRead>;
  /** The snapshot that the new rows are added to; null = everything is read. */
  readonly parent: Snapshot | null;
}

type Named = Readonly<Record<string, unknown>>;

const same = (left: Named, right: Named, names: readonly string[]): boolean =>
  names.every((name) => canonicalJson(left[name] ?? null) === canonicalJson(right[name] ?? null));

/**
 * Whether the rows of a source are read in full, or added to those of the snapshot before. Adding needs a cursor, the same
 * way of reading, and a snapshot that says where the cursor stood. Where nothing changed since then, the key is that of
 * then.
 *
 * @param parts What the ingest depends on, without how it is read.
 * @param version Name of the part that says which rows the source holds.
 */
export async function lineageOf(work: CascadeWork, parts: object, version: string): Promise<Lineage> {
  const { context, pipeline } = work;
  if (work.full === true) return { how: { 'full reading': context.environment.newId() }, parent: null };
  const last = await lastStage(context, pipeline.name, 'ingest');
  if (last === undefined) return { how: {}, parent: null };
  const now: Named = { ...codeParts(context.environment, 'ingest'), ...parts };
  const { 'snapshot before': before, 'full reading': full } = last.parts;
  const names = Object.keys(now);
  if (same(now, last.parts, names)) {
    const how = {
      ...(typeof before === 'string' ? { 'snapshot before': before } : {}),
      ...(typeof full === 'string' ? { 'full reading': full } : {}),
    };
    // The result may be gone from the store: then it is read anew, as a whole.
    if ((await recallUsable(context, 'ingest', last.key)) !== undefined) return { how, parent: null };
    return { how: {}, parent: null };
  }
  const { cursor } = pipeline.source;
  const others = names.filter((name) => name !== version);
  if (cursor === null || !same(now, last.parts, others)) return { how: {}, parent: null };
  if ((await recallUsable(context, 'ingest', last.key)) === undefined) return { how: {}, parent: null };
  const { snapshot } = outputOf.ingest(last);
  const { cursor: stood, files } = snapshot.source ?? {};
  const goesOn =
    placeOf(pipeline.source.path) === 'file'
      ? files !== undefined
      : stood?.column === cursor && stood.last !== null;
  if (!goesOn) return { how: {}, parent: null };
  return { how: { 'snapshot before': snapshot.digest }, parent: snapshot };
}
