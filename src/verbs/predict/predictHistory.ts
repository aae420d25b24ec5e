import { resolve } from 'node:path';
import type { Column, Table } from '../../data/columns.ts';
import { selectColumns, TableParts, takeRows } from '../../data/columns.ts';
import { apartFrom, idsOfRows, toldTwice } from '../../data/history/apart.ts';
import { historyColumns } from '../../data/history/compute.ts';
import { historyInputs } from '../../data/history/rule.ts';
import { broughtRows } from '../../data/history/schema.ts';
import { listInputFiles } from '../../data/index.ts';
import type { InputFile, InputFiles } from '../../data/index.ts';
import { openRows } from '../../data/openRows.ts';
import type { RowSchema } from '../../data/schema.ts';
import type { ReadPlan } from '../../data/source.ts';
import type { Digest } from '../../digest.ts';
import { dataError, usageError } from '../../errors.ts';
import { readBundleSchema } from '../../packaging/documents.ts';
import type { Bundle } from '../../packaging/manifest.ts';
import type { Predictor } from '../../inference/predictor.ts';
import { heedInterruption, inPieces } from '../../project/interruption.ts';
import type { Context } from '../../project/context.ts';
import { rowsOf, withoutRows } from './predictInput.ts';

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

/** The files whose rows know of each other. */
export interface PastFiles extends Pick<InputFiles, 'kind' | 'files'> {
  /** Rows that are looked back at and not answered; null where none are named. */
  readonly earlier: (Pick<InputFiles, 'kind' | 'files'> & { readonly shown: string }) | null;
}

/**
 * The files that history is made of; null where the model knows nothing of rows before.
 *
 * @throws usage error for an input that can be read once only, and for a history that there is no use for
 */
export async function pastFiles(
  context: Context,
  bundle: Bundle,
  { kind, files }: Pick<InputFiles, 'kind' | 'files'>,
  earlier: string | undefined,
): Promise<PastFiles | null> {
  const refused = (message: string, hint: string): Error =>
    usageError({ code: 'history-unknown', message, hint });
  if (readBundleSchema(bundle).history === undefined) {
    if (earlier === undefined) return null;
    throw refused('The model knows nothing of rows before a row.', 'Leave `--earlier` out.');
  }
  if (files.some(({ path }) => path === '-'))
    throw refused(
      `${bundle.manifest.name} takes what rows know of the rows before them, and standard input can be read only once.`,
      'Put the rows into a file, and name it in place of -.',
    );
  if (earlier === undefined) return { kind, files, earlier: null };
  const found = await listInputFiles(resolve(context.environment.cwd, earlier), earlier, {});
  return { kind, files, earlier: { kind: found.kind, files: found.files, shown: earlier } };
}

/** How files are read for the history that their rows are. */
interface PastReading {
  readonly plan: ReadPlan;
  readonly batchRows: number;
  readonly take: (table: Table) => void;
}

/** Reads the rows of files as far as others remember them; a file of a folder may be without any. */
async function readPast(
  context: Context,
  { kind, files }: Pick<InputFiles, 'kind' | 'files'>,
  { plan, batchRows, take }: PastReading,
): Promise<InputPast['files']> {
  const expects = plan.schema.columns.map(({ name }) => name);
  const found = new Map<string, { readonly start: number; readonly digest: Digest }>();
  let [start, done] = [0, 0];
  const readFile = async (file: InputFile): Promise<void> => {
    for await (const part of openRows(rowsOf(file, batchRows, expects), () => plan)) {
      await heedInterruption(context);
      if (part.kind === 'read') {
        found.set(file.name, { start, digest: part.digest });
        start = done;
        return;
      }
      take(part.table);
      done += part.table.rows;
      context.progress({ kind: 'progress', label: 'history', done, total: 0, detail: 'rows read' });
    }
  };
  for (const file of files)
    try {
      await readFile(file);
    } catch (error) {
      if (kind === 'file' || !withoutRows(error)) throw error;
    }
  return found;
}

/** Reads an input once for what its rows know of each other, in its files and in the earlier ones. */
export async function pastOfInput(
  context: Context,
  reading: Reading & { readonly blockRows: number },
  past: PastFiles | null,
): Promise<InputPast | null> {
  const { history: rule } = reading.schema;
  if (rule === undefined || past === null) return null;
  const { blockRows: batchRows, predictor } = reading;
  const { row_id } = predictor.manifest;
  const { earlier } = past;
  const needed = historyInputs(rule);
  const plan = readPlan(reading);
  const parts = new TableParts();
  const ids = new Set<string>();
  const own = (table: Table): void => {
    parts.add(selectColumns(table, needed));
    if (earlier !== null) for (const id of idsOfRows(table, row_id)) if (id !== null) ids.add(id);
  };
  const files = await readPast(context, past, { plan, batchRows, take: own });
  if (earlier !== null) {
    let twice = 0;
    const before = (table: Table): void => {
      const apart = apartFrom(ids, table, row_id);
      twice += table.rows - apart.rows;
      parts.add(selectColumns(apart, needed));
    };
    // Rows that only tell of the past need be nothing else.
    const known = new Set(plan.schema.columns.map(({ name }) => name));
    const optional = row_id.filter((name) => known.has(name) && !needed.includes(name));
    const pastOnly = { schema: plan.schema, required: needed, optional };
    await readPast(context, earlier, { plan: pastOnly, batchRows, take: before });
    if (twice > 0) context.progress({ kind: 'warning', message: toldTwice(twice, earlier.shown) });
  }
  const table = parts.take();
  // Nothing but empty files: there is no row that knows of another.
  if (table.columns.size === 0) return { made: table, files };
  const told = { label: 'history', detail: 'rows given their history', total: table.rows };
  const { columns } = await inPieces(context, told, historyColumns(rule, table));
  return { made: { rows: table.rows, columns }, files };
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
