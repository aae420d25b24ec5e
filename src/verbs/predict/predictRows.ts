import { cellValue, selectColumns, takeRows } from '../../data/columns.ts';
import type { Table } from '../../data/columns.ts';
import { inBlocks } from '../../data/index.ts';
import type { BlockRows, InputFile, InputFiles, OutputColumns } from '../../data/index.ts';
import { openRows } from '../../data/openRows.ts';
import { rowsWithoutId } from '../../data/rowId.ts';
import type { RowSchema } from '../../data/schema.ts';
import type { Rejection, RowsRead } from '../../data/source.ts';
import { watchedFile } from '../../data/source.ts';
import { toldOf } from '../../data/told.ts';
import { answersByRow } from '../../inference/answer.ts';
import { topContributions } from '../../inference/explain.ts';
import type { Explanation } from '../../inference/prediction.ts';
import type { Predictor, ScoredTable } from '../../inference/predictor.ts';
import type { BatchLog } from '../../serving/index.ts';
import { heedInterruption, inPieces } from '../../project/interruption.ts';
import type { Context } from '../../project/context.ts';
import type { InputPast } from './predictHistory.ts';
import { readPlan, requireSamePast, wantedColumns, withPast } from './predictHistory.ts';
import { rowsOf, withoutRows } from './predictInput.ts';

/** Rows that are explained between two looks around. */
const explainedAtOnce = 64;

/** Rejections that a result shows. */
export const rejectionsShown = 5;

/** What rows are predicted with. */
export interface Scoring {
  readonly predictor: Predictor;
  readonly schema: RowSchema;
  readonly log: BatchLog | null;
  /** Columns that an answer's explanation lists; undefined: answers are not explained. */
  readonly explain?: number;
  /** What rows know of the rows before them; null where the model takes no such thing. */
  readonly past: InputPast | null;
  /** Rows that are scored at once; blocks of a file have as many. */
  readonly blockRows: number;
}

/** Answers to rows of one block of a file, and the records of it that were refused. */
export interface ScoredRows {
  readonly kind: 'scored';
  readonly block: number;
  readonly answers: OutputColumns;
  readonly rejections: readonly Rejection[];
  /** Which part of the file's bytes was read, where that is known. */
  readonly share?: number | undefined;
}

/** What is said about the rows of a run, file by file. */
export interface Remarks {
  /** Columns that the model does not know, and how many records have them. */
  readonly unknown: Map<string, number>;
  /** Files of a folder that hold no rows. */
  readonly empty: string[];
  /** Rows in which every column is missing that would identify them; `idColumns` are these columns. */
  withoutId: number;
  readonly idColumns: readonly string[];
  /** What was found out of how files are written, and lines of them that are no records, in sentences. */
  readonly recognised: string[];
}

/** @param idColumns the model's row id */
export const noRemarks = (idColumns: readonly string[] = []): Remarks => ({
  unknown: new Map(),
  empty: [],
  withoutId: 0,
  idColumns,
  recognised: [],
});

/** Takes what the account of a file has to say about its rows. */
export function remark({ unknown, recognised, idColumns }: Remarks, read: RowsRead): void {
  for (const { name, records } of read.unknownColumns) unknown.set(name, (unknown.get(name) ?? 0) + records);
  recognised.push(...toldOf(read, idColumns));
}

const noRows: ScoredTable = { rowIds: [], scores: new Float64Array(0) };

const answersOf = (
  { manifest }: Predictor,
  { rowIds, scores }: ScoredTable,
  explained: readonly Explanation[] | null,
): OutputColumns => ({
  length: rowIds.length,
  idAt: (row) => rowIds[row]!,
  ...answersByRow(manifest, scores),
  explanationAt: (row) => explained?.[row],
});

/** Why each row got its answer; null where nobody asks. */
async function explained(
  context: Context,
  { predictor, explain }: Scoring,
  table: Table,
  scored: ScoredTable,
): Promise<readonly Explanation[] | null> {
  if (explain === undefined) return null;
  const told = { label: 'predict', detail: 'rows explained', total: table.rows, every: explainedAtOnce };
  const explanations = await inPieces(context, told, predictor.explaining(table, scored));
  return explanations.map((each) => topContributions(each, explain));
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

/** Where rows of a file stand. */
interface RowsPlace {
  readonly file: string;
  /** Rows before them that can be read. */
  readonly before: number;
}

/** Rows that the team's own transforms refuse are refused as records are that are no rows. */
function withoutRefused(
  predictor: Predictor,
  table: Table,
  unreadable: readonly Rejection[],
  { file, before }: RowsPlace,
): { readonly table: Table; readonly rejections: readonly Rejection[] } {
  const refused = predictor.refusedRows(table);
  if (refused.length === 0) return { table, rejections: unreadable };
  const out = new Set(refused.map(({ row }) => row));
  const kept = Int32Array.from({ length: table.rows }, (_, row) => row).filter((row) => !out.has(row));
  const rejections = refused.map(({ row, message }): Rejection => ({
    file,
    line: before + row + 1,
    reason: `row ${before + row + 1} of those that can be read: ${message}`,
    raw: JSON.stringify(
      Object.fromEntries([...table.columns].map(([name, column]) => [name, cellValue(column, row)])),
    ),
  }));
  return { table: takeRows(table, kept), rejections: [...unreadable, ...rejections] };
}

/** Scores some rows of a block, and puts them into the log where there is one. */
async function scoreRows(
  context: Context,
  scoring: Scoring,
  { block, table: read, rejections: unreadable }: BlockRows,
  remarks: Remarks,
  place: RowsPlace,
): Promise<ScoredRows> {
  const { predictor, log } = scoring;
  const { table, rejections } = withoutRefused(predictor, read, unreadable, place);
  remarks.withoutId += rowsWithoutId(table, remarks.idColumns);
  const scored = predictor.predictTable(table);
  if (log !== null) {
    logAnswers(context, log, predictor, selectColumns(table, wantedColumns(predictor)), scored);
    await log.flush();
  }
  const why = await explained(context, scoring, table, scored);
  return { kind: 'scored', block, answers: answersOf(predictor, scored, why), rejections };
}

async function* scoreFile(
  context: Context,
  scoring: Scoring,
  file: InputFile,
  remarks: Remarks,
  owns: (block: number) => boolean,
): AsyncGenerator<ScoredRows | RowsRead, void, void> {
  const plan = readPlan(scoring);
  const watched = watchedFile(
    rowsOf(
      file,
      scoring.blockRows,
      plan.schema.columns.map(({ name }) => name),
    ),
  );
  const parts = openRows(watched.file, () => plan);
  let before = 0;
  for await (const part of inBlocks(parts, scoring.blockRows)) {
    await heedInterruption(context);
    if (part.kind === 'read') {
      requireSamePast(scoring.past, file, part.digest);
      yield part;
      continue;
    }
    const place = { file: file.name, before };
    before += part.table.rows;
    if (owns(part.block)) {
      const table = withPast(scoring.past, part.table, file.name, place.before);
      const scored = await scoreRows(context, scoring, { ...part, table }, remarks, place);
      yield { ...scored, share: watched.share() };
    } else
      yield {
        kind: 'scored',
        block: part.block,
        answers: answersOf(scoring.predictor, noRows, null),
        rejections: [],
      };
  }
}

/**
 * Predicts a file in constant memory, block by block in the order of the file; a block may come in several pieces. Of
 * blocks that `owns` refuses nothing is scored, and nothing is given but their number. The file's account comes last. A
 * file of a folder may be without rows, and has then no account; a file by itself may not.
 */
export async function* predictFile(
  context: Context,
  scoring: Scoring,
  input: Pick<InputFiles, 'kind'> & { readonly file: InputFile },
  remarks: Remarks,
  owns: (block: number) => boolean = () => true,
): AsyncGenerator<ScoredRows | RowsRead, void, void> {
  try {
    yield* scoreFile(context, scoring, input.file, remarks, owns);
  } catch (error) {
    if (input.kind === 'file' || !withoutRows(error)) throw error;
    remarks.empty.push(input.file.displayPath);
  }
}
