import type { Client, ClientConfig, FieldDef } from 'pg';
import { interruptedError } from '../../errors.ts';
import { optionalPeer } from '../../optionalPeer.ts';
import type { AnswerColumn, Carrier, DatabaseAnswer, RawCell, Standing } from './answer.ts';
import {
  badQuery,
  codeOf,
  isTold,
  isUnproven,
  lost,
  patiently,
  refused,
  tooSlow,
  unproven,
  unreachable,
} from './faults.ts';
import type { RemoteSource } from './remoteSource.ts';
import type { ServerAddress } from './serverAddress.ts';
import { serverAddress } from './serverAddress.ts';
import { questionsOf } from './sql.ts';
import { tableName } from './statement.ts';

/** Rows that are asked for at a time. */
const fetchRows = 5000;
/** So much longer than the server's own limit we wait, for a server that does not answer at all. */
const graceMs = 5000;

const carriers: Readonly<Record<string, Carrier>> = {
  smallint: 'whole',
  integer: 'whole',
  bigint: 'whole',
  oid: 'whole',
  numeric: 'decimal',
  real: 'float',
  'double precision': 'float',
  boolean: 'boolean',
  date: 'time',
  'timestamp without time zone': 'time',
  'timestamp with time zone': 'time',
};
/** Categories of types that are no cells: arrays, composites, geometry, ranges. */
const nested = new Set(['A', 'C', 'G', 'R', 'P']);

function carrierOf(type: string, category: string): Carrier | null {
  if (nested.has(category) || type === 'bytea') return null;
  return carriers[type] ?? 'text';
}

const settings = [
  // All of what is read is of one moment, and nothing can be written, whatever the query says.
  'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY',
  `SET LOCAL timezone = 'UTC'`,
  `SET LOCAL datestyle = 'ISO, YMD'`,
  // Rows come in the order of the table, so that the same rows have the same digest.
  'SET LOCAL synchronize_seqscans = off',
];

/** The password is in nothing that is thrown from here. */
function explain(file: RemoteSource, cause: unknown, rows: number | null): unknown {
  if (isTold(cause)) return cause;
  if (file.access.signal.aborted) return interruptedError();
  const code = codeOf(cause);
  const said = cause instanceof Error ? cause.message : '';
  if (code === '57014' || /timeout/i.test(said)) return tooSlow(file, rows ?? 0);
  if (isUnproven(cause)) return unproven(file, cause, 'sslmode');
  if (code.startsWith('28')) return refused(file, cause, 'PGPASSWORD');
  if (/password must be a string/.test(said))
    return refused(file, new Error('no password was given'), 'PGPASSWORD');
  // The server ends the connection, or it is gone: once rows came, that is another message.
  const gone = /^(57P|08|E[A-Z]+$)/.test(code) || /terminated|connection/i.test(said);
  if (gone) return rows === null ? unreachable(file, cause) : lost(file, cause, rows);
  return code === '3D000' ? unreachable(file, cause, 'the database') : badQuery(file, cause);
}

async function connect(file: RemoteSource, address: ServerAddress): Promise<Client> {
  const { default: pg } = await optionalPeer('PostgreSQL', () => import('pg'));
  const { timeoutMs, authorities } = file.access;
  const open = async (ssl: ClientConfig['ssl']): Promise<Client> => {
    const client = new pg.Client({
      ...address.named,
      ssl,
      application_name: 'aieng',
      connectionTimeoutMillis: Math.min(timeoutMs, 15_000),
      statement_timeout: timeoutMs,
      query_timeout: timeoutMs + graceMs,
      // Values as the server writes them: what they mean is for the grammar of cells to say.
      types: { getTypeParser: () => (value: string | Buffer) => String(value) },
    });
    // A connection that ends while nobody waits for it; whoever does is told by the call that fails.
    client.on('error', () => undefined);
    await client.connect();
    return client;
  };
  const { tls } = address;
  if (tls !== 'prefer')
    return open(
      tls === 'off'
        ? false
        : { rejectUnauthorized: tls === 'verify', ...(authorities === undefined ? {} : { ca: authorities }) },
    );
  return open({ rejectUnauthorized: false }).catch((cause: unknown) => {
    if (cause instanceof Error && /does not support SSL/.test(cause.message)) return open(false);
    throw cause;
  });
}

type Row = readonly (string | null)[];

/** One statement by the extended protocol, which takes no second one. */
async function ask(
  client: Client,
  text: string,
  values: readonly string[] = [],
): Promise<{ rows: Row[]; fields: FieldDef[] }> {
  const question = { text, values: [...values], rowMode: 'array' as const, queryMode: 'extended' };
  const { rows, fields } = await client.query<(string | null)[]>(question);
  return { rows, fields };
}

async function columnsOf(client: Client, fields: readonly FieldDef[]): Promise<AnswerColumn[]> {
  const oids = [...new Set(fields.map(({ dataTypeID }) => dataTypeID))];
  const types = new Map<string, { type: string; category: string }>();
  const { rows } = await ask(
    client,
    'SELECT oid::text, format_type(oid, NULL), typcategory::text FROM pg_catalog.pg_type WHERE oid = ANY($1::oid[])',
    [`{${oids.join(',')}}`],
  );
  for (const [oid, type, category] of rows)
    types.set(oid ?? '', { type: type ?? '', category: category ?? '' });
  return fields.map(({ name, dataTypeID }) => {
    const { type, category } = types.get(String(dataTypeID)) ?? { type: 'unknown', category: 'X' };
    return { name, type, carrier: carrierOf(type, category) };
  });
}

function standingOf([row]: readonly Row[]): Standing {
  const [last = null, rows] = row ?? [];
  return { last, rows: Number(rows ?? 0) };
}

/**
 * Holds a table before the moment that is read is fixed: one that is just being rewritten would look empty. What is no
 * table (a materialized view, a foreign table) cannot be held, and need not be.
 */
async function hold(client: Client, table: string): Promise<void> {
  await ask(client, 'SAVEPOINT aieng_hold');
  try {
    await ask(client, `LOCK TABLE ${tableName(table, '"')} IN ACCESS SHARE MODE`);
  } catch (cause) {
    if (codeOf(cause) !== '42809') throw cause;
    await ask(client, 'ROLLBACK TO SAVEPOINT aieng_hold');
  }
}

/** Begins the query of a source in PostgreSQL. */
async function begin(file: RemoteSource, client: Client): Promise<Omit<DatabaseAnswer, 'close'>> {
  const { cursor, table } = file.access;
  const questions = questionsOf(file, {
    quote: '"',
    greatest: (column) => `max(${column})::text`,
    from: '$1',
  });
  for (const setting of settings) await ask(client, setting);
  if (table !== null) await hold(client, table);
  const from = cursor?.from ?? null;
  const values = from === null ? [] : [from];
  await ask(client, `DECLARE aieng_rows NO SCROLL CURSOR FOR ${questions.rows}`, values);
  const { fields } = await ask(client, 'FETCH FORWARD 0 FROM aieng_rows');
  const columns = await columnsOf(client, fields);
  const standing =
    questions.standing === null ? null : standingOf((await ask(client, questions.standing)).rows);
  return {
    columns,
    standing,
    version: null,
    rows: async function* (): AsyncGenerator<readonly (readonly RawCell[])[], void, void> {
      let read = 0;
      try {
        for (;;) {
          const { rows } = await ask(client, `FETCH FORWARD ${fetchRows} FROM aieng_rows`);
          if (rows.length === 0) return;
          read += rows.length;
          yield rows;
        }
      } catch (cause) {
        throw explain(file, cause, read);
      }
    },
  };
}

/**
 * The rows of a table or query of PostgreSQL: streamed through a cursor of a transaction that can only read and sees one
 * moment.
 */
export async function askPostgres(file: RemoteSource): Promise<DatabaseAnswer> {
  const address = serverAddress(file, { user: 'PGUSER', password: 'PGPASSWORD', tls: 'sslmode' });
  const client = await patiently(file, () => connect(file, address)).catch((cause: unknown) => {
    throw explain(file, cause, null);
  });
  const { signal } = file.access;
  const stop = (): void => void client.end().catch(() => undefined);
  signal.addEventListener('abort', stop);
  const close = async (): Promise<void> => {
    signal.removeEventListener('abort', stop);
    await client.end().catch(() => undefined);
  };
  try {
    return { ...(await begin(file, client)), close };
  } catch (cause) {
    await close();
    throw explain(file, cause, 0);
  }
}
