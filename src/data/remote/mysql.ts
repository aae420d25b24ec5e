import type { Connection, FieldPacket, TypeCastField } from 'mysql2';
import { interruptedError } from '../../errors.ts';
import { optionalPeer } from '../../optionalPeer.ts';
import type { AnswerColumn, Carrier, DatabaseAnswer, RawCell, Standing } from './answer.ts';
import {
  badQuery,
  codeOf,
  isTold,
  lost,
  patiently,
  refused,
  saidBy,
  tooSlow,
  unreachable,
} from './faults.ts';
import type { RemoteSource } from './remoteSource.ts';
import type { ServerAddress } from './serverAddress.ts';
import { serverAddress } from './serverAddress.ts';
import { questionsOf } from './sql.ts';
import { Silence } from './silence.ts';

const batchRows = 5000;

/** Types by their numbers in the protocol. */
const carriers: Readonly<Record<number, readonly [type: string, carrier: Carrier | null]>> = {
  0: ['decimal', 'decimal'],
  1: ['tinyint', 'whole'],
  2: ['smallint', 'whole'],
  3: ['int', 'whole'],
  4: ['float', 'float'],
  5: ['double', 'float'],
  7: ['timestamp', 'time'],
  8: ['bigint', 'whole'],
  9: ['mediumint', 'whole'],
  10: ['date', 'time'],
  11: ['time', 'text'],
  12: ['datetime', 'time'],
  13: ['year', 'whole'],
  16: ['bit', 'whole'],
  245: ['json', 'text'],
  246: ['decimal', 'decimal'],
  255: ['geometry', null],
};
/** The character set of bytes that are no text. */
const binary = 63;

function columnOf({ name, columnType = 253, characterSet }: FieldPacket): AnswerColumn {
  const known = carriers[columnType];
  if (known !== undefined) return { name, type: known[0], carrier: known[1] };
  return characterSet === binary
    ? { name, type: 'blob', carrier: null }
    : { name, type: 'text', carrier: 'text' };
}

/** A value as the server writes it; bits are a number. */
function rawCell(field: TypeCastField): string | null {
  if (field.type !== 'BIT') return field.string();
  const bits = field.buffer();
  return bits === null ? null : BigInt(`0x${bits.toString('hex') || '0'}`).toString();
}

function explain(file: RemoteSource, cause: unknown, rows: number | null): unknown {
  if (isTold(cause)) return cause;
  if (file.access.signal.aborted) return interruptedError();
  const code = codeOf(cause);
  if (/ACCESS_DENIED_ERROR|DBACCESS_DENIED|NOT_SUPPORTED_AUTH/.test(code))
    return refused(file, cause, 'MYSQL_PWD');
  // Of MariaDB and of MySQL.
  const late = /max_statement_time exceeded|maximum statement execution time/.test(saidBy(cause));
  if (late || /STATEMENT_TIMEOUT|QUERY_TIMEOUT|PROTOCOL_SEQUENCE_TIMEOUT|ETIMEDOUT/.test(code))
    return rows === null ? unreachable(file, cause) : tooSlow(file, rows);
  if (/^E[A-Z]+$|CONNECTION_LOST|SERVER_SHUTDOWN|CONNECTION_KILLED|QUERY_INTERRUPTED|CON_COUNT/.test(code))
    return rows === null ? unreachable(file, cause) : lost(file, cause, rows);
  return code === 'ER_BAD_DB_ERROR' ? unreachable(file, cause, 'the database') : badQuery(file, cause);
}

async function connect(file: RemoteSource, address: ServerAddress): Promise<Connection> {
  const { createConnection } = await optionalPeer('MySQL or MariaDB', () => import('mysql2'));
  const { host, ...named } = address.named;
  const open = (ssl: { readonly rejectUnauthorized: boolean } | undefined): Promise<Connection> =>
    new Promise((resolve, reject) => {
      const connection = createConnection({
        ...named,
        ...(host?.startsWith('/') === true ? { socketPath: host } : { host: host ?? 'localhost' }),
        ...(ssl === undefined ? {} : { ssl }),
        charset: 'utf8mb4',
        connectTimeout: Math.min(file.access.timeoutMs, 15_000),
        multipleStatements: false,
        // Nothing of this machine is sent because a server asks for it.
        flags: ['-LOCAL_FILES'],
        rowsAsArray: true,
        typeCast: rawCell,
      });
      connection.on('error', () => undefined);
      connection.connect((fault) => (fault === null ? resolve(connection) : reject(fault)));
    });
  const { tls } = address;
  if (tls !== 'prefer') return open(tls === 'off' ? undefined : { rejectUnauthorized: tls === 'verify' });
  return open({ rejectUnauthorized: false }).catch((cause: unknown) => {
    if (codeOf(cause) === 'HANDSHAKE_NO_SSL_SUPPORT') return open(undefined);
    throw cause;
  });
}

type Row = readonly (string | null)[];

/** Every value is a text: `rawCell` made it one. */
const isRow = (row: unknown): row is Row => Array.isArray(row);

/** One statement: the protocol takes no second one. */
function ask(
  connection: Connection,
  sql: string,
  timeout: number,
): Promise<{ rows: Row[]; fields: FieldPacket[] }> {
  return new Promise((resolve, reject) => {
    connection.query({ sql, timeout }, (fault: unknown, rows: unknown, fields: FieldPacket[]) => {
      if (fault !== null) reject(fault instanceof Error ? fault : new Error('the driver gives no reason'));
      else resolve({ rows: Array.isArray(rows) ? rows.filter(isRow) : [], fields });
    });
  });
}

/** A text as a literal that no setting of the server reads otherwise: plain characters, or their bytes. */
export function literal(text: string): string {
  if (/^-?\d+(\.\d+)?$/.test(text)) return text;
  if (/^[\w .:+-]*$/.test(text)) return `'${text}'`;
  return `CONVERT(0x${Buffer.from(text, 'utf8').toString('hex')} USING utf8mb4)`;
}

/** How long a statement may take: MariaDB and MySQL have different words for it, and each knows only its own. */
async function limitTime(connection: Connection, timeoutMs: number): Promise<void> {
  const words = [
    `SET SESSION max_statement_time = ${timeoutMs / 1000}`,
    `SET SESSION max_execution_time = ${timeoutMs}`,
  ];
  for (const sql of words)
    await ask(connection, sql, timeoutMs).catch((cause: unknown) => {
      if (codeOf(cause) !== 'ER_UNKNOWN_SYSTEM_VARIABLE') throw cause;
    });
}

function standingOf([row]: readonly Row[]): Standing {
  const [last = null, rows] = row ?? [];
  return { last, rows: Number(rows ?? 0) };
}

/** Rows as they come, so many at a time; the server waits while they are worked on. */
async function* rowsOf(
  file: RemoteSource,
  connection: Connection,
  sql: string,
): AsyncGenerator<readonly (readonly RawCell[])[], void, void> {
  const { signal, timeoutMs } = file.access;
  const stream = connection.query(sql).stream({ highWaterMark: batchRows });
  const stop = (): void => {
    connection.destroy();
    stream.destroy(new Error('it said nothing'));
  };
  // A connection that ends is told to the connection, not to the rows that it was to bring.
  const ended = (cause: Error): void => void stream.destroy(cause);
  connection.on('error', ended);
  const silence = new Silence(timeoutMs, stop);
  signal.addEventListener('abort', stop);
  let read = 0;
  try {
    let batch: Row[] = [];
    silence.wait();
    for await (const row of stream as AsyncIterable<Row>) {
      silence.heard();
      batch.push(row);
      read += 1;
      if (batch.length < batchRows) continue;
      silence.rest();
      yield batch;
      batch = [];
      silence.wait();
    }
    if (batch.length > 0) yield batch;
  } catch (cause) {
    throw silence.broken ? tooSlow(file, read) : explain(file, cause, read);
  } finally {
    silence.rest();
    signal.removeEventListener('abort', stop);
    connection.off('error', ended);
  }
}

async function begin(file: RemoteSource, connection: Connection): Promise<Omit<DatabaseAnswer, 'close'>> {
  const { timeoutMs, cursor } = file.access;
  const questions = questionsOf(file, {
    quote: '`',
    greatest: (column) => `CAST(max(${column}) AS CHAR)`,
    from: cursor?.from == null ? 'NULL' : literal(cursor.from),
  });
  const run = (sql: string): Promise<{ rows: Row[]; fields: FieldPacket[] }> =>
    ask(connection, sql, timeoutMs + 5000);
  await run(`SET SESSION time_zone = '+00:00', sql_mode = 'NO_ENGINE_SUBSTITUTION'`);
  await limitTime(connection, timeoutMs);
  await run('SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ');
  // All of what is read is of one moment, and nothing can be written, whatever the query says.
  await run('START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY');
  const { fields } = await run(questions.columns);
  const standing = questions.standing === null ? null : standingOf((await run(questions.standing)).rows);
  return {
    columns: fields.map(columnOf),
    standing,
    version: null,
    rows: () => rowsOf(file, connection, questions.rows),
  };
}

/** The rows of a table or query of MySQL or MariaDB, streamed in a transaction that can only read and sees one moment. */
export async function askMysql(file: RemoteSource): Promise<DatabaseAnswer> {
  const address = serverAddress(file, { user: 'MYSQL_USER', password: 'MYSQL_PWD', tls: 'ssl-mode' });
  const connection = await patiently(file, () => connect(file, address)).catch((cause: unknown) => {
    throw explain(file, cause, null);
  });
  const close = async (): Promise<void> => connection.destroy();
  try {
    return { ...(await begin(file, connection)), close };
  } catch (cause) {
    await close();
    throw explain(file, cause, 0);
  }
}
