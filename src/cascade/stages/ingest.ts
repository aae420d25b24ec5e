import { parseTime } from '../../data/cells/times.ts';
import { parseNumber } from '../../data/cells/numbers.ts';
import type { Table } from '../../data/columns.ts';
import { concatTables } from '../../data/columns.ts';
import { logicalDigest } from '../../data/logicalDigest.ts';
import { writeParquet } from '../../data/parquet.ts';
import { encodeQuarantine } from '../../data/quarantine.ts';
import type { RowSchema } from '../../data/schema.ts';
import type { Snapshot } from '../../data/snapshot.ts';
import type { Rejection, Source } from '../../data/source.ts';
import { fileDigest } from '../../data/sources/fileDigest.ts';
import { openSource } from '../../data/sources/index.ts';
import { canonicalJson, digestOf } from '../../digest.ts';
import { dataError } from '../../errors.ts';
import { checkColumns } from '../../pipeline/columnCheck.ts';
import { displayPath } from '../../pipeline/load.ts';
import { writeRowSchema } from '../../pipeline/loadRowSchema.ts';
import type { Pipeline } from '../../pipeline/pipeline.ts';
import { sections } from '../../pipeline/sections.ts';
import type { Context } from '../../project/context.ts';
import { openRowSchema, underRoot } from '../../project/inputs.ts';
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

const batchRows = 65_536;
const rejectionsShown = 5;
const inferenceRows = 200_000;

function sourceOf(context: Context, pipeline: Pipeline): Promise<Source> {
  const { source } = pipeline;
  return openSource({
    path: underRoot(context, source.path),
    displayPath: source.display,
    format: source.format,
    gzip: source.gzip,
    quote: source.quote,
    encoding: source.encoding,
    batchRows,
    ...(source.delimiter === null ? {} : { delimiter: source.delimiter }),
  });
}

/**
 * The row schema; where no file was written yet, it is inferred from the data and written for a person to review.
 * The file stands before the stage's key is computed, so that a second run is not stale.
 */
async function ensureSchema(context: Context, pipeline: Pipeline): Promise<RowSchema> {
  const known = await openRowSchema(context, pipeline);
  if (known !== null) return known;
  const source = await sourceOf(context, pipeline);
  const text = await source.readText(inferenceRows);
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

async function readAll(
  context: Context,
  source: Source,
  schema: RowSchema,
): Promise<{ table: Table; rejections: readonly Rejection[] }> {
  const tables: Table[] = [];
  const rejections: Rejection[] = [];
  const required = schema.columns.filter((column) => column.required).map((column) => column.name);
  const optional = schema.columns.filter((column) => !column.required).map((column) => column.name);
  let rows = 0;
  for await (const batch of source.read(schema, { required, optional })) {
    await heedInterruption(context);
    tables.push(batch.table);
    rejections.push(...batch.rejections);
    rows += batch.table.rows + batch.rejections.length;
    context.progress({ kind: 'progress', label: 'ingest', done: rows, total: 0, detail: 'rows read' });
  }
  return { table: concatTables(tables), rejections };
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

async function parts(context: Context, pipeline: Pipeline): Promise<Parts> {
  const schema = await ensureSchema(context, pipeline);
  // Every time, not only when it runs: a column that the pipeline newly names must be there.
  checkColumns(pipeline, schema, displayPath(context.root, pipeline.file));
  return {
    [`source ${pipeline.source.display}`]: await fileDigest(
      underRoot(context, pipeline.source.path),
      pipeline.source.display,
    ),
    [`schema ${pipeline.schema}`]: digestOf(schema),
    ...sections(pipeline, 'ingest'),
  };
}

async function compute(context: Context, pipeline: Pipeline): Promise<Computed> {
  const { store } = context;
  const source = await sourceOf(context, pipeline);
  const header = await source.header();
  const schema = await ensureSchema(context, pipeline);
  const { table, rejections } = await readAll(context, source, schema);
  checkShare(pipeline, table.rows, rejections);
  const names = new Set(schema.columns.map((column) => column.name));
  const parquet = await store.putBy((path) => writeParquet(table, path));
  const snapshot: Snapshot = {
    digest: logicalDigest(table),
    parquet,
    rows: table.rows,
    columns: [...table.columns.keys()],
    schemaDigest: await store.put(canonicalJson(schema)),
    quarantined: rejections.length,
    ...(rejections.length === 0 ? {} : { quarantine: await store.put(encodeQuarantine(rejections)) }),
    unknownColumns: header.filter((name) => !names.has(name)),
    files: [pipeline.source.display],
    profile: await store.put(canonicalJson(profile(table))),
  };
  const output: IngestOutput = {
    snapshot,
    rejections: rejections.slice(0, rejectionsShown),
  };
  const objects = [snapshot.parquet, snapshot.schemaDigest, snapshot.profile];
  if (snapshot.quarantine !== undefined) objects.push(snapshot.quarantine);
  return { digest: snapshot.digest, output: output as never, objects, exitCode: 0 };
}

/** Source → immutable snapshot, quarantined records with reasons, and profile. */
export const ingestStage: Stage = { name: 'ingest', parts, compute };
