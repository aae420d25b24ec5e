import { cellValue, selectColumns, takeRows } from '../../data/columns.ts';
import type { Table } from '../../data/columns.ts';
import { inBlocks } from '../../data/index.ts';
import type { BlockRows, Partition, Partitions } from '../../data/index.ts';
import type { RowSchema } from '../../data/schema.ts';
import type { Rejection } from '../../data/source.ts';
import { AiengError } from '../../errors.ts';
import type { Prediction } from '../../inference/prediction.ts';
import type { Predictor, ScoredTable } from '../../inference/predictor.ts';
import type { BatchLog } from '../../serving/index.ts';
import { checkClosed } from '../../validation/index.ts';
import { heedInterruption } from '../../project/interruption.ts';
import type { Context } from '../../project/context.ts';
import { openPartition } from './predictInput.ts';

/** Rejections that a result shows. */
export const rejectionsShown = 5;

/** What rows are predicted with. */
export interface Scoring {
  readonly predictor: Predictor;
  readonly schema: RowSchema;
  readonly log: BatchLog | null;
  /** Rows that are scored at once; blocks of a file have as many. */
  readonly blockRows: number;
}

/** Answers to rows of one block of a file, and the records of it that were refused. */
export interface ScoredRows {
  readonly block: number;
  readonly answers: readonly Prediction[];
  readonly rejections: readonly Rejection[];
}

/** What is said about the rows of a run, file by file. */
export interface Remarks {
  /** Columns that the model does not know. */
  readonly unknown: Set<string>;
  /** Files of a folder that hold no rows. */
  readonly empty: string[];
}

export const noRemarks = (): Remarks => ({ unknown: new Set(), empty: [] });

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
  { table, recordsBefore }: BlockRows,
  schema: RowSchema,
  file: string,
): { table: Table; refused: Rejection[] } {
  const issues = checkClosed(table, schema);
  if (issues.length === 0) return { table, refused: [] };
  const bad = new Map(issues.map((issue) => [issue.row, issue] as const));
  const keep = Int32Array.from({ length: table.rows }, (_, row) => row).filter((row) => !bad.has(row));
  const refused = [...bad.values()].map((issue) => ({
    file,
    line: recordsBefore + issue.row + 1,
    column: issue.column,
    reason: issue.reason,
    raw: '',
  }));
  return { table: takeRows(table, keep), refused };
}

/** The columns that predicting takes: inputs and row ids. */
const wantedColumns = ({ inputs, manifest }: Predictor): readonly string[] => [
  ...new Set([...inputs, ...manifest.row_id]),
];

/** Scores some rows of a block, and puts them into the log where there is one. */
async function scoreRows(
  context: Context,
  { predictor, log }: Scoring,
  rows: BlockRows,
  schema: RowSchema,
  file: string,
): Promise<ScoredRows> {
  const { table, refused } = splitClosed(rows, schema, file);
  const scored = predictor.predictTable(table);
  if (log !== null) {
    logAnswers(context, log, predictor, selectColumns(table, wantedColumns(predictor)), scored);
    await log.flush();
  }
  const rejections = [...rows.rejections, ...refused];
  return { block: rows.block, answers: answersOf(predictor, scored), rejections };
}

async function* scoreFile(
  context: Context,
  scoring: Scoring,
  file: Partition,
  remarks: Remarks,
  owns: (block: number) => boolean,
): AsyncGenerator<ScoredRows, void, void> {
  const { predictor, schema } = scoring;
  const wanted = wantedColumns(predictor);
  const columns = schema.columns.filter((column) => wanted.includes(column.name));
  const required = columns
    .filter((column) => column.required && predictor.inputs.includes(column.name))
    .map((column) => column.name);
  const optional = wanted.filter((name) => !required.includes(name));
  const inputSchema = { ...schema, columns };
  const source = await openPartition(file, scoring.blockRows);
  const known = new Set(schema.columns.map((column) => column.name));
  for (const name of await source.header()) if (!known.has(name)) remarks.unknown.add(name);
  for await (const rows of inBlocks(source.read(inputSchema, { required, optional }), scoring.blockRows)) {
    await heedInterruption(context);
    if (owns(rows.block)) yield await scoreRows(context, scoring, rows, inputSchema, file.displayPath);
    else yield { block: rows.block, answers: [], rejections: [] };
  }
  await heedInterruption(context);
}

const withoutRows = (error: unknown): boolean =>
  error instanceof AiengError && (error.code === 'source-empty' || error.code === 'source-without-rows');

/**
 * Predicts a file in constant memory, block by block in the order of the file; a block may come in several pieces. Of
 * blocks that `owns` refuses nothing is scored, and nothing is given but their number. A file of a folder may be
 * without rows; a file by itself may not.
 */
export async function* predictFile(
  context: Context,
  scoring: Scoring,
  input: Pick<Partitions, 'kind'> & { readonly file: Partition },
  remarks: Remarks,
  owns: (block: number) => boolean = () => true,
): AsyncGenerator<ScoredRows, void, void> {
  try {
    yield* scoreFile(context, scoring, input.file, remarks, owns);
  } catch (error) {
    if (input.kind === 'file' || !withoutRows(error)) throw error;
    remarks.empty.push(input.file.displayPath);
  }
}
