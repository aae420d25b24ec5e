import { resolve } from 'node:path';
import type { Column, Table } from '../../data/columns.ts';
import { selectColumns, TableParts, takeRows } from '../../data/columns.ts';
import { historyColumns } from '../../data/history/compute.ts';
import { historyInputs } from '../../data/history/rule.ts';
import type { HistoryRule } from '../../data/history/rule.ts';
import { broughtRows } from '../../data/history/schema.ts';
import { listInputFiles } from '../../data/index.ts';
import type { InputFile, InputFiles } from '../../data/index.ts';
import { openRows } from '../../data/openRows.ts';
import type { RowSchema } from '../../data/schema.ts';
import type { ReadPlan } from '../../data/source.ts';
import type { Digest } from '../../digest.ts';
import { dataError, usageError } from '../../errors.ts';
import type { Predictor } from '../../inference/predictor.ts';
import { heedInterruption, inPieces } from '../../project/interruption.ts';
import type { Context } from '../../project/context.ts';
import { rowsOf } from './predictInput.ts';

/** What rows of the input know of the rows before them. */
export interface InputPast {
  readonly made: Table;
  /** Where the rows of each file begin, and the digest of the bytes that were read. */
  readonly files: ReadonlyMap<string, { readonly start: number; readonly digest: Digest }>;
}

interface Reading {
  readonly predictor: Predictor;
  readonly schema: RowSchema;
}

/** The columns that predicting takes: inputs and row ids. */
export const wantedColumns = ({ inputs, manifest }: Predictor): readonly string[] => [
  ...new Set([...inputs, ...manifest.row_id]),
];

/** What is read of a file of rows to predict: inputs as the schema has them, ids where there are any, and what makes history. */
export function readPlan({ predictor, schema: given }: Reading): ReadPlan {
  const schema = broughtRows(given);
  const names = new Set(schema.columns.map(({ name }) => name));
  const past = given.history === undefined ? [] : historyInputs(given.history);
  const needed = new Set([...predictor.inputs, ...past]);
  const isInput = new Set(predictor.inputs);
  const columns = schema.columns.map((column) =>
    isInput.has(column.name) ? column : { ...column, nullable: true },
  );
  const required = schema.columns
    .filter(({ name, required: must }) => needed.has(name) && (must || past.includes(name)))
    .map(({ name }) => name);
  const optional = [...new Set([...wantedColumns(predictor), ...past])].filter(
    (name) => names.has(name) && !required.includes(name),
  );
  return { schema: { ...schema, columns }, required, optional };
}

/** The rows of a file, as far as others remember them. */
async function pastOfFile(
  context: Context,
  rule: HistoryRule,
  plan: ReadPlan,
  file: InputFile,
  batchRows: number,
  into: TableParts,
): Promise<{ readonly rows: number; readonly digest: Digest }> {
  const expects = plan.schema.columns.map(({ name }) => name);
  let rows = 0;
  for await (const part of openRows(rowsOf(file, batchRows, expects), () => plan)) {
    await heedInterruption(context);
    if (part.kind === 'read') return { rows, digest: part.digest };
    into.add(selectColumns(part.table, historyInputs(rule)));
    rows += part.table.rows;
    context.progress({ kind: 'progress', label: 'history', done: rows, total: 0, detail: 'rows read' });
  }
  throw new Error('a file of rows ended without its account');
}

/**
 * Reads an input once for what its rows know of each other, in the files of it and in those of `earlier`; null where the
 * model knows nothing of rows before.
 *
 * @throws usage error for an input that can be read once only, or that is dealt out
 */
export async function pastOfInput(
  context: Context,
  reading: Reading & { readonly blockRows: number },
  { kind, files }: Pick<InputFiles, 'kind' | 'files'>,
  { earlier, dealtOut }: { readonly earlier: string | undefined; readonly dealtOut: boolean },
): Promise<InputPast | null> {
  const { history: rule } = reading.schema;
  const refused = (message: string, hint: string): Error =>
    usageError({ code: 'history-unknown', message, hint });
  if (rule === undefined) {
    if (earlier === undefined) return null;
    throw refused('The model knows nothing of rows before a row.', 'Leave `--earlier` out.');
  }
  const { name } = reading.predictor.manifest;
  if (files.some(({ path }) => path === '-'))
    throw refused(
      `${name} takes what rows know of the rows before them, and standard input can be read only once.`,
      'Put the rows into a file, and name it in place of -.',
    );
  if (dealtOut && kind === 'folder')
    throw refused(
      `${name} takes what rows know of the rows before them, and a shard opens only its own files of a folder.`,
      'Put the rows into one file, or leave `--shard` out.',
    );
  const { cwd } = context.environment;
  const before =
    earlier === undefined ? [] : (await listInputFiles(resolve(cwd, earlier), earlier, {})).files;
  const plan = readPlan(reading);
  // Rows that only tell of the past need be nothing else.
  const pastOnly = { schema: plan.schema, required: historyInputs(rule), optional: [] };
  const parts = new TableParts();
  const found = new Map<string, { readonly start: number; readonly digest: Digest }>();
  let start = 0;
  for (const file of files) {
    const { rows, digest } = await pastOfFile(context, rule, plan, file, reading.blockRows, parts);
    found.set(file.name, { start, digest });
    start += rows;
  }
  for (const file of before) await pastOfFile(context, rule, pastOnly, file, reading.blockRows, parts);
  const table = parts.take();
  const told = { label: 'history', detail: 'rows given their history', total: table.rows };
  const { columns } = await inPieces(context, told, historyColumns(rule, table));
  return { made: { rows: table.rows, columns }, files: found };
}

/** Rows of a file with what they know of the rows before them. */
export function withPast(past: InputPast | null, table: Table, file: string, before: number): Table {
  const found = past?.files.get(file);
  if (past === null || found === undefined) return table;
  const rows = Int32Array.from({ length: table.rows }, (_, row) => found.start + before + row);
  const own: ReadonlyMap<string, Column> = takeRows(past.made, rows).columns;
  return { rows: table.rows, columns: new Map([...table.columns, ...own]) };
}

/** @throws data error where a file is no longer what it was when its rows were read for their history */
export function requireSamePast(
  past: InputPast | null,
  { name, displayPath }: InputFile,
  read: Digest,
): void {
  const found = past?.files.get(name);
  if (found === undefined || found.digest === read) return;
  throw dataError({
    code: 'input-changed',
    message: `${displayPath} was changed while it was read.`,
    hint: 'Wait until it is written to its end, and run the same command again.',
    at: { file: displayPath },
  });
}
