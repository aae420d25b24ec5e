import type { PredictResult } from './result.ts';
import type { PredictOptions } from './options.ts';
import { resolve } from 'node:path';
import { blockRows, openSink } from '../../data/index.ts';
import { requireFormat } from '../../data/dialect.ts';
import type { InputFiles, Sink, SinkOptions } from '../../data/index.ts';
import type { RejectsSink } from '../../data/sinks/rejections.ts';
import { openRejectsSink } from '../../data/sinks/rejections.ts';
import type { Rejection } from '../../data/source.ts';
import { exitCodes } from '../../errors.ts';
import { openBatchLog } from '../../serving/index.ts';
import type { BatchLog } from '../../serving/index.ts';
import { resolveBundle } from '../../project/bundles.ts';
import type { NamedBundle } from '../../project/bundles.ts';
import type { Context } from '../../project/context.ts';
import type { Outcome } from '../../project/outcome.ts';
import { pastFiles, pastOfInput } from './predictHistory.ts';
import { findInput, refuseOutputInInput, rejectsPlace } from './predictInput.ts';
import { openVerifiedPredictor } from '../../project/predictors.ts';
import { consentTo } from '../../project/trust/consent.ts';
import { requireSignature } from '../../project/trust/holding.ts';
import { readSoFar } from '../../project/interruption.ts';
import { noRemarks, predictFile, remark, rejectionsShown } from './predictRows.ts';
import type { Remarks, Scoring } from './predictRows.ts';
import { predictShard } from './predictShard.ts';
import { predictWarnings } from './predictTold.ts';

function outputPlace(context: Context, options: PredictOptions): Omit<SinkOptions, 'classes'> {
  if (options.output === '-') return { path: '-', format: options.format ?? 'ndjson', gzip: false };
  return { path: resolve(context.environment.cwd, options.output), ...requireFormat(options.output) };
}

/** Rows predicted and records refused. */
interface Tally {
  rows: number;
  rejected: number;
  readonly shown: Rejection[];
}

/** Predicts file by file, block by block; the sink is complete when this returns. */
async function predictAll(
  context: Context,
  scoring: Scoring,
  { kind, files }: InputFiles,
  sink: Sink,
  refused: RejectsSink,
  remarks: Remarks,
): Promise<Tally> {
  const tally: Tally = { rows: 0, rejected: 0, shown: [] };
  for (const file of files)
    for await (const part of predictFile(context, scoring, { kind, file }, remarks)) {
      if (part.kind === 'read') {
        remark(remarks, part);
        continue;
      }
      const { answers, rejections, share } = part;
      await sink.write(answers);
      await refused.write(rejections.map((rejection) => ({ ...rejection, file: file.name })));
      tally.rows += answers.length;
      tally.rejected += rejections.length;
      tally.shown.push(...rejections.slice(0, rejectionsShown - tally.shown.length));
      // Of several files nobody knows what share one is.
      const known = files.length === 1 ? share : undefined;
      context.progress(readSoFar({ label: 'predict', detail: 'rows' }, tally.rows, known));
    }
  // Answers never stand without what is missing from them.
  await refused.close();
  await sink.close();
  return tally;
}

async function openLog(context: Context, name: string): Promise<BatchLog> {
  const folder = await context.store.folder(`logs/${name}`);
  return openBatchLog({
    folder: `${folder}/batch-${context.environment.newId()}`,
    aieng: context.environment.version,
  });
}

async function predictInput(
  context: Context,
  options: PredictOptions,
  input: InputFiles,
  named: NamedBundle,
): Promise<Pick<Outcome<PredictResult>, 'exitCode' | 'warnings' | 'result'>> {
  const opened = await openVerifiedPredictor(context, named);
  const { predictor } = opened;
  const remarks = noRemarks(predictor.manifest.row_id);
  const place = outputPlace(context, options);
  const rejects = rejectsPlace(context, options);
  const refused = openRejectsSink(rejects.path);
  const { explain } = options;
  // Said before anything is written.
  if (explain !== undefined) predictor.explainableRows();
  const before = await pastFiles(context, named.bundle, input, options.earlier);
  const past = await pastOfInput(context, { ...opened, blockRows }, before);
  const sink = await openSink({
    ...place,
    classes: predictor.manifest.outputs,
    interval: predictor.manifest.interval !== undefined,
    explained: explain !== undefined,
  });
  const log = options.log ? await openLog(context, named.name) : null;
  let tally: Tally;
  try {
    const why = explain === undefined ? {} : { explain };
    tally = await predictAll(
      context,
      { ...opened, log, blockRows, past, ...why },
      input,
      sink,
      refused,
      remarks,
    );
    await log?.commit();
  } catch (error) {
    await sink.abort();
    await refused.abort();
    await log?.discard();
    throw error;
  } finally {
    predictor.dispose();
  }
  const { rows, rejected, shown } = tally;
  const rejectsFile = rejected === 0 ? null : rejects.shown;
  return {
    exitCode: rows === 0 && rejected > 0 ? exitCodes.dataRejected : exitCodes.ok,
    warnings: predictWarnings({
      rejected,
      rejectsFile,
      remarks,
      ignored: input.ignored,
      logged: log?.state(),
    }),
    result: { rows, rejected, rejections: shown, output: options.output, rejectsFile },
  };
}

/**
 * Batch inference in constant memory: the same predictor as in the service, one block of rows at a time, over a file,
 * standard input, or the files of a folder in the order of their names. With `shard`, one of n workers' part of it.
 * Exit 3 when no row could be predicted.
 *
 * @example
 * ```ts
 * const asked = { bundle: 'churn@1', input: 'data/customers.csv', output: 'answers.csv', log: false };
 * const { result } = await predict(context, asked);
 * // result.rows → 150
 * ```
 */
export async function predict(context: Context, options: PredictOptions): Promise<Outcome<PredictResult>> {
  if (options.shard !== undefined) return predictShard(context, options, options.shard);
  outputPlace(context, options);
  rejectsPlace(context, options);
  const input = await findInput(context, options);
  if (options.output !== '-') refuseOutputInInput(context, options, input);
  const named = await resolveBundle(context, options.bundle);
  await requireSignature(context, named);
  await consentTo(context, named);
  return {
    bundle: named.bundle.digest,
    ...(named.version === null ? {} : { version: named.version }),
    ...(await predictInput(context, options, input, named)),
  };
}
