import { createHash } from 'node:crypto';
import type { Hash } from 'node:crypto';
import { dataError, usageError } from '../../errors.ts';
import { cellParser } from '../cells/parser.ts';
import type { Column } from '../columns.ts';
import { takeRows } from '../columns.ts';
import type {
  Batch,
  OpenedSource,
  ReadPlan,
  Rejection,
  SourceEnd,
  UnreadableColumn,
  WordBatch,
  WordColumn,
} from '../source.ts';
import { missingColumn } from '../sources/csv/csvCells.ts';
import type { SelectedColumn } from '../sources/selection.ts';
import { noRows, selectFromHeader, unknownTo } from '../sources/selection.ts';
import type { AnswerColumn, Carrier, DatabaseAnswer, RawCell } from './answer.ts';
import { cursorVersion } from './answer.ts';
import { databases } from './ask.ts';
import type { DatabasePlace } from './ask.ts';
import type { RemoteSource } from './remoteSource.ts';
import { columnOf, noCell, readCells, wordOf } from './typedCells.ts';

type Rows = readonly (readonly RawCell[])[];

/** A column that a table can hold, and its place in the answer. */
interface HeldColumn extends AnswerColumn {
  readonly carrier: Carrier;
  readonly index: number;
}

/** Columns of an answer: those that a table can hold, and those that it cannot. */
function columnsOf(
  { displayPath }: RemoteSource,
  columns: readonly AnswerColumn[],
): { readonly held: readonly HeldColumn[]; readonly unreadable: readonly UnreadableColumn[] } {
  const names = columns.map(({ name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined)
    throw usageError({
      code: 'column-twice',
      message: `${displayPath}: the query gives two columns named ${JSON.stringify(twice)}.`,
      hint: 'Give one of them another name in source.query: select a.id, b.id as other_id …',
    });
  const held: HeldColumn[] = [];
  const unreadable: UnreadableColumn[] = [];
  columns.forEach(({ name, type, carrier }, index) => {
    if (carrier === null) unreadable.push({ name, reason: `${type} is not a table's cell` });
    else held.push({ name, type, carrier, index });
  });
  return { held, unreadable };
}

/** What was read, as one digest: every value of every row, in the order in which they came. */
class ReadDigest {
  readonly #hash: Hash = createHash('sha256');
  bytes = 0;
  records = 0;

  constructor(columns: readonly AnswerColumn[]) {
    this.#add(columns.map(({ name, type }) => [name, type]));
  }

  #add(value: unknown): void {
    const line = `${JSON.stringify(value)}\n`;
    this.#hash.update(line);
    this.bytes += Buffer.byteLength(line);
  }

  take(rows: Rows): void {
    for (const row of rows) this.#add(row.map(plain));
    this.records += rows.length;
  }

  get digest(): string {
    return this.#hash.digest('hex');
  }
}

/** A value as JSON has it. */
function plain(raw: RawCell): string | number | null {
  if (typeof raw === 'bigint') return raw.toString();
  return raw instanceof Uint8Array ? Buffer.from(raw).toString('base64') : raw;
}

/** A row for a person who looks at what was refused. */
const shownRow = (row: readonly RawCell[], columns: readonly AnswerColumn[]): string =>
  JSON.stringify(Object.fromEntries(columns.map(({ name }, at) => [name, plain(row[at] ?? null)])));

/** Refuses a plan that needs a column which no table can hold. */
function requireHeld(
  { displayPath }: RemoteSource,
  unreadable: readonly UnreadableColumn[],
  plan: ReadPlan,
): void {
  const column = unreadable.find(({ name }) => plan.required.includes(name));
  if (column === undefined) return;
  throw dataError({
    code: 'unsupported-column-type',
    message: `${displayPath}: column ${JSON.stringify(column.name)} cannot be read: ${column.reason}.`,
    hint: 'Turn it into a number, a text or a time in source.query, or take it out of the row schema.',
  });
}

/** Rows typed by the schema, and those that do not fit it. */
function typeRows(
  file: RemoteSource,
  rows: Rows,
  first: number,
  selected: readonly SelectedColumn[],
  columns: { readonly held: readonly HeldColumn[]; readonly all: readonly AnswerColumn[] },
  plan: ReadPlan,
): Batch {
  const problems = new Map<number, { readonly reason: string; readonly column: string }>();
  const table = new Map<string, Column>();
  for (const { schema, index: at } of selected) {
    const { name, kind } = schema;
    const column = columns.held[at];
    if (column === undefined) {
      table.set(name, missingColumn(kind, rows.length));
      continue;
    }
    const parser = cellParser(schema, plan.schema);
    const cells = readCells(rows, { ...column, kind, parser }, (row, reason) => {
      if (!problems.has(row)) problems.set(row, { reason, column: name });
    });
    table.set(name, columnOf(kind, cells));
  }
  const whole = { rows: rows.length, columns: table };
  if (problems.size === 0) return { kind: 'batch', table: whole, rejections: [] };
  const rejections = [...problems]
    .sort(([left], [right]) => left - right)
    .map(([row, problem]): Rejection => ({
      file: file.displayPath,
      line: first + row,
      ...problem,
      raw: shownRow(rows[row]!, columns.all),
    }));
  const clean = rows.map((_, row) => row).filter((row) => !problems.has(row));
  return { kind: 'batch', table: takeRows(whole, clean), rejections };
}

/** A column of some rows as texts, each different one once. */
function wordsOf(rows: Rows, { index, carrier }: HeldColumn): WordColumn {
  const codeOf = new Map<string, number>();
  const words: string[] = [];
  const codes = Int32Array.from(rows, (row) => {
    const word = wordOf(row[index] ?? null, carrier);
    let code = codeOf.get(word);
    if (code === undefined) codeOf.set(word, (code = words.push(word) - 1));
    return code;
  });
  return { codes, words, forms: 'text' };
}

/** Rows as texts; a row with a value that is no cell is refused, as it will be when it is typed. */
function wordRows(
  file: RemoteSource,
  rows: Rows,
  first: number,
  all: readonly AnswerColumn[],
  held: readonly HeldColumn[],
): WordBatch {
  const rejections: Rejection[] = [];
  const clean = rows.filter((row, at) => {
    const column = held.find(({ index }) => noCell(row[index] ?? null) !== undefined);
    if (column === undefined) return true;
    rejections.push({
      file: file.displayPath,
      line: first + at,
      column: column.name,
      reason: noCell(row[column.index] ?? null) ?? '',
      raw: shownRow(row, all),
    });
    return false;
  });
  return {
    kind: 'words',
    rows: clean.length,
    columns: new Map(held.map((column) => [column.name, wordsOf(clean, column)])),
    rejections,
  };
}

/** Puts the rows of an answer together to batches. */
async function* batched(answer: DatabaseAnswer, size: number): AsyncGenerator<Rows, void, void> {
  let batch: (readonly RawCell[])[] = [];
  for await (const rows of answer.rows())
    for (const row of rows) {
      batch.push(row);
      if (batch.length < size) continue;
      yield batch;
      batch = [];
    }
  if (batch.length > 0) yield batch;
}

/** What there is to say at the end of a reading. */
function endOf(
  file: RemoteSource,
  { standing, version }: DatabaseAnswer,
  read: ReadDigest,
): Omit<SourceEnd, 'unknownColumns'> {
  const { cursor } = file.access;
  const { records, bytes } = read;
  // Nothing new is no fault of a source that is read piece by piece.
  if (records === 0 && (cursor?.from ?? null) === null) throw noRows(file.displayPath, 'header-only');
  return {
    records,
    bytes,
    digest: read.digest,
    version: version ?? (standing === null ? null : cursorVersion(standing)),
    cursor: standing === null || cursor === null ? null : { column: cursor.column, ...standing },
  };
}

/** The rows of a table or query of a database. Lines of rejections are row numbers from 1; `raw` is the row as JSON. */
export async function openDatabase(file: RemoteSource, place: DatabasePlace): Promise<OpenedSource> {
  const answer = await databases[place](file);
  try {
    const all = answer.columns;
    const { held, unreadable } = columnsOf(file, all);
    const names = held.map(({ name }) => name);
    return {
      header: { names, unreadable, dialect: file.dialect },
      batches: async function* (plan) {
        requireHeld(file, unreadable, plan);
        const selected = selectFromHeader(file.displayPath, names, plan.schema, plan);
        const read = new ReadDigest(all);
        for await (const rows of batched(answer, file.batchRows)) {
          const first = read.records + 1;
          read.take(rows);
          yield typeRows(file, rows, first, selected, { held, all }, plan);
        }
        const end = endOf(file, answer, read);
        const unknown = unknownTo(plan.schema, names);
        return { ...end, unknownColumns: unknown.map((name) => ({ name, records: end.records })) };
      },
      words: async function* () {
        const read = new ReadDigest(all);
        for await (const rows of batched(answer, file.batchRows)) {
          const first = read.records + 1;
          read.take(rows);
          yield wordRows(file, rows, first, all, held);
        }
        return { ...endOf(file, answer, read), unknownColumns: [] };
      },
      close: () => answer.close(),
    };
  } catch (error) {
    await answer.close();
    throw error;
  }
}
