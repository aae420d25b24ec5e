import { createRequire } from 'node:module';
import type {
  DuckDBConnection,
  DuckDBDataChunk,
  DuckDBInstance,
  DuckDBTableFunction,
} from '@duckdb/node-api';
import type * as DuckDB from '@duckdb/node-api';
import { usageError } from '../errors.ts';
import type { Column } from './columns.ts';
import { fillVector, vectorType } from './columnVectors.ts';

/** A table that is being written. */
interface Feed {
  readonly columns: readonly NamedColumn[];
  readonly onRows: (rows: number) => void;
}

interface Session {
  readonly duckdb: typeof DuckDB;
  readonly instance: DuckDBInstance;
  /** Tables being written, by the number that the table function gets. */
  readonly feeds: Map<number, Feed>;
  nextFeed: number;
}

/** A column with its name, as handed to `copyColumns`. */
export interface NamedColumn {
  readonly name: string;
  readonly column: Column;
}

let session: Promise<Session> | undefined;

function duckdbVersion(): string {
  const description: unknown = createRequire(import.meta.url)('@duckdb/node-api/package.json');
  if (typeof description !== 'object' || description === null || !('version' in description)) return 'latest';
  return String(description.version);
}

/** DuckDB's library comes as an optional package of the platform, which `npm install --omit=optional` leaves out. */
async function loadDuckdb(): Promise<typeof DuckDB> {
  try {
    return await import('@duckdb/node-api');
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const library = /@duckdb\/node-bindings-[\w-]+/.exec(message)?.[0];
    if (library === undefined) throw error;
    throw usageError({
      code: 'duckdb-missing',
      message: `DuckDB, which reads and writes the data, has no library for this platform here: ${library} is not installed (\`npm install --omit=optional\` leaves it out).`,
      hint: `Install aieng again without \`--omit=optional\`, or run \`npm install ${library}@${duckdbVersion()}\`.`,
      cause: error,
    });
  }
}

/**
 * The process's one DuckDB: in memory, one thread (Parquet bytes and sums must not depend on scheduling), no
 * extension from the network, no spill files. Loaded on first use.
 */
async function openSession(): Promise<Session> {
  const duckdb = await loadDuckdb();
  const instance = await duckdb.DuckDBInstance.create(':memory:', {
    threads: '1',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    temp_directory: '',
    lock_configuration: 'true',
  });
  const opened: Session = { duckdb, instance, feeds: new Map(), nextFeed: 1 };
  const connection = await instance.connect();
  connection.registerTableFunction(feedFunction(opened));
  connection.closeSync();
  return opened;
}

/**
 * A fault within DuckDB (a damaged file can bring one about) leaves its whole database useless: the next work gets a new
 * one.
 */
function leaveBroken(opened: Promise<Session>, error: unknown): void {
  const message = error instanceof Error ? error.message : '';
  if (/^(?:FATAL|INTERNAL) Error|database has been invalidated/.test(message) && session === opened)
    session = undefined;
}

/** Runs `work` on a connection of its own (a streamed result blocks its connection) and closes it. */
export async function withConnection<Result>(
  work: (connection: DuckDBConnection) => Promise<Result>,
): Promise<Result> {
  const opened = (session ??= openSession());
  const { instance } = await opened;
  const connection = await instance.connect();
  try {
    return await work(connection);
  } catch (error) {
    leaveBroken(opened, error);
    throw error;
  } finally {
    connection.closeSync();
  }
}

/** A name as an SQL identifier. Values never stand in SQL text: they are bound. */
export function quoteIdentifier(name: string): string {
  if (name.includes('\u0000')) throw new RangeError('a name with a NUL character');
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text as it stands in SQL: only for the words of an ENUM, which are part of a type and cannot be bound. */
export function quoteWord(word: string): string {
  if (word.includes('\u0000')) throw new RangeError('a word with a NUL character');
  return `'${word.replaceAll("'", "''")}'`;
}

/** A path for DuckDB's readers, which would take `*`, `?` and `[` for patterns. */
export function literalPath(path: string): string {
  return path.replace(/[*?[]/g, '[$&]');
}

/** Streams a query's chunks (2,048 rows each). Stop iterating and the query stops. */
export async function* streamChunks(
  sql: string,
  values: (string | number)[],
): AsyncGenerator<DuckDBDataChunk, void, void> {
  const opened = (session ??= openSession());
  const { instance } = await opened;
  const connection = await instance.connect();
  try {
    const result = await connection.stream(sql, values);
    for (;;) {
      const chunk = await result.fetchChunk();
      if (chunk === null || chunk.rowCount === 0) return;
      yield chunk;
    }
  } catch (error) {
    leaveBroken(opened, error);
    throw error;
  } finally {
    connection.closeSync();
  }
}

/** The table function that hands typed columns to DuckDB chunk by chunk: `aieng_columns(feed)`. */
function feedFunction(opened: Session): DuckDBTableFunction {
  const { INTEGER, DuckDBTableFunction: TableFunction } = opened.duckdb;
  return TableFunction.create({
    name: 'aieng_columns',
    parameterTypes: [INTEGER],
    bindFunction: (bind) => {
      const feed = opened.feeds.get(Number(bind.getParameter(0)));
      if (feed === undefined) throw new RangeError('nothing is being written');
      feed.columns.forEach(({ column }, i) =>
        bind.addResultColumn(`c${i}`, vectorType(opened.duckdb, column)),
      );
      bind.setBindData(feed);
    },
    initFunction: (init) => {
      init.setMaxThreads(1);
      init.setInitData({ at: 0 });
    },
    mainFunction: (info, output) => {
      const { columns, onRows } = info.bindData as Feed;
      const state = info.initData as { at: number };
      const count = Math.min(2048, rowsOf(columns) - state.at);
      output.rowCount = count;
      if (count === 0) return;
      columns.forEach(({ column }, i) => fillVector(output, i, column, state.at, count));
      state.at += count;
      onRows(state.at);
    },
  });
}

const rowsOf = (columns: readonly NamedColumn[]): number => {
  const column = columns[0]?.column;
  if (column === undefined) return 0;
  return column.kind === 'category' ? column.codes.length : column.values.length;
};

/**
 * Runs `sql` with `aieng_columns($1)` standing for the given typed columns, named `c0`, `c1`, …: DOUBLE for numbers,
 * TIMESTAMP (UTC) for times, ENUM or VARCHAR for words; NULL = missing. `values` are bound from `$2` on.
 */
export async function runOverColumns(
  columns: readonly NamedColumn[],
  sql: string,
  values: (string | number)[],
  onRows: (rows: number) => void = () => undefined,
): Promise<void> {
  const opened = await (session ??= openSession());
  const feed = opened.nextFeed;
  opened.nextFeed += 1;
  opened.feeds.set(feed, { columns, onRows });
  try {
    await withConnection((connection) => connection.run(sql, [feed, ...values]));
  } finally {
    opened.feeds.delete(feed);
  }
}

/** Proves that DuckDB loads and answers here; gives its version. Throws what its loading throws. */
export async function probeDuckdb(): Promise<string> {
  const rows = await withConnection(async (connection) =>
    (await connection.runAndReadAll('SELECT version()')).getRows(),
  );
  return String(rows[0]?.[0]);
}
