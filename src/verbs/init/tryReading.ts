import { join } from 'node:path';
import { openRows } from '../../data/openRows.ts';
import type { RejectedAlike } from '../../data/quarantine.ts';
import { groupRejections } from '../../data/quarantine.ts';
import type { Rejection } from '../../data/source.ts';
import type { Digest } from '../../digest.ts';
import { checkColumns } from '../../pipeline/columnCheck.ts';
import { readRowSchema } from '../../pipeline/loadRowSchema.ts';
import type { Context } from '../../project/context.ts';
import { sourceFile, wholeRows } from '../../project/inputs.ts';
import { heedInterruption } from '../../project/interruption.ts';
import { openPipeline } from '../../project/openPipeline.ts';

import { fitnessNotes } from './fitnessNotes.ts';
import { SpreadRows } from './spreadRows.ts';

/** What came of reading the data as ingest will. */
export interface Tried {
  /** Would ingest take it? */
  readonly accepted: boolean;
  readonly records: number;
  readonly rejected: number;
  /** How many may be. */
  readonly tolerated: number;
  /** Rejections by column and reason, the most frequent first. */
  readonly groups: readonly RejectedAlike[];
  /** Of the bytes that were read; null where not all of them were. */
  readonly digest: Digest | null;
  /** What speaks against learning from these rows. */
  readonly unfit: readonly string[];
}

/**
 * Opens the pipeline and schema that were written aside, and reads their source with them as `ingest` will.
 *
 * @param rows As many rows were looked at; no more are tried.
 */
export async function tryReading(
  context: Context,
  { root, name }: { readonly root: string; readonly name: string },
  folder: string,
  rows: number,
): Promise<Tried> {
  const pipeline = await openPipeline({ ...context, root: folder }, name);
  const schema = await readRowSchema(join(folder, pipeline.schema), pipeline.schema);
  checkColumns(pipeline, schema, `pipelines/${name}.yaml`);
  const plan = wholeRows(schema);
  const rejections: Rejection[] = [];
  const spread = new SpreadRows();
  let accepted = 0;
  let digest: Digest | null = null;
  for await (const part of openRows(sourceFile({ ...context, root }, pipeline), () => plan)) {
    if (part.kind === 'read') digest = part.digest;
    else {
      await heedInterruption(context);
      accepted += part.table.rows;
      spread.add(part.table);
      for (const rejection of part.rejections) rejections.push(rejection);
      const done = accepted + rejections.length;
      context.progress({ kind: 'progress', label: 'try', done, total: 0, detail: 'rows tried' });
      if (digest === null && done >= rows + rejections.length && done > rows) break;
    }
  }
  const records = accepted + rejections.length;
  const share = rejections.length / Math.max(1, records);
  const usable = accepted > 0 && share <= pipeline.source.max_rejected_share;
  return {
    accepted: usable,
    records,
    rejected: rejections.length,
    tolerated: pipeline.source.max_rejected_share * records,
    groups: groupRejections(rejections),
    digest,
    unfit: usable ? await fitnessNotes(context, pipeline, schema, spread.table()) : [],
  };
}
