import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gatherRows, openRows } from '../../src/data/openRows.ts';
import type { GatheredRows } from '../../src/data/openRows.ts';
import { versionOf } from '../../src/data/remote/version.ts';
import { selfSigned } from '../../src/data/remote/selfSigned.fixture.ts';
import { remoteSource } from '../../src/data/remote/testing.fixture.ts';
import { rowsFromTable } from '../../src/data/rows.ts';
import type { ReadPlan, RowsFile, SourceAccess } from '../../src/data/source.ts';
import { schemaOf } from '../../src/data/sources/testing.fixture.ts';
import type { TestServer } from './databaseServers.ts';
import { hasMariadb, hasPostgres, password, startMariadb, startPostgres } from './databaseServers.ts';

type Kinds = Parameters<typeof schemaOf>[0];
const planOf = (kinds: Kinds): ReadPlan => ({
  schema: schemaOf(kinds, ['']),
  required: Object.keys(kinds),
  optional: [],
});
const read = (file: RowsFile, kinds: Kinds): Promise<GatheredRows> => gatherRows(file, () => planOf(kinds));

/** What every server is asked, whatever it is. */
interface Ways {
  readonly start: () => Promise<TestServer>;
  readonly scheme: string;
  readonly database: string;
  readonly variable: string;
  /** Makes `numbers` with the rows 1 to n. */
  readonly numbers: (n: number) => string;
  /** Ends the connection that reads. */
  readonly kill: (server: TestServer) => Promise<void>;
  readonly slow: string;
  /** Two statements, of which our own look sees one: the server sees both. */
  readonly blind: string;
  readonly write: string;
}

const ways: Readonly<Record<'PostgreSQL' | 'MariaDB', Ways & { readonly there: boolean }>> = {
  PostgreSQL: {
    there: hasPostgres,
    start: () => startPostgres(),
    scheme: 'postgres',
    database: 'postgres',
    variable: 'PGPASSWORD',
    numbers: (n) =>
      `create table numbers as select i as id, repeat('x', 100) as note from generate_series(1, ${n}) i`,
    kill: async ({ run }) => {
      await run(`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'aieng'`);
    },
    slow: 'select 1 as id from pg_sleep(20)',
    blind: 'select 1 as id) AS a `; drop table numbers`',
    write: 'with gone as (delete from numbers returning id) select id from gone',
  },
  MariaDB: {
    there: hasMariadb,
    start: startMariadb,
    scheme: 'mysql',
    database: 'shop',
    variable: 'MYSQL_PWD',
    numbers: (n) => `create table numbers as select seq as id, repeat('x', 100) as note from seq_1_to_${n}`,
    kill: async ({ run }) => {
      for (const { id } of await run(`select id from information_schema.processlist where user = 'reader'`))
        await run(`kill ${Number(id)}`);
    },
    slow: 'select sleep(20) as id',
    blind: 'select 1 --1 as id; drop table numbers',
    write: `select id from numbers into outfile '/tmp/aieng-never-written'`,
  },
};

describe.each(Object.entries(ways))('%s', (_name, { there, ...way }) => {
  describe.skipIf(!there)('as it is', () => {
    let server: TestServer;
    beforeAll(async () => {
      server = await way.start();
      await server.run(way.numbers(30_000));
    });
    afterAll(() => server.close());

    const source = (access: Partial<SourceAccess>, user = 'reader', port = server.port): RowsFile =>
      remoteSource(
        '/',
        `${way.scheme}://${user}@${server.host}:${port}/${way.database}`,
        {
          variables: { [way.variable]: password },
          ...access,
        },
        5000,
      );

    it('gives the rows of a table, whoever writes meanwhile, and the same digest for the same rows', async () => {
      const ids = new Set<number>();
      let digest = '';
      for await (const part of openRows(source({ table: 'numbers' }), () =>
        planOf({ id: 'number', note: 'text' }),
      )) {
        if (part.kind === 'read') {
          expect([part.records, part.version]).toEqual([30_000, null]);
          digest = part.digest;
          break;
        }
        if (ids.size === 0) await server.run('delete from numbers where id = 30000');
        for (const { id } of rowsFromTable(part.table)) ids.add(Number(id));
      }
      expect(ids.size).toBe(30_000);
      const less = await read(source({ table: 'numbers' }), { id: 'number' });
      expect([less.table.rows, less.read.digest === digest]).toEqual([29_999, false]);
      expect((await read(source({ query: 'select * from numbers' }), { id: 'number' })).read.digest).toBe(
        less.read.digest,
      );
    });

    it('takes one statement, and one that reads', async () => {
      const ask = (query: string): Promise<unknown> => read(source({ query }), { id: 'number' });
      await expect(ask('select 1 as id; drop table numbers')).rejects.toMatchObject({
        code: 'one-statement',
      });
      for (const query of [way.blind, way.write, 'drop table numbers', 'commit'])
        await expect(ask(query)).rejects.toMatchObject({ code: 'source-query', exitCode: 2 });
      expect((await read(source({ table: 'numbers' }), { id: 'number' })).table.rows).toBe(29_999);
    });

    it('names its version by the cursor, and goes on from there', async () => {
      await server.run('create table events (id int primary key, at timestamp(6) null default null)');
      await server.run(
        `insert into events values (1, '2026-01-01 00:00:00.000001'), (2, '2026-01-01 00:00:00.000002'), (3, null)`,
      );
      const events = (from: string | null): RowsFile =>
        source({ table: 'events', cursor: { column: 'at', from } });
      const first = await read(events(null), { id: 'number' });
      expect(first.read.cursor).toEqual({ column: 'at', last: '2026-01-01 00:00:00.000002', rows: 3 });
      expect(await versionOf(events(null))).toBe(first.read.version);
      const later = await read(events(first.read.cursor!.last), { id: 'number' });
      expect(
        rowsFromTable(later.table)
          .map(({ id }) => id)
          .sort(),
      ).toEqual([2, 3]);
      await server.run('delete from events where id = 3');
      expect(await versionOf(events(null))).not.toBe(first.read.version);
      expect(await versionOf(source({ table: 'events' }))).toBeNull();
      // Also a number beyond what a double holds, and a text with quotes.
      await server.run('create table keys_ (id bigint, word varchar(20))');
      await server.run(
        `insert into keys_ values (9007199254740992, 'a'), (9007199254740993, 'it''s \\\\ "x"')`,
      );
      for (const column of ['id', 'word']) {
        const keys = (from: string | null): RowsFile => source({ table: 'keys_', cursor: { column, from } });
        const { last } = (await read(keys(null), { id: 'text' })).read.cursor!;
        expect(rowsFromTable((await read(keys(last), { id: 'text' })).table)).toEqual([
          { id: '9007199254740993' },
        ]);
      }
    });

    it('that ends the connection is told, with how far it came', async () => {
      const reading = async (): Promise<void> => {
        let batches = 0;
        const query = 'select a.id from numbers a, numbers b where b.id <= 30';
        for await (const _part of openRows(source({ query }), () => planOf({ id: 'number' })))
          if ((batches += 1) === 1) await way.kill(server);
      };
      await expect(reading()).rejects.toMatchObject({ code: 'source-lost', exitCode: 3 });
    });

    it('that is slow is left, on both sides', async () => {
      const before = performance.now();
      await expect(read(source({ query: way.slow, timeoutMs: 300 }), { id: 'number' })).rejects.toMatchObject(
        {
          code: 'source-slow',
          exitCode: 3,
        },
      );
      expect(performance.now() - before).toBeLessThan(15_000);
    });

    it('that changes its schema: the reading sees one schema, the next one the other', async () => {
      await server.run('create table moving as select id, note from numbers');
      let altering: Promise<unknown> | undefined;
      let rows = 0;
      for await (const part of openRows(source({ table: 'moving' }), () =>
        planOf({ id: 'number', note: 'text' }),
      )) {
        if (part.kind === 'read') break;
        altering ??= server.run('alter table moving drop column note');
        rows += part.table.rows;
      }
      expect(rows).toBe(29_999);
      await altering;
      await expect(read(source({ table: 'moving' }), { id: 'number', note: 'text' })).rejects.toMatchObject({
        code: 'missing-column',
        exitCode: 3,
        message: expect.stringContaining('"note"'),
      });
    });

    it('that does not let us in, or is not there, is told without the password', async () => {
      const told = async (file: RowsFile): Promise<unknown> =>
        read({ ...file, displayPath: 'the shop' }, { id: 'number' }).catch((error: unknown) => {
          expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('wrong-secret');
          return error;
        });
      const variables = { [way.variable]: 'wrong-secret' };
      expect(await told(source({ table: 'numbers', variables }))).toMatchObject({
        code: 'source-refused',
        hint: expect.stringContaining(way.variable),
      });
      expect(await told(source({ table: 'numbers', variables }, 'reader:wrong-secret', 1))).toMatchObject({
        code: 'source-unreachable',
        exitCode: 2,
      });
      expect(await told(source({ table: 'nothing' }))).toMatchObject({ code: 'source-query', exitCode: 2 });
      await expect(
        read(source({ query: 'select id from numbers where 1 = 0' }), { id: 'number' }),
      ).rejects.toMatchObject({
        code: 'source-without-rows',
        exitCode: 3,
      });
    });
  });
});

describe.skipIf(!hasPostgres)('encryption of PostgreSQL', () => {
  const of = (server: TestServer, mode: string, access: Partial<SourceAccess> = {}): RowsFile =>
    remoteSource('/', `postgres://reader@localhost:${server.port}/postgres?sslmode=${mode}`, {
      query:
        'select 1 as id, case when ssl then 1 else 0 end as safe from pg_stat_ssl where pid = pg_backend_pid()',
      variables: { PGPASSWORD: password },
      ...access,
    });
  const isSafe = async (file: RowsFile): Promise<unknown> =>
    rowsFromTable((await read(file, { id: 'number', safe: 'number' })).table)[0]?.['safe'];

  it('is as the address says, and only a server whose certificate is trusted is one that proves itself', async () => {
    const server = await startPostgres(selfSigned);
    try {
      expect(await isSafe(of(server, 'disable'))).toBe(0);
      expect(await isSafe(of(server, 'prefer'))).toBe(1);
      expect(await isSafe(of(server, 'require'))).toBe(1);
      expect(await isSafe(of(server, 'verify-full', { authorities: selfSigned.cert }))).toBe(1);
      await expect(isSafe(of(server, 'verify-full'))).rejects.toMatchObject({
        code: 'source-unproven',
        exitCode: 2,
        hint: expect.stringContaining('NODE_EXTRA_CA_CERTS'),
      });
    } finally {
      await server.close();
    }
  });

  it('that is required of a server without it is told', async () => {
    const server = await startPostgres();
    try {
      expect(await isSafe(of(server, 'prefer'))).toBe(0);
      await expect(isSafe(of(server, 'require'))).rejects.toMatchObject({
        code: 'source-unproven',
        message: expect.stringContaining('does not support SSL'),
        hint: expect.stringContaining('sslmode'),
      });
    } finally {
      await server.close();
    }
  });
});

describe.skipIf(!hasPostgres)('types of PostgreSQL', () => {
  it('become cells, or are left out by name', async () => {
    const server = await startPostgres();
    const query = `select 9007199254740993::bigint as big, 1.50::numeric(10,2) as dec, 0.1::real as r4, 'NaN'::float8 as nan,
      true as yes, timestamp '2026-01-02 03:04:05.678901' as ts, timestamptz '2026-01-02 03:04:05+02' as tz, date '2026-01-02' as d,
      '{1,2}'::int[] as list, '\\x00'::bytea as bytes, '{"a":1}'::jsonb as doc, 'x  '::char(5) as padded, null::int as none,
      '550e8400-e29b-41d4-a716-446655440000'::uuid as u, point(1,2) as p`;
    const file = remoteSource('/', `postgres://reader@127.0.0.1:${server.port}/postgres?sslmode=disable`, {
      query,
      variables: { PGPASSWORD: password },
    });
    const { table, read: account } = await read(file, {
      big: 'text',
      dec: 'category',
      r4: 'number',
      nan: 'number',
      yes: 'category',
      ts: 'time',
      tz: 'time',
      d: 'time',
      doc: 'text',
      padded: 'category',
      none: 'number',
      u: 'text',
    });
    expect(rowsFromTable(table)).toEqual([
      {
        big: '9007199254740993',
        dec: '1.5',
        r4: 0.1,
        nan: null,
        yes: 'true',
        ts: '2026-01-02T03:04:05.678Z',
        tz: '2026-01-02T01:04:05.000Z',
        d: '2026-01-02T00:00:00.000Z',
        doc: '{"a": 1}',
        padded: 'x',
        none: null,
        u: '550e8400-e29b-41d4-a716-446655440000',
      },
    ]);
    expect(account.unreadable).toEqual([
      { name: 'list', reason: "integer[] is not a table's cell" },
      { name: 'bytes', reason: "bytea is not a table's cell" },
      { name: 'p', reason: "point is not a table's cell" },
    ]);
    await server.close();
  });
});

describe.skipIf(!hasMariadb)('types of MariaDB', () => {
  it('become cells, or are left out by name', async () => {
    const server = await startMariadb();
    await server.run(`create table kinds (big bigint unsigned, dec_ decimal(10,2), r4 float, yes boolean, ts timestamp(6) null, dt datetime, d date,
      bits bit(3), word enum('a','b'), doc json, bytes blob, txt text, y year, t time, p point)`);
    await server.run(`set time_zone = '+02:00'; insert into kinds values (18446744073709551615, 1.50, 0.1, true, '2026-01-02 03:04:05.678901',
      '2026-01-02 03:04:05', '2026-01-02', b'101', 'b', '{"a":1}', x'00', 'é😀', 2026, '10:00:00', point(1,2))`);
    const file = remoteSource('/', `mysql://reader@127.0.0.1:${server.port}/shop`, {
      table: 'kinds',
      variables: { MYSQL_PWD: password },
    });
    const { table, read: account } = await read(file, {
      big: 'text',
      dec_: 'category',
      r4: 'number',
      yes: 'number',
      ts: 'time',
      dt: 'time',
      d: 'time',
      bits: 'number',
      word: 'category',
      doc: 'text',
      txt: 'text',
      y: 'number',
      t: 'text',
    });
    expect(rowsFromTable(table)).toEqual([
      {
        big: '18446744073709551615',
        dec_: '1.5',
        r4: 0.1,
        yes: 1,
        ts: '2026-01-02T01:04:05.678Z',
        dt: '2026-01-02T03:04:05.000Z',
        d: '2026-01-02T00:00:00.000Z',
        bits: 5,
        word: 'b',
        doc: '{"a":1}',
        txt: 'é😀',
        y: 2026,
        t: '10:00:00',
      },
    ]);
    expect(account.unreadable).toEqual([
      { name: 'bytes', reason: "blob is not a table's cell" },
      { name: 'p', reason: "geometry is not a table's cell" },
    ]);
    await server.close();
  });
});
