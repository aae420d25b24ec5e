import { resolve } from 'node:path';
import { cellValue, selectColumns, takeRows } from '../data/columns.ts';
import type { Table } from '../data/columns.ts';
import { openSink, openSource, sourceFormat } from '../data/index.ts';
import type { Sink } from '../data/index.ts';
import type { RowSchema } from '../data/schema.ts';
import type { Batch, Rejection, Source } from '../data/source.ts';
import { exitCodes, usageError } from '../errors.ts';
import type { Prediction } from '../inference/prediction.ts';
import type { Predictor, ScoredTable } from '../inference/predictor.ts';
import { checkClosed } from '../validation/index.ts';
import { openBatchLog } from '../serving/index.ts';
import type { BatchLog } from '../serving/index.ts';
import { resolveBundle } from './bundles.ts';
import { openVerifiedPredictor } from './predictors.ts';
import type { Context } from './context.ts';
import { heedInterruption } from './interruption.ts';
import type { Outcome } from './outcome.ts';
import type { PredictOptions, PredictResult } from './verbs.ts';

const batchRows = 8_192;
const rejectionsShown = 5;

async function openInput(context: Context, options: PredictOptions): Promise<Source> {
  const stdin = options.input === '-';
  const asked = options.format ?? (stdin ? 'ndjson' : undefined);
  const found =
    asked === undefined
      ? sourceFormat(options.input)
      : { format: asked, gzip: options.input.endsWith('.gz') };
  return openSource({
    path: stdin ? '-' : resolve(context.environment.cwd, options.input),
    displayPath: stdin ? 'standard input' : options.input,
    ...found,
    encoding: 'utf-8',
    batchRows,
  });
}

function outputPlace(
  context: Context,
  options: PredictOptions,
): { path: string; format: 'csv' | 'ndjson' | 'parquet'; gzip: boolean } {
  if (options.output === '-') return { path: '-', format: options.format ?? 'ndjson', gzip: false };
  const { format, gzip } = sourceFormat(options.output);
  const path = resolve(context.environment.cwd, options.output);
  if (options.input !== '-' && path === resolve(context.environment.cwd, options.input))
    throw usageError({
      code: 'output-is-input',
      message: `The answers would take the place of the rows: input and output are both ${options.output}.`,
      hint: 'Write the answers to another file, for example -o answers.csv.',
    });
  return { path, format, gzip };
}

function answersOf(predictor: Predictor, scored: ScoredTable): Prediction[] {
  return scored.rowIds.map((_, row) => {
    const { rowId, prediction, probabilities } = predictor.answer(scored, row);
    return { id: rowId, prediction, ...(probabilities === undefined ? {} : { probabilities }) };
  });
}

function logAnswers(
  context: Context,
  log: BatchLog,
  predictor: Predictor,
  table: Table,
  scored: ScoredTable,
): void {
  for (let row = 0; row < table.rows; row += 1) {
    const { rowId, prediction, scores } = predictor.answer(scored, row);
    const features = Object.fromEntries(
      [...table.columns].map(([name, column]) => [name, cellValue(column, row)]),
    );
    log.prediction({
      id: context.environment.newId(),
      rowId,
      at: context.environment.now(),
      version: predictor.version,
      bundle: predictor.digest,
      features,
      prediction,
      scores,
    });
  }
}

/** Rows that a closed domain or range refuses, taken out of the batch. */
function splitClosed(
  batch: Batch,
  schema: RowSchema,
  file: string,
  firstRow: number,
): { table: Table; refused: Rejection[] } {
  const issues = checkClosed(batch.table, schema);
  if (issues.length === 0) return { table: batch.table, refused: [] };
  const bad = new Map(issues.map((issue) => [issue.row, issue] as const));
  const keep = Int32Array.from({ length: batch.table.rows }, (_, row) => row).filter((row) => !bad.has(row));
  const refused = [...bad.values()].map((issue) => ({
    file,
    line: firstRow + issue.row + 1,
    column: issue.column,
    reason: issue.reason,
    raw: '',
  }));
  return { table: takeRows(batch.table, keep), refused };
}

/** What is opened for one batch run. */
interface Run {
  readonly predictor: Predictor;
  readonly schema: RowSchema;
  readonly source: Source;
  readonly sink: Sink;
  readonly log: BatchLog | null;
}

/** Rows predicted and records refused. */
interface Tally {
  rows: number;
  rejected: number;
  readonly shown: Rejection[];
}

/** Predicts batch by batch; the sink is complete when this returns. */
async function predictBatches(
  context: Context,
  options: PredictOptions,
  run: Run,
  wanted: readonly string[],
): Promise<Tally> {
  const { predictor, schema, source, sink, log } = run;
  const columns = schema.columns.filter((column) => wanted.includes(column.name));
  const inputSchema = { ...schema, columns };
  const required = columns
    .filter((column) => column.required && predictor.inputs.includes(column.name))
    .map((column) => column.name);
  const optional = wanted.filter((name) => !required.includes(name));
  const tally: Tally = { rows: 0, rejected: 0, shown: [] };
  for await (const batch of source.read(inputSchema, { required, optional })) {
    await heedInterruption(context);
    const { table, refused } = splitClosed(batch, inputSchema, options.input, tally.rows + tally.rejected);
    const scored = predictor.predictTable(table);
    await sink.write(answersOf(predictor, scored));
    if (log !== null) {
      logAnswers(context, log, predictor, selectColumns(table, wanted), scored);
      await log.flush();
    }
    const bad = [...batch.rejections, ...refused];
    tally.rows += table.rows;
    tally.rejected += bad.length;
    tally.shown.push(...bad.slice(0, rejectionsShown - tally.shown.length));
    context.progress({ kind: 'progress', label: 'predict', done: tally.rows, total: 0, detail: 'rows' });
  }
  await heedInterruption(context);
  await sink.close();
  return tally;
}

/**
 * Batch inference in constant memory: the same predictor as in the service, one batch at a time.
 * Exit 3 when no row could be predicted.
 */
export async function predict(context: Context, options: PredictOptions): Promise<Outcome<PredictResult>> {
  const place = outputPlace(context, options);
  const named = await resolveBundle(context, options.bundle);
  const { predictor, schema } = await openVerifiedPredictor(named);
  const source = await openInput(context, options);
  const wanted = [...new Set([...predictor.inputs, ...predictor.manifest.row_id])];
  const known = new Set(schema.columns.map((column) => column.name));
  const unknown = (await source.header()).filter((name) => !known.has(name));
  const sink = await openSink({ ...place, classes: predictor.manifest.outputs });
  const log = options.log ? await openLog(context, named.name) : null;
  let tally: Tally;
  try {
    tally = await predictBatches(context, options, { predictor, schema, source, sink, log }, wanted);
    await log?.commit();
  } catch (error) {
    await sink.abort();
    await log?.discard();
    throw error;
  } finally {
    predictor.dispose();
  }
  const { rows, rejected, shown } = tally;
  const warnings: string[] = [];
  const logged = log?.state();
  if (logged?.degraded === true)
    warnings.push(`The prediction log is not complete (${logged.message}): ${logged.lost} rows are missing.`);
  if (unknown.length > 0)
    warnings.push(`Columns that the model does not know were ignored: ${unknown.join(', ')}.`);
  if (rejected > 0)
    warnings.push(
      `${rejected} ${rejected === 1 ? 'record' : 'records'} could not be predicted and ${rejected === 1 ? 'is' : 'are'} not in the output.`,
    );
  return {
    exitCode: rows === 0 && rejected > 0 ? exitCodes.dataRejected : exitCodes.ok,
    bundle: named.bundle.digest,
    ...(named.version === null ? {} : { version: named.version }),
    warnings,
    result: { rows, rejected, rejections: shown, output: options.output },
  };
}

async function openLog(context: Context, name: string): Promise<BatchLog> {
  const folder = await context.store.folder(`logs/${name}`);
  return openBatchLog(`${folder}/batch-${context.environment.newId()}`);
}
