import { digestingTable } from '../../data/logicalDigest.ts';
import type { GatheredRows } from '../../data/openRows.ts';
import { gatherRows } from '../../data/openRows.ts';
import { writeParquet } from '../../data/parquet.ts';
import { encodeQuarantine, groupRejections } from '../../data/quarantine.ts';
import type { RowSchema } from '../../data/schema.ts';
import type { Snapshot, SnapshotSource } from '../../data/snapshot.ts';
import type { Rejection, RowsFile } from '../../data/source.ts';
import { encodingAdvice } from '../../data/sources/declare.ts';
import { isEncodingFault } from '../../data/sources/notUtf8.ts';
import type { Digest } from '../../digest.ts';
import { canonicalJson, digestOf } from '../../digest.ts';
import { dataError } from '../../errors.ts';
import { checkColumns } from '../../pipeline/columnCheck.ts';
import { writeRowSchema } from '../../pipeline/loadRowSchema.ts';
import { displayPath } from '../../pipeline/loadText.ts';
import type { Pipeline } from '../../pipeline/pipeline.ts';
import { inferRows } from '../../project/inferRows.ts';
import { openRowSchema, sourceFile, underRoot, wholeRows } from '../../project/inputs.ts';
import { heedInterruption, inPieces } from '../../project/interruption.ts';
import { sourceDigest } from '../../project/sourceDigest.ts';
import { profiling } from '../../validation/profiling.ts';
import type { Work } from '../../work.ts';
import type { RejectsRecord } from '../../tracking/rejects.ts';
import { writeRejects } from '../../tracking/rejects.ts';
import { storeSalt } from '../../tracking/salt.ts';
import { hiddenValue } from '../key.ts';
import type { IngestOutput } from '../../tracking/stageOutputs.ts';
import { outputOf } from '../../tracking/stages.ts';
import { placeInPipeline } from '../pipelinePlace.ts';
import type { CascadeWork, Computed, Dependencies, StageRecord, Tools } from '../stage.ts';
import { defineStage } from '../stage.ts';

/** What the snapshot is a function of. Names are what `explain stage` says. */
interface Parts {
  readonly [source: `source ${string}`]: Digest;
  readonly 'row schema': string;
  /** As it is written: values of the environment by their names. */
  readonly 'pipeline source': Readonly<Record<string, unknown>>;
  /** Those values as salted hashes, by where they stand. */
  readonly environment: Readonly<Record<string, string>>;
}

interface Reach {
  readonly pipeline: Pick<Pipeline, 'name' | 'source'>;
  readonly source: RowsFile;
  readonly schema: RowSchema;
  /** Writes down what became of the records, whether a snapshot comes of them or not. */
  readonly remember: (account: Account) => Promise<void>;
}

/** What became of the records of a source. */
type Account = Pick<RejectsRecord, 'outcome' | 'rejected' | 'rejects'> &
  Pick<Snapshot, 'schemaDigest'> & { readonly source: SnapshotSource };

const rejectionsShown = 5;
/** A record may be megabytes long; whole it stands in the quarantine. */
const shortened = (rejection: Rejection): Rejection => ({ ...rejection, raw: rejection.raw.slice(0, 2000) });

/**
 * Where no row schema was written yet, it is inferred from the data and written for a person to review. The file stands
 * before the stage's key is computed, so that a second run is not stale.
 */
async function inferRowSchema({ context, pipeline }: CascadeWork): Promise<void> {
  if ((await openRowSchema(context, pipeline)) !== null) return;
  const { inference } = await inferRows(context, sourceFile(context, pipeline), () => pipeline.label.column);
  const { schema } = await placeInPipeline(pipeline, () => inference.finish());
  // Before it is written: a schema that does not fit the pipeline would stay.
  checkColumns(pipeline, schema, displayPath(context.root, pipeline.file));
  await writeRowSchema(underRoot(context, pipeline.schema), schema, pipeline.schema);
  context.progress({
    kind: 'warning',
    message: `No row schema was there: ${pipeline.schema} was inferred from the data. Review it and keep it in git.`,
  });
}

/** Every row of the source, typed by the schema; what was refused; and the account of it. */
function readSource({ source, schema }: Reach, tools: Tools): Promise<GatheredRows> {
  const plan = wholeRows(schema);
  return gatherRows(
    source,
    () => plan,
    async (done) => {
      await heedInterruption(tools);
      tools.progress({ kind: 'progress', label: 'ingest', done, total: 0, detail: 'rows read' });
    },
  );
}

/** What came of a source that is above the tolerated share of rejections. */
function tooManyRejected(pipeline: Reach['pipeline'], { read, rejections }: GatheredRows): Error {
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
      ? `${encodingAdvice(source.display, 'WINDOWS-1252', 'set `source.encoding: windows-1252` in the pipeline file')} ${list}`
      : `${list} Correct the file or the row schema; if these records may be dropped, raise source.max_rejected_share.`,
    at: { file: first.file, line: first.line },
  });
}

const rememberRejects = (
  { context, pipeline }: CascadeWork,
  { source: { file, digest, records }, schemaDigest, ...rest }: Account,
): Promise<void> =>
  writeRejects(context, pipeline.name, {
    file,
    source: digest,
    schema: schemaDigest,
    records,
    tolerated: pipeline.source.max_rejected_share,
    ...rest,
  });

/** The section as it is written, and what the environment said, hashed. */
async function recorded({
  context,
  pipeline,
}: CascadeWork): Promise<Pick<Parts, 'pipeline source' | 'environment'>> {
  // What a path leads to is in the key by its bytes, and the name of it as `display`.
  const { path: _, ...source } = pipeline.source;
  const written: Record<string, unknown> = { ...source };
  const environment: Record<string, string> = {};
  for (const [key, value] of Object.entries(source)) {
    const text = pipeline.variables[`/source/${key}`];
    if (text === undefined) continue;
    written[key] = text;
    environment[`source.${key}`] = await hiddenValue(await storeSalt(context), value);
  }
  return { 'pipeline source': written, environment };
}

/** The bytes of the source, under the name that it is written with. */
const bytesOf = (display: string, bytes: Digest): Readonly<Record<`source ${string}`, Digest>> => ({
  [`source ${display}`]: bytes,
});

async function dependencies(work: CascadeWork): Promise<Dependencies<Parts, Reach>> {
  const { context, pipeline } = work;
  const schema = await openRowSchema(context, pipeline);
  // Every time, not only when it runs: a column that the pipeline newly names must be there.
  if (schema !== null) checkColumns(pipeline, schema, displayPath(context.root, pipeline.file));
  const source = sourceFile(context, pipeline);
  const parts: Parts = {
    ...bytesOf(source.displayPath, await sourceDigest(context, source.path, source.displayPath)),
    'row schema': schema === null ? 'not written yet' : digestOf(schema),
    ...(await recorded(work)),
  };
  const reach: Reach = {
    pipeline,
    source,
    schema: schema ?? { columns: [], missing: [] },
    remember: (account) => rememberRejects(work, account),
  };
  return { parts, reach };
}

/** The snapshot, and what did not become part of it. */
export async function compute(
  { reach }: Dependencies<Parts, Reach>,
  tools: Tools,
): Promise<Computed<IngestOutput>> {
  const { store } = tools;
  const { pipeline, schema } = reach;
  const gathered = await readSource(reach, tools);
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
    await reach.remember({ outcome: 'refused', rejected, rejects: quarantine, source, schemaDigest });
    throw tooManyRejected(pipeline, gathered);
  }
  const cells = table.rows * table.columns.size;
  const looked = <Result>(detail: string, work: Work<Result>): Promise<Result> =>
    inPieces(tools, { label: 'ingest', detail, total: cells }, work);
  const said = (done: number, detail: string): void =>
    tools.progress({ kind: 'progress', label: 'ingest', done, total: table.rows, detail });
  const snapshot: Snapshot = {
    digest: await looked('cells digested', digestingTable(table)),
    parquet: await store.putBy((path) => writeParquet(table, path, (done) => said(done, 'rows written'))),
    rows: table.rows,
    columns: [...table.columns.keys()],
    schemaDigest,
    quarantined: rejected,
    ...(quarantine === null ? {} : { quarantine }),
    unknownColumns,
    files: [source.file],
    source,
    profile: await store.put(canonicalJson(await looked('cells profiled', profiling(table)))),
  };
  const output: IngestOutput = { snapshot, rejections: rejections.slice(0, rejectionsShown).map(shortened) };
  const objects = [snapshot.parquet, schemaDigest, snapshot.profile];
  if (quarantine !== null) objects.push(quarantine);
  // The source may have been replaced since it was hashed for the key: what counts is what was read.
  const used = bytesOf(source.file, digest);
  return { digest: snapshot.digest, output, objects, exitCode: 0, used };
}

/** `aieng rejects` tells of the ingest that stands, also where it was not computed anew. */
async function settled(work: CascadeWork, record: StageRecord): Promise<void> {
  const { snapshot } = outputOf.ingest(record);
  const { source, schemaDigest, quarantined: rejected, quarantine: rejects = null } = snapshot;
  // Snapshots of 0.1 do not say what they were read from.
  if (source === undefined) return;
  await rememberRejects(work, { outcome: 'ingested', rejected, rejects, source, schemaDigest });
}

/** Source → immutable snapshot, quarantined records with reasons, and profile. */
export const ingestStage = defineStage({
  name: 'ingest',
  before: inferRowSchema,
  dependencies,
  compute,
  settled,
});
