import { parseTime } from '../../data/cells/times.ts';
import { parseNumber } from '../../data/cells/numbers.ts';
import { logicalDigest } from '../../data/logicalDigest.ts';
import type { GatheredRows } from '../../data/openRows.ts';
import { gatherRows, gatherTexts } from '../../data/openRows.ts';
import { writeParquet } from '../../data/parquet.ts';
import { encodeQuarantine, groupRejections } from '../../data/quarantine.ts';
import type { RowSchema } from '../../data/schema.ts';
import type { Snapshot, SnapshotSource } from '../../data/snapshot.ts';
import type { Rejection } from '../../data/source.ts';
import { encodingAdvice } from '../../data/sources/bytes.ts';
import { fileDigest } from '../../data/sources/fileDigest.ts';
import { isEncodingFault } from '../../data/sources/notUtf8.ts';
import type { Digest } from '../../digest.ts';
import { canonicalJson, digestOf } from '../../digest.ts';
import { dataError } from '../../errors.ts';
import { checkColumns } from '../../pipeline/columnCheck.ts';
import { displayPath } from '../../pipeline/load.ts';
import { writeRowSchema } from '../../pipeline/loadRowSchema.ts';
import type { Pipeline } from '../../pipeline/pipeline.ts';
import { sections } from '../../pipeline/sections.ts';
import type { Context } from '../../project/context.ts';
import { openRowSchema, sourceFile, underRoot } from '../../project/inputs.ts';
import { heedInterruption } from '../../project/interruption.ts';
import { inferSchema } from '../../validation/infer.ts';
import { profile } from '../../validation/profiling.ts';
import type { RejectsRecord } from '../../tracking/rejects.ts';
import { writeRejects } from '../../tracking/rejects.ts';
import { aboutLabel } from '../labelPlace.ts';
import { outputOf } from '../output.ts';
import type { Computed, Parts, Stage, StageRecord } from '../stage.ts';

/** What ingest writes down besides the snapshot itself. */
export interface IngestOutput {
  readonly snapshot: Snapshot;
  /** The first rejections, for the terminal; all of them are in the quarantine object. */
  readonly rejections: readonly Rejection[];
}

const rejectionsShown = 5;
/** A record may be megabytes long; whole it stands in the quarantine. */
const shortened = (rejection: Rejection): Rejection => ({ ...rejection, raw: rejection.raw.slice(0, 2000) });
const inferenceRows = 200_000;

/**
 * The row schema; where no file was written yet, it is inferred from the data and written for a person to review.
 * The file stands before the stage's key is computed, so that a second run is not stale.
 */
async function ensureSchema(context: Context, pipeline: Pipeline): Promise<RowSchema> {
  const known = await openRowSchema(context, pipeline);
  if (known !== null) return known;
  const text = await gatherTexts(sourceFile(context, pipeline), inferenceRows);
  const { schema } = aboutLabel(pipeline, () =>
    inferSchema(text, {
      label: pipeline.label.column,
      parsers: { number: parseNumber, time: parseTime },
    }),
  );
  // Before it is written: a schema that does not fit the pipeline would stay.
  checkColumns(pipeline, schema, displayPath(context.root, pipeline.file));
  await writeRowSchema(underRoot(context, pipeline.schema), schema, pipeline.schema);
  context.progress({
    kind: 'warning',
    message: `No row schema was there: ${pipeline.schema} was inferred from the data. Review it and keep it in git.`,
  });
  return schema;
}

/** Every row of the source, typed by the schema; what was refused; and the account of it. */
function readSource(context: Context, pipeline: Pipeline, schema: RowSchema): Promise<GatheredRows> {
  const named = (required: boolean): string[] =>
    schema.columns.filter((column) => column.required === required).map((column) => column.name);
  const plan = { schema, required: named(true), optional: named(false) };
  return gatherRows(
    sourceFile(context, pipeline),
    () => plan,
    async (done) => {
      await heedInterruption(context);
      context.progress({ kind: 'progress', label: 'ingest', done, total: 0, detail: 'rows read' });
    },
  );
}

/** What came of a source that is above the tolerated share of rejections. */
function tooManyRejected(pipeline: Pipeline, { read, rejections }: GatheredRows): Error {
  const { name, source } = pipeline;
  const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
  const most = groupRejections(rejections)[0]!;
  const first = most.examples[0]!;
  const where = `line ${first.line}${most.column === null ? '' : `, column ${most.column}`}`;
  const list = `\`aieng rejects ${name}\` lists them all by reason.`;
  return dataError({
    code: 'too-many-rejected',
    message: `${read.rejected} of ${read.records} records of ${source.display} cannot be used (${percent(read.rejected / read.records)}; at most ${percent(source.max_rejected_share)} may be). Most often (${most.count} times): ${first.reason} (${where}).`,
    hint: isEncodingFault(first.reason)
      ? `${encodingAdvice(source.display, 'WINDOWS-1252', 'source.encoding: latin-1')} ${list}`
      : `${list} Correct the file or the row schema; if these records may be dropped, raise source.max_rejected_share.`,
    at: { file: first.file, line: first.line },
  });
}

/** Writes down what became of the records, whether a snapshot comes of them or not. */
function rememberRejects(
  context: Context,
  pipeline: Pipeline,
  { source, schemaDigest }: Pick<Snapshot, 'schemaDigest'> & { readonly source: SnapshotSource },
  rest: Pick<RejectsRecord, 'outcome' | 'rejected' | 'rejects'>,
): Promise<void> {
  const { file, digest, records } = source;
  const tolerated = pipeline.source.max_rejected_share;
  return writeRejects(context, pipeline.name, {
    file,
    source: digest,
    schema: schemaDigest,
    records,
    tolerated,
    ...rest,
  });
}

/** What the stage depends on besides its code and its sections. */
const inputs = (pipeline: Pipeline, source: Digest, schema: RowSchema): Parts => ({
  [`source ${pipeline.source.display}`]: source,
  [`schema ${pipeline.schema}`]: digestOf(schema),
});

async function parts(context: Context, pipeline: Pipeline): Promise<Parts> {
  const schema = await ensureSchema(context, pipeline);
  // Every time, not only when it runs: a column that the pipeline newly names must be there.
  checkColumns(pipeline, schema, displayPath(context.root, pipeline.file));
  const { path, display } = pipeline.source;
  return {
    ...inputs(pipeline, await fileDigest(underRoot(context, path), display), schema),
    ...sections(pipeline, 'ingest'),
  };
}

async function compute(context: Context, pipeline: Pipeline): Promise<Computed> {
  const { store } = context;
  const schema = await ensureSchema(context, pipeline);
  const gathered = await readSource(context, pipeline, schema);
  const { table, rejections, read } = gathered;
  const { rejected, records, bytes, digest, dialect, unreadable, unknownColumns } = read;
  const source: SnapshotSource = {
    file: pipeline.source.display,
    digest,
    bytes,
    records,
    dialect,
    unreadable,
  };
  const schemaDigest = await store.put(canonicalJson(schema));
  const quarantine = rejected === 0 ? null : await store.put(encodeQuarantine(rejections));
  const tolerable = rejected / records <= pipeline.source.max_rejected_share && rejected < records;
  if (!tolerable) {
    const rest = { outcome: 'refused', rejected, rejects: quarantine } as const;
    await rememberRejects(context, pipeline, { source, schemaDigest }, rest);
    throw tooManyRejected(pipeline, gathered);
  }
  const snapshot: Snapshot = {
    digest: logicalDigest(table),
    parquet: await store.putBy((path) => writeParquet(table, path)),
    rows: table.rows,
    columns: [...table.columns.keys()],
    schemaDigest,
    quarantined: rejected,
    ...(quarantine === null ? {} : { quarantine }),
    unknownColumns,
    files: [source.file],
    source,
    profile: await store.put(canonicalJson(profile(table))),
  };
  const output: IngestOutput = { snapshot, rejections: rejections.slice(0, rejectionsShown).map(shortened) };
  const objects = [snapshot.parquet, schemaDigest, snapshot.profile];
  if (quarantine !== null) objects.push(quarantine);
  // The source may have been replaced since it was hashed for the key: what counts is what was read.
  const used = inputs(pipeline, digest, schema);
  return { digest: snapshot.digest, output: output as never, objects, exitCode: 0, used };
}

/** `aieng rejects` tells of the ingest that stands, also where it was not computed anew. */
async function settled(context: Context, pipeline: Pipeline, record: StageRecord): Promise<void> {
  const { snapshot } = outputOf.ingest(record);
  const { source, schemaDigest, quarantined: rejected, quarantine: rejects = null } = snapshot;
  // Snapshots of 0.1 do not say what they were read from.
  if (source === undefined) return;
  await rememberRejects(
    context,
    pipeline,
    { source, schemaDigest },
    { outcome: 'ingested', rejected, rejects },
  );
}

/** Source → immutable snapshot, quarantined records with reasons, and profile. */
export const ingestStage: Stage = { name: 'ingest', parts, compute, settled };
