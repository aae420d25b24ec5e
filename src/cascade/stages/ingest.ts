import { parseTime } from '../../data/cells/times.ts';
import { parseNumber } from '../../data/cells/numbers.ts';
import { logicalDigest } from '../../data/logicalDigest.ts';
import type { GatheredRows } from '../../data/openRows.ts';
import { gatherRows, gatherTexts } from '../../data/openRows.ts';
import { writeParquet } from '../../data/parquet.ts';
import { encodeQuarantine } from '../../data/quarantine.ts';
import type { RowSchema } from '../../data/schema.ts';
import type { Snapshot } from '../../data/snapshot.ts';
import type { Rejection } from '../../data/source.ts';
import { fileDigest } from '../../data/sources/fileDigest.ts';
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
import { aboutLabel } from '../labelPlace.ts';
import type { Computed, Parts, Stage } from '../stage.ts';

/** What ingest writes down besides the snapshot itself. */
export interface IngestOutput {
  readonly snapshot: Snapshot;
  /** The first rejections, for the terminal; all of them are in the quarantine object. */
  readonly rejections: readonly Rejection[];
}

const rejectionsShown = 5;
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

function checkShare(pipeline: Pipeline, rows: number, rejections: readonly Rejection[]): void {
  const total = rows + rejections.length;
  const share = rejections.length / Math.max(1, total);
  if (share <= pipeline.source.max_rejected_share && rows > 0) return;
  const [first] = rejections;
  throw dataError({
    code: 'too-many-rejected',
    message: `${rejections.length} of ${total} records of ${pipeline.source.display} cannot be used (${(share * 100).toFixed(1)} %; at most ${(pipeline.source.max_rejected_share * 100).toFixed(1)} % may be).${first === undefined ? '' : ` First: line ${first.line}${first.column === undefined ? '' : `, column ${first.column}`}: ${first.reason}.`}`,
    hint: 'Correct the file or the row schema; if these records may be dropped, raise source.max_rejected_share.',
    ...(first === undefined ? {} : { at: { file: first.file, line: first.line } }),
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
  const { table, rejections, read } = await readSource(context, pipeline, schema);
  checkShare(pipeline, table.rows, rejections);
  const parquet = await store.putBy((path) => writeParquet(table, path));
  const snapshot: Snapshot = {
    digest: logicalDigest(table),
    parquet,
    rows: table.rows,
    columns: [...table.columns.keys()],
    schemaDigest: await store.put(canonicalJson(schema)),
    quarantined: rejections.length,
    ...(rejections.length === 0 ? {} : { quarantine: await store.put(encodeQuarantine(rejections)) }),
    unknownColumns: read.unknownColumns.map(({ name }) => name),
    files: [pipeline.source.display],
    profile: await store.put(canonicalJson(profile(table))),
  };
  const output: IngestOutput = {
    snapshot,
    rejections: rejections.slice(0, rejectionsShown),
  };
  const objects = [snapshot.parquet, snapshot.schemaDigest, snapshot.profile];
  if (snapshot.quarantine !== undefined) objects.push(snapshot.quarantine);
  // The source may have been replaced since it was hashed for the key: what counts is what was read.
  const used = inputs(pipeline, read.digest, schema);
  return { digest: snapshot.digest, output: output as never, objects, exitCode: 0, used };
}

/** Source → immutable snapshot, quarantined records with reasons, and profile. */
export const ingestStage: Stage = { name: 'ingest', parts, compute };
