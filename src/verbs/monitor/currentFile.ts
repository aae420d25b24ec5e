import { resolve } from 'node:path';
import type { Table } from '../../data/columns.ts';
import { cellValue, concatTables, selectColumns, takeRows } from '../../data/columns.ts';
import type { Dialect } from '../../data/dialect.ts';
import { undeclaredRows } from '../../data/dialect.ts';
import { apartFrom, idsOfRows, toldTwice } from '../../data/history/apart.ts';
import { historyColumns } from '../../data/history/compute.ts';
import type { HistoryRule } from '../../data/history/rule.ts';
import { historyInputs } from '../../data/history/rule.ts';
import { broughtRows } from '../../data/history/schema.ts';
import type { GatheredRows } from '../../data/openRows.ts';
import { gatherRows } from '../../data/openRows.ts';
import type { ReadPlan, Rejection } from '../../data/source.ts';
import type { RowSchema } from '../../data/schema.ts';
import { usageError } from '../../errors.ts';
import { turnRows } from '../../modeling/turns.ts';
import { fileSpanTold } from '../../monitoring/windows.ts';
import { toldOf } from '../../data/told.ts';
import type { Context } from '../../project/context.ts';
import { heedInterruption, inPieces, readSoFar } from '../../project/interruption.ts';
import type { JudgedRows } from '../../project/observation/observe.ts';
import { tellable } from '../../project/labelledTraffic.ts';
import type { OpenedPredictor } from '../../project/predictors.ts';
import { joiningLabels } from '../../traffic/join.ts';
import type { GivenLabel, Joined } from '../../traffic/join.ts';
import { joiningOwnLabels } from '../../traffic/ownLabels.ts';
import type { LabelledQuery } from '../../traffic/labelled.ts';

/** A file of rows to judge, and what flags say of how it is written. */
export interface CurrentRows {
  readonly path: string;
  readonly dialect: Partial<Dialect>;
  /** Another file, of rows before these. */
  readonly history?: string;
}

/** Reads what the model needs of a file, and what identifies and labels its rows. */
async function readRows(
  context: Context,
  { path, dialect, history }: CurrentRows,
  { predictor, schema: whole }: OpenedPredictor,
): Promise<GatheredRows> {
  const schema = broughtRows(whole);
  const past = whole.history === undefined ? [] : historyInputs(whole.history);
  const { label, row_id } = predictor.manifest;
  const required = schema.columns
    .filter(
      (column) => past.includes(column.name) || (column.required && predictor.inputs.includes(column.name)),
    )
    .map((column) => column.name);
  const wanted = new Set([...predictor.inputs, ...row_id, label]);
  // The label may be absent in each row, whatever the schema says of training data.
  const columns = schema.columns.map((column) =>
    column.name === label ? { ...column, nullable: true, required: false } : column,
  );
  const optional = columns
    .map((column) => column.name)
    .filter((name) => wanted.has(name) && !required.includes(name));
  const file = {
    path: resolve(context.environment.cwd, path),
    displayPath: path,
    dialect: undeclaredRows(path, dialect),
    declarable: 'flags' as const,
    expects: columns.map(({ name }) => name),
    batchRows: 65_536,
  };
  // The whole schema: what is personal is withheld of refused records whether the model reads it or not.
  const plan = (): ReadPlan => ({ schema: { ...schema, columns }, required, optional });
  const gathered = await gatherRows(file, plan, async (done, share) => {
    context.progress(readSoFar({ label: 'monitor', detail: `records of ${path} read` }, done, share));
    await heedInterruption(context);
  });
  return whole.history === undefined
    ? withoutHistory(gathered, history)
    : withHistoryOf(
        context,
        whole.history,
        gathered,
        await earlierRows(context, { schema, rule: whole.history, row_id }, gathered.table, history),
      );
}

function withoutHistory(gathered: GatheredRows, earlier: string | undefined): GatheredRows {
  if (earlier === undefined) return gathered;
  throw usageError({
    code: 'history-unknown',
    message: 'The model knows nothing of rows before a row.',
    hint: 'Leave `--earlier` out.',
  });
}

/** Rows that are looked back at and are nothing else; null where none are named. */
async function earlierRows(
  context: Context,
  {
    schema,
    rule,
    row_id,
  }: { readonly schema: RowSchema; readonly rule: HistoryRule; readonly row_id: readonly string[] },
  own: Table,
  path: string | undefined,
): Promise<Table | null> {
  if (path === undefined) return null;
  const file = {
    path: resolve(context.environment.cwd, path),
    displayPath: path,
    dialect: undeclaredRows(path, {}),
    declarable: 'flags' as const,
    expects: schema.columns.map(({ name }) => name),
    batchRows: 65_536,
  };
  const required = historyInputs(rule);
  const known = new Set(schema.columns.map(({ name }) => name));
  const optional = row_id.filter((name) => known.has(name) && !required.includes(name));
  const { table } = await gatherRows(
    file,
    () => ({ schema, required, optional }),
    () => heedInterruption(context),
  );
  const ids = new Set(idsOfRows(own, row_id).filter((id) => id !== null));
  const apart = apartFrom(ids, table, row_id);
  if (apart.rows < table.rows)
    context.progress({ kind: 'warning', message: toldTwice(table.rows - apart.rows, path) });
  return apart;
}

/** Rows with what they know of each other, and of earlier ones. */
async function withHistoryOf(
  context: Context,
  rule: HistoryRule,
  gathered: GatheredRows,
  before: Table | null,
): Promise<GatheredRows> {
  const { table } = gathered;
  const needed = historyInputs(rule);
  const own = selectColumns(table, needed);
  const all = before === null ? own : concatTables([own, selectColumns(before, needed)]);
  const told = { label: 'monitor', detail: 'rows given their history', total: all.rows };
  const made = (await inPieces(context, told, historyColumns(rule, all))).columns;
  const first = Int32Array.from({ length: table.rows }, (_, row) => row);
  const columns = takeRows({ rows: all.rows, columns: made }, first).columns;
  return { ...gathered, table: { rows: table.rows, columns: new Map([...table.columns, ...columns]) } };
}

/** Tells a row of the file from every id that a label could have. */
const place = (row: number): string => `\u0000${row}`;

/** The file's own labels, by row. */
interface OwnLabels {
  readonly rows: number;
  readonly at: (row: number) => string | number | null;
}

function ownLabels(table: Table, label: string): OwnLabels {
  const own = table.columns.get(label);
  return { rows: table.rows, at: (row) => (own === undefined ? null : cellValue(own, row)) };
}

/** The same as they are joined with labels from elsewhere: any other of the same row is newer. */
function givenLabels({ rows, at }: OwnLabels): readonly GivenLabel[] {
  const labels: GivenLabel[] = [];
  for (let row = 0; row < rows; row += 1) {
    const label = at(row);
    if (label !== null) labels.push({ id: place(row), label, at: -Infinity });
  }
  return labels;
}

/** Rows of a file to judge, and its records that are none. */
export interface JudgedFile {
  readonly rows: JudgedRows;
  readonly rejections: readonly Rejection[];
  /** What was found out of how it is written, in sentences. */
  readonly told: readonly string[];
  /** That it covers a part of a day or a week, where it does. */
  readonly span: string | null;
}

/**
 * Rows of a file, predicted now: what `monitor --current` judges. Labels come from the file's own label column, and
 * from files of labels by row id.
 */
export async function judgedFile(
  context: Context,
  current: CurrentRows,
  opened: OpenedPredictor,
  { doors, read }: LabelledQuery,
): Promise<JudgedFile> {
  const { predictor } = opened;
  const { label, row_id } = predictor.manifest;
  const { path } = current;
  const { table, rejections, read: account } = await readRows(context, current, opened);
  const asked = selectColumns(table, [...predictor.inputs, ...row_id]);
  const answering = { label: 'monitor', detail: 'rows of the file answered', total: 0, every: turnRows };
  const joining = { label: 'monitor', detail: 'rows and labels joined', total: 0 };
  const own = ownLabels(table, label);
  const at = { door: 'current', source: path } as const;
  let scores: Float64Array;
  let joined: Joined;
  if (doors.length === 0) {
    // Nobody asks for a row by its id.
    scores = await inPieces(context, answering, predictor.scoring(asked));
    joined = await inPieces(context, joining, joiningOwnLabels(own, at, read, place));
  } else {
    const scored = await inPieces(context, answering, predictor.predicting(asked));
    ({ scores } = scored);
    const predictions = scored.rowIds.map((rowId, row) => ({ id: place(row), rowId, at: -Infinity }));
    const file = { ...at, labels: givenLabels(own), unusable: [], blank: 0 };
    const beyond = { from: -Infinity, expiredBefore: null, held: new Set<string>() };
    joined = await inPieces(context, joining, joiningLabels(predictions, [file, ...doors], read, beyond));
  }
  const inputs = selectColumns(table, predictor.inputs);
  return {
    rows: {
      ...joined,
      account: tellable(joined.account, opened.schema, row_id),
      table: inputs,
      scores,
      rejected: rejections.length,
      from: null,
      to: null,
    },
    rejections,
    told: toldOf(account, [label, ...row_id]),
    span: fileSpanTold(inputs),
  };
}
