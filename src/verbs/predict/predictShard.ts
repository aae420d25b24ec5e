import type { PredictResult } from './result.ts';
import type { PredictOptions } from './options.ts';
import { join, resolve } from 'node:path';
import type {
  PartFormat,
  PartInput,
  PartPiece,
  PartRecord,
  PartSink,
  InputFile,
  InputFiles,
  Shard,
  WrittenPart,
} from '../../data/index.ts';
import {
  blockRows,
  fileDigest,
  finishedPart,
  makeOutputFolder,
  openPartSink,
  ownsPiece,
  partFile,
  piecesOf,
  requireShard,
  writePartRecord,
} from '../../data/index.ts';
import { rejectsFile } from '../../data/shards/partRecord.ts';
import type { RejectsSink } from '../../data/sinks/rejections.ts';
import { openRejectsSink } from '../../data/sinks/rejections.ts';
import type { Rejection } from '../../data/source.ts';
import { digestOf } from '../../digest.ts';
import type { Digest } from '../../digest.ts';
import { dataError, exitCodes, usageError } from '../../errors.ts';
import { isLogged, openBatchLog } from '../../serving/index.ts';
import { resolveBundle } from '../../project/bundles.ts';
import type { NamedBundle } from '../../project/bundles.ts';
import type { Context } from '../../project/context.ts';
import type { Outcome } from '../../project/outcome.ts';
import { pastFiles, pastOfInput } from './predictHistory.ts';
import type { PastFiles } from './predictHistory.ts';
import { findInput, refuseOutputInInput } from './predictInput.ts';
import { openVerifiedPredictor } from '../../project/predictors.ts';
import { consentTo } from '../../project/trust/consent.ts';
import { requireSignature } from '../../project/trust/holding.ts';
import { readSoFar } from '../../project/interruption.ts';
import { noRemarks, predictFile, remark, rejectionsShown } from './predictRows.ts';
import type { Remarks, Scoring } from './predictRows.ts';
import { predictWarnings } from './predictTold.ts';

/** What a shard has to do: everything that decides the bytes of its part. */
export interface ShardWork {
  readonly shard: Shard;
  readonly format: PartFormat;
  readonly kind: InputFiles['kind'];
  /** The files whose rows it answers. Of a folder no others are opened, but for history. */
  readonly files: readonly InputFile[];
  /** Digest of each of them, by name: the part is made of these bytes or not at all. */
  readonly digests: ReadonlyMap<string, Digest>;
  /** The whole input's identity (see `PartInput`), and how many files it has. */
  readonly input: Pick<PartInput, 'kind' | 'name' | 'digest'>;
  readonly allFiles: number;
  /** The files whose rows make history, those of `--earlier` last; null where the model knows nothing of rows before. */
  readonly past: PastFiles | null;
  /** Columns that an answer's explanation lists; undefined: answers are not explained. */
  readonly explain: number | undefined;
  /** Digest of the rows that the shard answers and of the bundle that answers them. */
  readonly rows: Digest;
  /** The same with whatever else decides how they are written down. */
  readonly digest: Digest;
}

function partFormat({ format, output, input }: PredictOptions): PartFormat {
  const refused = (code: string, message: string, hint: string): Error => usageError({ code, message, hint });
  if (output === '-')
    throw refused(
      'shard-to-stdout',
      'A shard writes files (its part and the record of it), not standard output.',
      'Name a folder that all shards write to, for example -o parts.',
    );
  if (input === '-')
    throw refused(
      'shard-of-stdin',
      'Standard input cannot be dealt out to shards: each of them has to read it.',
      'Put the rows into a file, or better into several files of one folder.',
    );
  if (format === 'parquet')
    throw refused(
      'shard-format',
      'Parts are NDJSON or CSV: they are put together byte by byte.',
      'Leave --format away, and let `aieng predict --merge <folder> -o all.parquet` write Parquet.',
    );
  return format ?? 'ndjson';
}

interface Digested {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: Digest;
}

async function digested(files: readonly InputFile[]): Promise<Digested[]> {
  const found: Digested[] = [];
  for (const { name, bytes, path, displayPath } of files)
    found.push({
      name,
      bytes,
      sha256: await fileDigest(path, displayPath, 'Check that it is there and may be read.'),
    });
  return found;
}

/** Digests what the shard reads: the file, or its own files of the folder; all of them, where rows know of each other. */
export async function planShard(
  context: Context,
  input: InputFiles & { readonly name: string },
  about: {
    readonly shard: Shard;
    readonly format: PartFormat;
    readonly bundle: Digest;
    readonly explain?: number | undefined;
    readonly past?: PastFiles | null;
  },
): Promise<ShardWork> {
  const { kind } = input;
  const { shard, format, bundle, explain, past = null } = about;
  const files = kind === 'file' ? input.files : input.files.filter((_, piece) => ownsPiece(shard, piece));
  const own = await digested(past === null ? files : input.files);
  const earlier = await digested(past?.earlier?.files ?? []);
  const listed =
    kind === 'file' || past !== null ? own : input.files.map(({ name, bytes }) => ({ name, bytes }));
  const digest = digestOf({ kind, files: listed, ...(earlier.length === 0 ? {} : { earlier }) });
  const rows = digestOf({ bundle, shard, digest, own });
  return {
    shard,
    format,
    kind,
    files,
    past,
    digests: new Map(own.map((file) => [file.name, file.sha256])),
    input: { kind, name: input.name, digest },
    allFiles: input.files.length,
    rows,
    explain,
    digest: digestOf({
      ...{ rows, name: input.name, format, aieng: context.environment.version, schema: 2 },
      ...(explain === undefined ? {} : { explained: columnsListed(explain) }),
    }),
  };
}

/** How many columns are listed, as a record says it. */
const columnsListed = (explain: number): number | null => (Number.isFinite(explain) ? explain : null);

/** @throws data error (exit 3) where a file is no longer what it was when it was digested. */
function requireAsPlanned({ digests }: ShardWork, { name, displayPath }: InputFile, read: Digest): void {
  if (digests.get(name) === read) return;
  throw dataError({
    code: 'input-changed',
    message: `${displayPath} was changed while it was read.`,
    hint: 'Wait until it is written to its end, and run the same command again.',
    at: { file: displayPath },
  });
}

/** A piece of the part while it is written. */
type Filling = { -readonly [Key in keyof PartPiece]: PartPiece[Key] };
const emptyPiece = (): Filling => ({ rows: 0, rejected: 0, bytes: 0, rejectsBytes: 0 });

interface Scored {
  readonly pieces: readonly PartPiece[];
  readonly allPieces: number;
  readonly rejections: readonly Rejection[];
}

/** Scores what the shard owns into its part, piece by piece. */
async function scorePieces(
  context: Context,
  scoring: Scoring,
  work: ShardWork,
  { sink, refused }: { readonly sink: PartSink; readonly refused: RejectsSink },
  remarks: Remarks,
): Promise<Scored> {
  const { shard, kind } = work;
  const pieces: Filling[] = [];
  const shown: Rejection[] = [];
  let [blocks, rows] = [0, 0];
  const owns = (block: number): boolean => kind === 'folder' || ownsPiece(shard, block);
  for (const [at, file] of work.files.entries()) {
    if (kind === 'folder') pieces[at] = emptyPiece();
    const scored = predictFile(context, scoring, { kind, file }, remarks, owns);
    let isRead = false;
    for await (const part of scored) {
      if (part.kind === 'read') {
        isRead = true;
        requireAsPlanned(work, file, part.digest);
        remark(remarks, part);
        continue;
      }
      const { block, answers, rejections, share } = part;
      blocks = Math.max(blocks, block + 1);
      if (!owns(block)) continue;
      const piece = (pieces[kind === 'folder' ? at : Math.floor(block / shard.of)] ??= emptyPiece());
      const named = rejections.map((rejection) => ({ ...rejection, file: file.name }));
      piece.bytes += await sink.write(answers);
      piece.rejectsBytes += await refused.write(named);
      piece.rows += answers.length;
      piece.rejected += rejections.length;
      shown.push(...named.slice(0, rejectionsShown - shown.length));
      rows += answers.length;
      const known = kind === 'folder' ? undefined : share;
      context.progress(readSoFar({ label: 'predict', detail: 'rows' }, rows, known));
    }
    // Without rows it has no account.
    if (!isRead) requireAsPlanned(work, file, await fileDigest(file.path, file.displayPath));
  }
  return { pieces, allPieces: kind === 'folder' ? work.allFiles : blocks, rejections: shown };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

function recordOf(
  context: Context,
  { predictor }: Scoring,
  work: ShardWork,
  { pieces, allPieces, rejections }: Scored,
  written: WrittenPart & Pick<PartRecord, 'rejectsBytes' | 'rejectsDigest'>,
): PartRecord {
  const { shard, format, input, digest, explain } = work;
  if (pieces.length !== piecesOf(shard, allPieces)) throw new RangeError('pieces of the part are missing');
  return {
    schema: 2,
    shard: shard.index,
    of: shard.of,
    work: digest,
    aieng: context.environment.version,
    backend: predictor.backend.version,
    model: predictor.manifest.name,
    bundle: predictor.digest,
    classes: predictor.manifest.outputs,
    ...(predictor.manifest.interval === undefined ? {} : { interval: true }),
    ...(explain === undefined ? {} : { explained: columnsListed(explain) }),
    format,
    input: { ...input, pieces: allPieces },
    pieces,
    rows: sum(pieces.map(({ rows }) => rows)),
    rejected: sum(pieces.map(({ rejected }) => rejected)),
    // The records themselves stand in the file beside it.
    rejections: rejections.map((rejection) => ({ ...rejection, raw: '' })),
    ...written,
  };
}

/**
 * Does a shard's work: first the part, then its rows in the log, last the record that makes it count. A kill in between
 * leaves a part that does not count, and the next run does it again to the same bytes.
 */
export async function makePart(
  context: Context,
  scoring: Scoring,
  work: ShardWork,
  folder: string,
  remarks: Remarks,
): Promise<{ readonly record: PartRecord; readonly rejections: readonly Rejection[] }> {
  const { shard, format, explain } = work;
  const path = join(folder, partFile({ shard: shard.index, of: shard.of, format }));
  const { outputs: classes, interval } = scoring.predictor.manifest;
  const sink = await openPartSink(path, {
    ...{ format, classes, interval: interval !== undefined },
    explained: explain !== undefined,
  });
  const refused = openRejectsSink(join(folder, rejectsFile({ shard: shard.index, of: shard.of })));
  try {
    const why = explain === undefined ? {} : { explain };
    const scored = await scorePieces(context, { ...scoring, ...why }, work, { sink, refused }, remarks);
    const { bytes: rejectsBytes, digest: rejectsDigest } = await refused.close();
    const written = { ...(await sink.close()), rejectsBytes, rejectsDigest };
    const record = recordOf(context, scoring, work, scored, written);
    await scoring.log?.commit();
    await writePartRecord(folder, record);
    return { record, rejections: scored.rejections };
  } catch (error) {
    await sink.abort();
    await refused.abort();
    await scoring.log?.discard();
    throw error;
  }
}

/** The name in the log of what the shard answers: a retry, or a second process, is not in it twice. */
async function logFolder(context: Context, named: NamedBundle, { shard, rows }: ShardWork): Promise<string> {
  const folder = await context.store.folder(`logs/${named.name}`);
  return `${folder}/batch-${rows.slice(0, 16)}-${shard.index}-of-${shard.of}`;
}

interface Done {
  readonly record: PartRecord;
  readonly rejections: readonly Rejection[];
  readonly warnings: readonly string[];
  readonly state: 'made' | 'kept';
}

/** How many records were refused, and where they are. */
const refusedBy = (
  { output }: PredictOptions,
  record: PartRecord,
): { readonly rejected: number; readonly rejectsFile: string | null } => ({
  rejected: record.rejected,
  rejectsFile: record.rejected === 0 ? null : join(output, rejectsFile(record)),
});

async function doShard(
  context: Context,
  options: PredictOptions,
  named: NamedBundle,
  work: ShardWork,
  ignored: InputFiles['ignored'],
): Promise<Done> {
  const folder = resolve(context.environment.cwd, options.output);
  const place = options.log ? await logFolder(context, named, work) : null;
  const kept = await finishedPart(folder, work.shard, work.digest);
  if (kept !== undefined && (place === null || kept.rows === 0 || (await isLogged(place)))) {
    const about = { ...refusedBy(options, kept), remarks: noRemarks(), ignored, logged: undefined };
    return { record: kept, rejections: kept.rejections, warnings: predictWarnings(about), state: 'kept' };
  }
  const opened = await openVerifiedPredictor(context, named);
  // Said before anything is written.
  if (work.explain !== undefined) opened.predictor.explainableRows();
  const past = await pastOfInput(context, { ...opened, blockRows }, work.past);
  for (const file of work.past?.files ?? []) {
    const read = past?.files.get(file.name)?.digest;
    if (read !== undefined) requireAsPlanned(work, file, read);
  }
  await makeOutputFolder(folder);
  const log =
    place === null
      ? null
      : openBatchLog({
          folder: place,
          aieng: context.environment.version,
          attempt: context.environment.newId(),
        });
  const remarks = noRemarks(opened.predictor.manifest.row_id);
  try {
    const made = await makePart(context, { ...opened, log, blockRows, past }, work, folder, remarks);
    const about = { ...refusedBy(options, made.record), remarks, ignored, logged: log?.state() };
    return { ...made, warnings: predictWarnings(about), state: 'made' };
  } finally {
    opened.predictor.dispose();
  }
}

/**
 * One of n workers' part of a batch prediction: `<output>/part-<i>-of-<n>.ndjson` (or .csv) and its record. A part that
 * is there already, of the same rows and bundle, is kept without loading the model. Always exit 0 when the part is
 * whole, also where every record of it was refused: whether a row could be predicted at all is asked of the merged
 * output, and a repetition would not change it.
 */
export async function predictShard(
  context: Context,
  options: PredictOptions,
  shard: Shard,
): Promise<Outcome<PredictResult>> {
  requireShard(shard);
  const format = partFormat(options);
  const input = await findInput(context, {
    input: options.input,
    output: options.output,
    ...(options.dialect === undefined ? {} : { dialect: options.dialect }),
  });
  const folder = resolve(context.environment.cwd, options.output);
  refuseOutputInInput(context, options, input, folder);
  const named = await resolveBundle(context, options.bundle);
  await requireSignature(context, named);
  await consentTo(context, named);
  const name = resolve(context.environment.cwd, options.input).split(/[/\\]/).at(-1) ?? '';
  const past = await pastFiles(context, named.bundle, input, options.earlier);
  const about = { shard, format, bundle: named.bundle.digest, explain: options.explain, past };
  const work = await planShard(context, { ...input, name }, about);
  const { record, rejections, warnings, state } = await doShard(context, options, named, work, input.ignored);
  const shownName = (file: string): string =>
    work.files.find((each) => each.name === file)?.displayPath ?? file;
  return {
    exitCode: exitCodes.ok,
    bundle: record.bundle,
    ...(named.version === null ? {} : { version: named.version }),
    warnings,
    result: {
      rows: record.rows,
      rejected: record.rejected,
      rejections: rejections.map((rejection) => ({ ...rejection, file: shownName(rejection.file) })),
      output: join(options.output, partFile(record)),
      rejectsFile: refusedBy(options, record).rejectsFile,
      shard: { ...shard, state },
    },
  };
}
