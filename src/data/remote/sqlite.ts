import type { FileHandle } from 'node:fs/promises';
import { copyFile, mkdir, open, realpath, rm, stat } from 'node:fs/promises';
import { constants } from 'node:fs';
import { isAbsolute, join, relative } from 'node:path';
import type { Database } from 'node-sqlite3-wasm';
import { dataError, interruptedError, usageError } from '../../errors.ts';
import { optionalPeer } from '../../optionalPeer.ts';
import { sqlitePath } from '../address.ts';
import type { AnswerColumn, DatabaseAnswer, RawCell, Standing } from './answer.ts';
import { badQuery, isTold, saidBy } from './faults.ts';
import type { RemoteSource } from './remoteSource.ts';
import type { Questions } from './sql.ts';
import { questionsOf } from './sql.ts';
import { quotedName } from './statement.ts';

const batchRows = 1000;
/** Of the header of a database file: what it begins with, how often it was changed, and whether it has a log beside it. */
const header = { magic: 'SQLite format 3\u0000', bytes: 100, changes: 24, writeVersion: 18 };

/** The local path of a database, which is a file of the project. */
async function fileOf({ path, displayPath, access }: RemoteSource): Promise<string> {
  const written = sqlitePath(path);
  const refuse = (code: string, why: string, hint: string): Error =>
    usageError({ code, message: `${displayPath}: ${why}.`, hint, at: { file: displayPath } });
  const own = await realpath(isAbsolute(written) ? written : join(access.root, written)).catch(
    () => undefined,
  );
  if (own === undefined)
    throw refuse(
      'source-not-found',
      'there is no such file',
      'Correct the path behind sqlite: (it starts at the root).',
    );
  const inside = relative(await realpath(access.root), own);
  if (inside.startsWith('..') || isAbsolute(inside))
    throw refuse(
      'source-outside',
      'the database lies outside of the project',
      'Put the file, not a link to it, into the project.',
    );
  if (!(await stat(own)).isFile())
    throw refuse('source-unreadable', 'it is no file', 'Name the file of the database behind sqlite:.');
  return own;
}

async function beginning(handle: FileHandle): Promise<Buffer> {
  const bytes = Buffer.alloc(header.bytes);
  const { bytesRead } = await handle.read(bytes, 0, header.bytes, 0);
  return bytes.subarray(0, bytesRead);
}

/** What a database's file and its log say of themselves: another transaction, another text. */
async function factsOf(
  file: RemoteSource,
  path: string,
): Promise<{ readonly facts: string; readonly hasLog: boolean }> {
  const handle = await open(path, 'r').catch((cause: unknown) => {
    throw usageError({
      code: 'source-unreadable',
      message: `${file.displayPath}: the file cannot be read (${saidBy(cause)}).`,
      hint: 'Check that you may read the file.',
      at: { file: file.displayPath },
    });
  });
  try {
    const bytes = await beginning(handle);
    if (bytes.length < header.bytes || bytes.toString('latin1', 0, 16) !== header.magic)
      throw dataError({
        code: 'sqlite-damaged',
        message: `${file.displayPath}: expected a SQLite database, but the file is none${bytes.length === 0 ? ': it is empty' : ''}.`,
        hint: 'Name the file of the database; one that is encrypted cannot be read.',
        at: { file: file.displayPath },
      });
    const { size, mtimeNs } = await handle.stat({ bigint: true });
    const log = await stat(`${path}-wal`, { bigint: true }).catch(() => null);
    const hasLog = log !== null && log.size > 0n;
    const parts = [`change ${bytes.readUInt32BE(header.changes)}`, `${size} bytes`, `written ${mtimeNs}`];
    if (hasLog) parts.push(`log ${log.size} ${log.mtimeNs}`);
    return { facts: parts.join(', '), hasLog };
  } finally {
    await handle.close();
  }
}

/** What the database calls itself, without reading it. */
export async function lookAtSqlite(file: RemoteSource): Promise<string> {
  return (await factsOf(file, await fileOf(file))).facts;
}

/** A copy that nobody else writes to, as of one moment: another program's transaction is in it whole, or not at all. */
interface OwnCopy {
  readonly path: string;
  readonly facts: string;
  remove(): Promise<void>;
}

async function copyOf(file: RemoteSource): Promise<OwnCopy> {
  const from = await fileOf(file);
  const folder = await file.access.temporary();
  await mkdir(folder, { recursive: true });
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const before = await factsOf(file, from);
    const path = join(folder, 'copy.db');
    await copyFile(from, path, constants.COPYFILE_FICLONE);
    if (before.hasLog) await copyFile(`${from}-wal`, `${path}-wal`);
    // A transaction that was begun and not ended left its way back beside the file.
    const journal = await stat(`${from}-journal`).catch(() => null);
    if (journal !== null && journal.size > 0) throw changedMeanwhile(file);
    if ((await factsOf(file, from)).facts !== before.facts) throw changedMeanwhile(file);
    return { path, facts: before.facts, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

const changedMeanwhile = ({ displayPath }: RemoteSource): Error =>
  dataError({
    code: 'input-changed',
    message: `${displayPath} was being written to while it was read.`,
    hint: 'Wait until the other program is done, and run the same command again.',
    at: { file: displayPath },
  });

function explain(file: RemoteSource, cause: unknown): unknown {
  if (isTold(cause)) return cause;
  if (!/malformed|not a database|corrupt/i.test(saidBy(cause))) return badQuery(file, cause);
  return dataError({
    code: 'sqlite-damaged',
    message: `${file.displayPath}: the database is damaged: ${saidBy(cause)}.`,
    hint: 'Check it with `sqlite3 <file> "PRAGMA integrity_check"`, or restore it from a backup.',
    at: { file: file.displayPath },
  });
}

/** A value out of a row of the driver, which knows columns by name. */
const rawCell = (value: unknown): RawCell =>
  typeof value === 'string' ||
  typeof value === 'number' ||
  typeof value === 'bigint' ||
  value instanceof Uint8Array
    ? value
    : null;

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

const isRow = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** Does a column hold BLOBs and nothing else? A column without a type says `BLOB` of itself, too. */
function holdsBlobs(database: Database, name: string, question: string): boolean {
  const any = (what: string): boolean =>
    database.get(
      `SELECT 1 AS found FROM (${question}) WHERE typeof(${quotedName(name, '"')}) ${what} LIMIT 1`,
    ) !== null;
  return !any("NOT IN ('blob', 'null')") && any("= 'blob'");
}

/** Columns of the answer and what they were declared as. Looking at a view of it runs nothing. */
function columnsOf(database: Database, { columns, rows }: Questions): readonly AnswerColumn[] {
  database.exec(`CREATE TEMP VIEW aieng_rows AS ${columns}`);
  return database
    .all('PRAGMA temp.table_info(aieng_rows)')
    .filter(isRow)
    .map(({ name, type }) => ({ name: textOf(name), type: textOf(type) }))
    .map((column) => {
      const blobs = /BLOB/i.test(column.type) && holdsBlobs(database, column.name, rows);
      return { ...column, carrier: blobs ? null : ('own' as const) };
    });
}

/** A value as SQLite quotes it (`quote()`), to be compared as what it is. */
const literalForm = /^(?:-?\d+(?:\.\d+)?(?:e[+-]?\d+)?|'(?:[^']|'')*')$/i;

function literal(text: string): string {
  if (literalForm.test(text)) return text;
  throw new RangeError(`${text} is no value of a cursor`);
}

function standingOf(database: Database, question: string): Standing {
  const row = database.get(question);
  const values: readonly unknown[] = row === null ? [] : Object.values(row);
  const [last, rows] = values;
  return { last: typeof last === 'string' && last !== 'NULL' ? last : null, rows: Number(rows) };
}

function begin(file: RemoteSource, database: Database, version: string): Omit<DatabaseAnswer, 'close'> {
  const { cursor, signal } = file.access;
  const questions = questionsOf(file, {
    quote: '"',
    greatest: (column) => `quote(max(${column}))`,
    from: cursor?.from == null ? 'NULL' : literal(cursor.from),
  });
  // No log of our own beside the copy: it is ours alone.
  database.exec('PRAGMA locking_mode = EXCLUSIVE');
  const columns = columnsOf(database, questions);
  database.exec('PRAGMA query_only = ON');
  const standing = questions.standing === null ? null : standingOf(database, questions.standing);
  return {
    columns,
    standing,
    version,
    rows: async function* (): AsyncGenerator<readonly (readonly RawCell[])[], void, void> {
      try {
        const statement = database.prepare(questions.rows);
        try {
          let batch: RawCell[][] = [];
          for (const row of statement.iterate()) {
            batch.push(columns.map(({ name }) => rawCell(row[name])));
            if (batch.length < batchRows) continue;
            if (signal.aborted) throw interruptedError();
            yield batch;
            batch = [];
          }
          if (batch.length > 0) yield batch;
        } finally {
          statement.finalize();
        }
      } catch (cause) {
        throw explain(file, cause);
      }
    },
  };
}

/**
 * The rows of a table or query of a SQLite database of the project. A copy of the file is read: nothing is written beside
 * the database, and what another program writes meanwhile is refused, never read by halves.
 */
export async function askSqlite(file: RemoteSource): Promise<DatabaseAnswer> {
  const { default: sqlite } = await optionalPeer('SQLite', () => import('node-sqlite3-wasm'));
  const copy = await copyOf(file);
  let database: Database | undefined;
  const close = async (): Promise<void> => {
    if (database?.isOpen === true) database.close();
    await copy.remove();
  };
  try {
    database = new sqlite.Database(copy.path, { fileMustExist: true });
    return { ...begin(file, database, copy.facts), close };
  } catch (cause) {
    await close();
    throw explain(file, cause);
  }
}
