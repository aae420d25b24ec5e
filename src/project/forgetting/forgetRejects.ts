import type { Digest, Json } from '../../digest.ts';
import { decodeQuarantine, encodeQuarantine } from '../../data/quarantine.ts';
import { rowIds, rowsWithoutId } from '../../data/rowId.ts';
import type { RowSchema } from '../../data/schema.ts';
import type { Snapshot } from '../../data/snapshot.ts';
import type { Rejection, RowsFile } from '../../data/source.ts';
import type { Pipeline } from '../../pipeline/pipeline.ts';
import { fittedRowsKind } from '../../tracking/fittedRows.ts';
import { listRecords, replaceRecord } from '../../tracking/recordKind.ts';
import { everyMended, readMended, replaceMended } from '../../tracking/mended.ts';
import { everyRejects, replaceRejects } from '../../tracking/rejects.ts';
import type { IngestOutput } from '../../tracking/stageOutputs.ts';
import { outputOf, stageKinds } from '../../tracking/stages.ts';
import type { Context } from '../context.ts';
import { removeReplaced } from './forgottenObjects.ts';
import { openRowSchema, sourceFile } from '../inputs.ts';
import { readRecordText, recordFile } from '../recordFile.ts';

/** What became of rejected records. */
export interface ForgottenRejects {
  readonly removed: number;
  /** Of the last ingest: which row they are of cannot be told, so they stay. */
  readonly ofAnybody: number;
  /** Objects that stay because another pipeline's ingest names them too. */
  readonly shared: number;
}

/** The id of a rejected record; null where it cannot be told. */
async function idOf(
  file: RowsFile | null,
  schema: RowSchema,
  columns: readonly string[],
  { raw }: Pick<Rejection, 'raw'>,
): Promise<string | null> {
  if (file === null || columns.length === 0) return null;
  const read = await readRecordText(file, raw, { schema, required: [], optional: columns });
  if (read?.table.rows !== 1 || rowsWithoutId(read.table, columns) > 0) return null;
  return rowIds(read.table, { rowIdColumns: columns, featureColumns: [] })[0] ?? null;
}

/** Records of a source without those of a row. */
type Look = <Record extends Pick<Rejection, 'raw'>>(
  records: readonly Record[],
) => Promise<{ readonly kept: readonly Record[]; readonly ofAnybody: number }>;

/** Which rejections are of the row, by their number, and of how many it cannot be told. */
async function search(context: Context, pipeline: Pipeline, rowId: string): Promise<Look> {
  const schema = (await openRowSchema(context, pipeline)) ?? { columns: [], missing: [] };
  const known = pipeline.row_id.every((name) => schema.columns.some((column) => column.name === name));
  const columns = known ? pipeline.row_id : [];
  const file = await recordFile(sourceFile(context, pipeline));
  return async (records) => {
    const kept: (typeof records)[number][] = [];
    let ofAnybody = 0;
    for (const record of records) {
      const id = await idOf(file, schema, columns, record);
      if (id === null) ofAnybody += 1;
      if (id !== rowId) kept.push(record);
    }
    return { kept, ofAnybody };
  };
}

/** An output as its record takes it; it is checked against its shape when it is written. */
const asJson = (output: IngestOutput): Json => JSON.parse(JSON.stringify(output)) as Json;

/** Records that name a snapshot with these rejections: they name the new ones, and say one less. */
async function moveSnapshots(
  { store }: Context,
  old: Digest,
  next: Digest | null,
  kept: readonly Rejection[],
): Promise<void> {
  const moved = ({ quarantine: _, ...snapshot }: Snapshot): Snapshot => ({
    ...snapshot,
    quarantined: kept.length,
    ...(snapshot.source === undefined
      ? {}
      : {
          source: {
            ...snapshot.source,
            records: snapshot.source.records - snapshot.quarantined + kept.length,
          },
        }),
    ...(next === null ? {} : { quarantine: next }),
  });
  for (const { id, content } of (await listRecords(store, stageKinds.ingest)).records) {
    const { snapshot, rejections } = outputOf.ingest(content);
    if (snapshot.quarantine !== old) continue;
    const shown = kept.slice(0, rejections.length).map((one) => ({ ...one, raw: one.raw.slice(0, 2000) }));
    const objects = (content.objects ?? []).flatMap((digest) =>
      digest === old ? (next === null ? [] : [next]) : [digest],
    );
    const output = asJson({ snapshot: moved(snapshot), rejections: shown });
    await replaceRecord(store, stageKinds.ingest, { id }, { ...content, objects, output });
  }
  for (const { id, content } of (await listRecords(store, fittedRowsKind)).records)
    if (content.snapshot.quarantine === old)
      await replaceRecord(store, fittedRowsKind, { id }, { ...content, snapshot: moved(content.snapshot) });
}

/** The first rejections stand in the records of the stage as well, also where the object with all of them is gone. */
async function forgetExamples({ store }: Context, { source }: Pipeline, look: Look): Promise<void> {
  for (const { id, content } of (await listRecords(store, stageKinds.ingest)).records) {
    const { snapshot, rejections } = outputOf.ingest(content);
    if (!snapshot.files.includes(source.display)) continue;
    const { kept } = await look(rejections);
    if (kept.length === rejections.length) continue;
    const output = asJson({ snapshot, rejections: kept });
    await replaceRecord(store, stageKinds.ingest, { id }, { ...content, output });
  }
}

/**
 * Takes the row out of every state of what was mended, and gives the objects that held it back to `removeReplaced`. How
 * many records went, each once however many states have it.
 */
async function forgetMended(context: Context, pipeline: Pipeline, look: Look): Promise<number> {
  const gone = new Set<string>();
  for (const state of await everyMended(context, pipeline.name)) {
    const { mended } = state.content;
    if (!(await context.store.has(mended))) continue;
    const records = await readMended(context, mended);
    const { kept } = await look(records);
    if (kept.length === records.length) continue;
    for (const { raw } of records) gone.add(raw);
    for (const { raw } of kept) gone.delete(raw);
    await replaceMended(context, pipeline.name, state, kept);
  }
  return gone.size;
}

/**
 * Takes the rejected records of a row, and what they were mended to, out of everything that ingests of a pipeline kept of
 * them. The new object comes
 * first, then what names it in the place of the old one, then the old object goes.
 */
export async function forgetRejects(
  context: Context,
  pipeline: Pipeline,
  rowId: string,
): Promise<ForgottenRejects> {
  const { store } = context;
  const look = await search(context, pipeline, rowId);
  const records = await everyRejects(context, pipeline.name);
  let [removed, ofAnybody] = [0, 0];
  const done = new Map<Digest, { readonly next: Digest | null; readonly gone: number }>();
  for (const [at, { id, content }] of records.entries()) {
    const old = content.rejects;
    // Those of earlier ingests may have gone with `aieng gc`.
    if (old === null || !(await store.has(old))) continue;
    if (!done.has(old)) {
      const rejections = decodeQuarantine(await store.get(old));
      const found = await look(rejections);
      if (at === 0) ofAnybody = found.ofAnybody;
      const gone = rejections.length - found.kept.length;
      const next =
        gone === 0 ? old : found.kept.length === 0 ? null : await store.put(encodeQuarantine(found.kept));
      if (gone > 0) await moveSnapshots(context, old, next, found.kept);
      done.set(old, { next, gone });
      removed += gone;
    }
    const { next, gone } = done.get(old)!;
    if (gone > 0)
      await replaceRejects(context, pipeline.name, id, {
        ...content,
        rejects: next,
        records: content.records - gone,
        rejected: content.rejected - gone,
        replaced: [...(content.replaced ?? []), old],
      });
  }
  await forgetExamples(context, pipeline, look);
  removed += await forgetMended(context, pipeline, look);
  const shared = await removeReplaced(context, [
    ...(await everyRejects(context, pipeline.name)),
    ...(await everyMended(context, pipeline.name)),
  ]);
  return { removed, ofAnybody, shared };
}
