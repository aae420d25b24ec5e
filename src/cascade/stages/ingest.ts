import { placeOf, withoutCredentials } from '../../data/address.ts';
import type { Table } from '../../data/columns.ts';
import { historyColumns } from '../../data/history/compute.ts';
import { withHistory } from '../../data/history/schema.ts';
import { digestingTable } from '../../data/logicalDigest.ts';
import type { GatheredRows } from '../../data/openRows.ts';
import { writeParquet } from '../../data/parquet.ts';
import { encodeQuarantine, groupRejections } from '../../data/quarantine.ts';
import type { RowSchema } from '../../data/schema.ts';
import type { Mended, Snapshot, SnapshotSource } from '../../data/snapshot.ts';
import type { LeftOut, Rejection, RowsFile } from '../../data/source.ts';
import { versionOf } from '../../data/remote/version.ts';
import { encodingAdvice } from '../../data/sources/declare.ts';
import { isEncodingFault } from '../../data/sources/notUtf8.ts';
import type { Digest } from '../../digest.ts';
import { canonicalJson, digestOf } from '../../digest.ts';
import { dataError } from '../../errors.ts';
import { checkColumns } from '../../pipeline/columnCheck.ts';
import { unusedPersonalColumns } from '../../pipeline/inputColumns.ts';
import { writeRowSchema } from '../../pipeline/loadRowSchema.ts';
import { displayPath } from '../../pipeline/loadText.ts';
import type { Pipeline } from '../../pipeline/pipeline.ts';
import { inferRows } from '../../project/inferRows.ts';
import { openRowSchema, sourceFile, underRoot } from '../../project/inputs.ts';
import { inPieces } from '../../project/interruption.ts';
import { digestOfSource } from '../../project/sourceDigest.ts';
import { grouped } from '../../statistics/figures.ts';
import { nearest } from '../../suggest.ts';
import { withoutPersonalValues } from '../../validation/personal.ts';
import { profiling } from '../../validation/profiling.ts';
import type { Work } from '../../work.ts';
import type { RejectsRecord } from '../../tracking/rejects.ts';
import { writeRejects } from '../../tracking/rejects.ts';
import { lastMended, readMended } from '../../tracking/mended.ts';
import { storeSalt } from '../../tracking/salt.ts';
import { hiddenValue } from '../key.ts';
import type { IngestOutput } from '../../tracking/stageOutputs.ts';
import { outputOf } from '../../tracking/stages.ts';
import { lastStage } from '../memory.ts';
import { withMended } from '../mendedRows.ts';
import type { HowRead } from '../parentSnapshot.ts';
import { lineageOf } from '../parentSnapshot.ts';
import { newFilesOf } from '../newFiles.ts';
import { placeInPipeline } from '../pipelinePlace.ts';
import type { SourceOfRows, SourceRows } from '../sourceRows.ts';
import { readSource, sourceRows } from '../sourceRows.ts';
import type { CascadeWork, Computed, Dependencies, StageRecord, Tools } from '../stage.ts';
import { defineStage } from '../stage.ts';

/** What the snapshot is a function of. Names are what `explain stage` says. */
interface Parts extends Partial<HowRead> {
  /** The digest of its bytes, or what else it calls itself. */
  readonly [source: `source ${string}`]: string;
  readonly 'row schema': string;
  /** Personal columns that nothing of the pipeline uses: they are not kept. */
  readonly 'personal columns not kept': readonly string[];
  /** Rejected records that a person mended. */
  readonly 'mended records': Digest | null;
  /** As it is written: values of the environment by their names. */
  readonly 'pipeline source': Readonly<Record<string, unknown>>;
  /** Those values as salted hashes, by where they stand. */
  readonly environment: Readonly<Record<string, string>>;
}

interface Reach extends SourceOfRows {
  /** The mended file, where there are mended records. */
  readonly mendedIn: string;
  readonly pipeline: Pick<Pipeline, 'name' | 'source'>;
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
  checkColumns(pipeline, withHistory(schema, pipeline.history), displayPath(context.root, pipeline.file));
  await writeRowSchema(underRoot(context, pipeline.schema), schema, pipeline.schema);
  context.progress({
    kind: 'warning',
    message: `No row schema was there: ${pipeline.schema} was inferred from the data. Review it and keep it in git.`,
  });
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
    message: `${grouped(read.rejected)} of ${grouped(read.records)} records of ${source.display} cannot be used (${percent(read.rejected / read.records)}; at most ${percent(source.max_rejected_share)} may be). Most often (${grouped(most.count)} times): ${first.reason} (${where}).`,
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
  // What a path leads to is in the key by its bytes, and the name of it as `display`. How patient we are changes no row.
  const { path, allow_private: _, max_bytes: _most, timeout: _timeout, ...source } = pipeline.source;
  const written: Record<string, unknown> = { ...source };
  const environment: Record<string, string> = {};
  // A server that is named by a variable may be another one tomorrow; its password may change.
  if (placeOf(path) !== 'file' && pipeline.variables['/source/path'] !== undefined)
    environment['source.path'] = await hiddenValue(await storeSalt(context), withoutCredentials(path));
  for (const [key, value] of Object.entries(source)) {
    const text = pipeline.variables[`/source/${key}`];
    if (text === undefined) continue;
    written[key] = text;
    environment[`source.${key}`] = await hiddenValue(await storeSalt(context), value);
  }
  return { 'pipeline source': written, environment };
}

/** What the source holds, under the name that it is written with. */
const held = (display: string, version: string): Readonly<Record<`source ${string}`, string>> => ({
  [`source ${display}`]: version,
});

/** What the source holds now, and its rows, where only reading them tells. */
async function lookAt(
  work: CascadeWork,
  source: RowsFile,
  schema: RowSchema,
  notKept: readonly string[],
): Promise<{ readonly version: string; readonly gathered: GatheredRows | null }> {
  const version =
    placeOf(source.path) === 'file' ? await digestOfSource(work.context, source) : await versionOf(source);
  if (version !== null) return { version, gathered: null };
  if (work.looking === true) {
    const last = (await lastStage(work.context, work.pipeline.name, 'ingest'))?.parts;
    const before = last?.[`source ${source.displayPath}`];
    return { version: typeof before === 'string' ? before : 'not read yet', gathered: null };
  }
  const gathered = await readSource({ source, schema, notKept }, work.context);
  return { version: gathered.read.version ?? gathered.read.digest, gathered };
}

async function dependencies(work: CascadeWork): Promise<Dependencies<Parts, Reach>> {
  const { context, pipeline } = work;
  const schema = await openRowSchema(context, pipeline);
  // Every time, not only when it runs: a column that the pipeline newly names must be there.
  if (schema !== null) checkColumns(pipeline, schema, displayPath(context.root, pipeline.file));
  const source = sourceFile(context, pipeline);
  const known = schema ?? { columns: [], missing: [] };
  const notKept = unusedPersonalColumns(pipeline, known);
  const mended = await lastMended(context, pipeline.name);
  const { version, gathered } = await lookAt(work, source, known, notKept);
  const parts: Parts = {
    ...held(source.displayPath, version),
    'row schema': schema === null ? 'not written yet' : digestOf(schema),
    'personal columns not kept': notKept,
    'mended records': mended?.digest ?? null,
    ...(await recorded(work)),
  };
  const lineage = await lineageOf(work, parts, `source ${source.displayPath}`);
  const newFiles =
    lineage.parent === null || placeOf(source.path) !== 'file'
      ? null
      : await newFilesOf(context, source, lineage.parent);
  const { how, parent } =
    newFiles === null && placeOf(source.path) === 'file' && lineage.parent !== null
      ? { how: {}, parent: null }
      : lineage;
  const reach: Reach = {
    pipeline,
    source,
    schema: known,
    notKept,
    mendedIn: mended?.file ?? '',
    rowId: pipeline.row_id,
    gathered,
    parent,
    newFiles,
    remember: (account) => rememberRejects(work, account),
  };
  return { parts: { ...parts, ...how }, reach };
}

/** Where the rows of a snapshot came from. */
function sourceOf(pipeline: Reach['pipeline'], rows: SourceRows): SnapshotSource {
  const { digest, bytes, dialect, unreadable, version, cursor, files } = rows.read;
  return {
    file: pipeline.source.display,
    digest,
    bytes,
    records: rows.table.rows + rows.rejections.length,
    dialect,
    unreadable,
    ...(files === undefined ? {} : { files }),
    ...(version === null ? {} : { version }),
    ...(cursor === null ? {} : { cursor }),
  };
}

/** Keeps a table as a snapshot does: its digest, its rows, its profile. */
async function keepTable(
  table: Table,
  schema: RowSchema,
  tools: Tools,
): Promise<Pick<Snapshot, 'digest' | 'parquet' | 'rows' | 'columns' | 'profile'>> {
  const { store } = tools;
  const cells = table.rows * table.columns.size;
  const looked = <Result>(detail: string, work: Work<Result>): Promise<Result> =>
    inPieces(tools, { label: 'ingest', detail, total: cells }, work);
  const said = (done: number, detail: string): void =>
    tools.progress({ kind: 'progress', label: 'ingest', done, total: table.rows, detail });
  return {
    digest: await looked('cells digested', digestingTable(table)),
    parquet: await store.putBy((path) => writeParquet(table, path, (done) => said(done, 'rows written'))),
    rows: table.rows,
    columns: [...table.columns.keys()],
    profile: await store.put(
      canonicalJson(withoutPersonalValues(await looked('cells profiled', profiling(table)), schema)),
    ),
  };
}

/** The rows with mended records among them, and what became of these; null where nothing was mended. */
async function takeMended(
  rows: SourceRows,
  records: Digest | null,
  reach: Reach,
  tools: Tools,
): Promise<{ readonly rows: SourceRows; readonly mended: Mended | null }> {
  if (records === null) return { rows, mended: null };
  const taken = await withMended(rows, await readMended(tools, records), reach, tools);
  return { rows: taken.rows, mended: { records, file: reach.mendedIn, ...taken.account } };
}

const leftOutAs: Readonly<Record<LeftOut['what'], string>> = {
  footer: 'below the table (source.skip_footer)',
  comment: 'that are comments (source.comment)',
  empty: 'that hold nothing but delimiters (source.empty_rows)',
};

/** Tells of the lines that are no records; what stands in them may be personal. */
function tellLeftOut({ read }: SourceRows, display: string, { progress }: Tools): void {
  for (const { what, count, line } of read.leftOut ?? [])
    progress({
      kind: 'warning',
      message: `${display}: left out, as declared: ${count} line${count === 1 ? '' : 's'} ${leftOutAs[what]}, the first on line ${line}.`,
    });
}

/** Tells of columns that no row has, because the source does not, and of files that are not like the others. */
function tellDifferences({ read }: SourceRows, display: string, { progress }: Tools): void {
  const tell = (message: string): void => progress({ kind: 'warning', message: `${display}: ${message}` });
  for (const { what, example } of read.warnings) tell(`${what}${example === null ? '' : ` (${example})`}`);
  for (const name of read.absent) tell(`there is no column ${name}: it is missing in every row`);
}

/** The rows with what they know of the rows before them: of all that there are, those of before among them. */
async function withHistoryColumns(
  table: Table,
  schema: RowSchema,
  display: string,
  tools: Tools,
): Promise<Table> {
  const { history } = schema;
  if (history === undefined) return table;
  const told = { label: 'ingest', detail: 'rows given their history', total: table.rows };
  const { columns, withoutHistory } = await inPieces(tools, told, historyColumns(history, table));
  if (withoutHistory > 0)
    tools.progress({
      kind: 'warning',
      message: `${display}: ${grouped(withoutHistory)} of ${grouped(table.rows)} rows have no ${history.time}${history.by === null ? '' : ` or no ${history.by}`}: they know of no row before them, and no row of them.`,
    });
  return { rows: table.rows, columns: new Map([...table.columns, ...columns]) };
}

/** A column that is gone while another one has come was renamed, or this is another file: nobody is to learn without it. */
function refuseRenamed({ read }: SourceRows, display: string): void {
  const unknown = read.unknownColumns.map(({ name }) => name);
  const [gone] = read.absent;
  if (gone === undefined || unknown.length === 0) return;
  const names = (list: readonly string[]): string => list.map((name) => JSON.stringify(name)).join(', ');
  const meant = nearest(gone, unknown);
  throw dataError({
    code: 'missing-column',
    message: `${display}: expected ${names(read.absent)}, but there is no such column, and ${names(unknown)}, which the schema does not know.`,
    hint: `${meant === undefined ? '' : `Did you mean ${JSON.stringify(meant)} for ${JSON.stringify(gone)}? `}If a column was renamed, rename it in the source or in the row schema; if it is gone for good, take it out of the row schema.`,
    at: { file: display },
  });
}

/** The snapshot, and what did not become part of it. */
export async function compute(
  { parts, reach }: Dependencies<Parts, Reach>,
  tools: Tools,
): Promise<Computed<IngestOutput>> {
  const { store } = tools;
  const { pipeline, schema, notKept } = reach;
  if (notKept.length > 0)
    tools.progress({
      kind: 'step',
      message: `Personal, used by nothing and not kept: ${notKept.join(', ')}`,
    });
  const found = await sourceRows(reach, tools);
  const { rows, mended } = await takeMended(found, parts['mended records'], reach, tools);
  const { rejections, read, added } = rows;
  const table = await withHistoryColumns(rows.table, schema, pipeline.source.display, tools);
  refuseRenamed(found, pipeline.source.display);
  tellLeftOut(rows, pipeline.source.display, tools);
  tellDifferences(rows, pipeline.source.display, tools);
  const source = sourceOf(pipeline, rows);
  const schemaDigest = await store.put(canonicalJson(schema));
  const rejected = rejections.length;
  const quarantine = rejected === 0 ? null : await store.put(encodeQuarantine(rejections));
  // Of what was read: one bad reading is not to hide behind all that was read before.
  const tolerable =
    read.records === 0 ||
    (read.rejected / read.records <= pipeline.source.max_rejected_share && rejected < source.records);
  if (!tolerable) {
    await reach.remember({ outcome: 'refused', rejected, rejects: quarantine, source, schemaDigest });
    throw tooManyRejected(pipeline, { table, rejections: rows.refused, read });
  }
  const snapshot: Snapshot = {
    ...(await keepTable(table, schema, tools)),
    schemaDigest,
    quarantined: rejected,
    ...(quarantine === null ? {} : { quarantine }),
    unknownColumns: read.unknownColumns,
    files: read.files?.map(({ file }) => file) ?? [source.file],
    source,
    ...(mended === null ? {} : { mended }),
    ...(added === null ? {} : { parent: added.parent.digest, increment: added.increment }),
  };
  const output: IngestOutput = { snapshot, rejections: rejections.slice(0, rejectionsShown).map(shortened) };
  const objects = [snapshot.parquet, schemaDigest, snapshot.profile];
  if (quarantine !== null) objects.push(quarantine);
  if (mended !== null) objects.push(mended.records);
  // The source may have been replaced since it was looked at for the key: what counts is what was read.
  const used = {
    ...held(source.file, read.version ?? read.digest),
    ...(reach.parent !== null && added === null ? { 'snapshot before': 'not used: rows came late' } : {}),
  };
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
