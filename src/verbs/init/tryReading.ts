import { join } from 'node:path';
import { openRows } from '../../data/openRows.ts';
import type { Table } from '../../data/columns.ts';
import type { RejectedAlike } from '../../data/quarantine.ts';
import { groupRejections } from '../../data/quarantine.ts';
import type { RowSchema } from '../../data/schema.ts';
import type { Rejection, RowsFile, RowsRead } from '../../data/source.ts';
import { watchedFile } from '../../data/source.ts';
import { mayHoldZeroLed } from '../../data/sources/csv/zeroLed.ts';
import { listInputFiles } from '../../data/sources/inputFiles.ts';
import { checkColumns } from '../../pipeline/columnCheck.ts';
import { readRowSchema } from '../../pipeline/loadRowSchema.ts';
import type { Pipeline } from '../../pipeline/pipeline.ts';
import type { Context } from '../../project/context.ts';
import { fitnessWarnings } from '../../project/fitness.ts';
import { sourceFile, wholeRows } from '../../project/inputs.ts';
import { heedInterruption, readSoFar } from '../../project/interruption.ts';
import { openPipeline } from '../../project/openPipeline.ts';
import type { ReadOn } from '../../validation/readOn.ts';
import { SpreadRows } from './spreadRows.ts';
import { requireTime, timeOf } from './asking.ts';
import type { InitOptions } from './options.ts';
import type { TimeFound } from './timeFound.ts';

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
  /** The account; null where not all of it was read. */
  readonly read: RowsRead | null;
  /** What speaks against learning from these rows. */
  readonly unfit: readonly string[];
  /** When each row was, where a column says it; `none` where a person says that none does. */
  readonly time: TimeFound | 'none' | null;
}

/** Were there lines that a look at the whole file would have told of? */
const holdsMore = (read: RowsRead | null): boolean =>
  read?.footer !== undefined || read?.leftOut?.some(({ what }) => what === 'empty') === true;

/** May one of the columns that are numbers be one of codes, where its cells are looked at as texts? */
async function mayHoldCodes(file: RowsFile, schema: RowSchema): Promise<boolean> {
  if (!schema.columns.some(({ kind }) => kind === 'number')) return false;
  const { files } = await listInputFiles(file.path, file.displayPath, file.dialect);
  for (const { path, displayPath } of files)
    if (await mayHoldZeroLed({ ...file, path, displayPath })) return true;
  return false;
}

/**
 * Opens the pipeline and schema that were written aside, and reads their source with them as `ingest` will.
 *
 * @param rows No more are tried.
 * @param readOn Sees every row; where it doubts or one is refused, nothing more is read.
 */
export async function tryReading(
  context: Context,
  { root, name }: { readonly root: string; readonly name: string },
  folder: string,
  rows: number,
  options: InitOptions,
  readOn?: ReadOn,
): Promise<Tried> {
  const pipeline = await openPipeline({ ...context, root: folder }, name);
  const schema = await readRowSchema(join(folder, pipeline.schema), pipeline.schema);
  checkColumns(pipeline, schema, `pipelines/${name}.yaml`);
  requireTime(schema, pipeline, options);
  const plan = wholeRows(schema);
  const file = sourceFile({ ...context, root }, pipeline);
  const rejections: Rejection[] = [];
  const spread = new SpreadRows();
  let accepted = 0;
  let read: RowsRead | null = null;
  const watched = watchedFile(file);
  for await (const part of openRows(watched.file, () => plan)) {
    if (part.kind === 'read') read = part;
    else {
      await heedInterruption(context);
      accepted += part.table.rows;
      spread.add(part.table);
      readOn?.add(part.table);
      for (const rejection of part.rejections) rejections.push(rejection);
      const done = accepted + rejections.length;
      context.progress(readSoFar({ label: 'try', detail: 'rows tried' }, done, watched.share()));
      const isDoubtful = readOn !== undefined && (!readOn.certain || rejections.length > 0);
      if (isDoubtful || (accepted >= rows && done > rows)) break;
    }
  }
  // The last moment: from here on what was tried is written.
  await heedInterruption(context);
  const records = accepted + rejections.length;
  const share = rejections.length / Math.max(1, records);
  const isDoubtful =
    readOn !== undefined &&
    (!readOn.certain || rejections.length > 0 || holdsMore(read) || (await mayHoldCodes(file, schema)));
  const usable = !isDoubtful && accepted > 0 && share <= pipeline.source.max_rejected_share;
  const time = usable ? await timeOf(pipeline, schema, spread.table(), options) : null;
  return {
    accepted: usable,
    records,
    rejected: rejections.length,
    tolerated: pipeline.source.max_rejected_share * records,
    groups: groupRejections(rejections),
    read,
    unfit: usable ? await unfitness(context, pipeline, time, schema, spread.table()) : [],
    time,
  };
}

/** The pipeline as it will be written. */
const withTime = (pipeline: Pipeline, time: Tried['time']): Pipeline =>
  time === null
    ? pipeline
    : time === 'none'
      ? { ...pipeline, saysSplit: true }
      : {
          ...pipeline,
          time: time.column,
          split: { ...pipeline.split, ...(time.splits ? { strategy: 'time' } : {}) },
        };

/** What speaks against learning from these rows as the pipeline stands, each with the line that is the remedy. */
async function unfitness(
  context: Context,
  pipeline: Pipeline,
  time: Tried['time'],
  schema: RowSchema,
  table: Table,
): Promise<string[]> {
  const rows = { table, ids: { length: table.rows, at: String }, schema };
  const warnings = await fitnessWarnings(context, 'try', withTime(pipeline, time), rows);
  // What was found of the time says why rows are not split by it, and how they may be.
  const isTold = (check: string): boolean => check === 'time-not-split' && time !== null;
  const untold = warnings.filter(({ check }) => !isTold(check));
  return untold.map(({ message, fix }) => `${message} ${fix}`);
}
