import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sqlite from 'node-sqlite3-wasm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AiengError } from '../../errors.ts';
import { rowsFromTable } from '../rows.ts';
import { gatherRows, openRows, openWords } from '../openRows.ts';
import type { SourceAccess } from '../source.ts';
import { schemaOf, temporaryFolder } from '../sources/testing.fixture.ts';
import { lookAtSqlite } from './sqlite.ts';
import { remoteSource } from './testing.fixture.ts';

let folder = { path: '', remove: async (): Promise<void> => undefined };
let database: sqlite.Database;
const path = (): string => join(folder.path, 'shop.db');

beforeAll(async () => {
  folder = await temporaryFolder();
  database = new sqlite.Database(path());
  database.exec(`
    CREATE TABLE orders (id INTEGER PRIMARY KEY, at TEXT, amount REAL, big INTEGER, note TEXT, scan BLOB);
    INSERT INTO orders VALUES
      (1, '2026-01-01 10:00:00', 1.5, 9007199254740993, 'a', x'00'),
      (2, '2026-01-02', NULL, 7, '', NULL),
      (3, NULL, 3, 7, 'c;', NULL);
  `);
});
afterAll(async () => {
  database.close();
  await folder.remove();
});

const source = (access: Partial<SourceAccess> = { table: 'orders' }): ReturnType<typeof remoteSource> =>
  remoteSource(folder.path, 'sqlite:shop.db', access);
const schema = schemaOf({ id: 'text', at: 'time', amount: 'number', big: 'category', note: 'text' }, ['']);
const plan = { schema, required: ['id', 'at', 'amount', 'big', 'note'], optional: [] };

describe('a SQLite database', () => {
  it('gives the rows of a table, typed: whole numbers with every digit, times as ISO text, blobs left out', async () => {
    const { table, rejections, read } = await gatherRows(source(), () => plan);
    expect(rowsFromTable(table)).toEqual([
      { id: '1', at: '2026-01-01T10:00:00.000Z', amount: 1.5, big: '9007199254740993', note: 'a' },
      { id: '2', at: '2026-01-02T00:00:00.000Z', amount: null, big: '7', note: null },
      { id: '3', at: null, amount: 3, big: '7', note: 'c;' },
    ]);
    expect(rejections).toEqual([]);
    expect(read).toMatchObject({
      records: 3,
      unreadable: [{ name: 'scan', reason: "BLOB is not a table's cell" }],
      dialect: { format: 'database' },
    });
    expect(read.version).toMatch(/^change \d+, \d+ bytes, written \d+$/);
  });

  it('gives the same digest for the same rows, and another for others', async () => {
    const digest = async (query: string): Promise<string> =>
      (
        await gatherRows(source({ query }), () => ({
          schema: schemaOf({ id: 'number' }, ['']),
          required: ['id'],
          optional: [],
        }))
      ).read.digest;
    const all = await digest('select id from orders');
    expect(await digest('select id from orders;')).toBe(all);
    expect(await digest('select id from orders where id < 3')).not.toBe(all);
  });

  it('refuses a row with a value that does not fit, with its number and all of it', async () => {
    const narrow = { schema: schemaOf({ note: 'number' }, ['']), required: ['note'], optional: [] };
    const { rejections, table } = await gatherRows(source(), () => narrow);
    expect(table.rows).toBe(1);
    expect(rejections.map(({ line, column, reason }) => [line, column, reason])).toEqual([
      [1, 'note', 'expected a number, got "a"'],
      [3, 'note', 'expected a number, got "c;"'],
    ]);
    expect(rejections[0]?.raw).toBe(
      '{"id":1,"at":"2026-01-01 10:00:00","amount":1.5,"big":"9007199254740993","note":"a","scan":"AA=="}',
    );
  });

  it('refuses a row with a BLOB where none was declared, when it is looked at and when it is read', async () => {
    const query = `select id, cast(case when id = 2 then x'0102' else 'x' end as text) as t, case when id = 2 then x'0102' else 'x' end as b from orders`;
    const blob = { schema: schemaOf({ id: 'number', b: 'text' }, ['']), required: ['id', 'b'], optional: [] };
    const { rejections } = await gatherRows(source({ query }), () => blob);
    expect(rejections).toMatchObject([
      { line: 2, column: 'b', reason: 'expected a number or a text, got a BLOB of 2 bytes' },
    ]);
    for await (const part of openWords(source({ query }), () => undefined))
      if (part.kind === 'read') expect([part.accepted, part.rejected]).toEqual([2, 1]);
      else expect(part.columns.get('b')?.words).toEqual(['x']);
  });

  it('takes one statement, and one that reads', async () => {
    const ask = (query: string): Promise<unknown> => gatherRows(source({ query }), () => plan);
    await expect(ask('select 1; select 2')).rejects.toMatchObject({ code: 'one-statement', exitCode: 2 });
    for (const query of [
      'delete from orders',
      'drop table orders',
      `attach 'x.db' as x`,
      'pragma user_version',
      'nonsense',
    ])
      await expect(ask(query)).rejects.toMatchObject({ code: 'source-query', exitCode: 2 });
    expect(database.get('select count(*) as n from orders')).toEqual({ n: 3 });
    await expect(gatherRows(source({ table: 'order' }), () => plan)).rejects.toMatchObject({
      code: 'source-query',
    });
    await expect(gatherRows(source({}), () => plan)).rejects.toMatchObject({ code: 'table-or-query' });
  });

  it('lies in the project: no path and no link leads out of it', async () => {
    const outside = await temporaryFolder();
    writeFileSync(join(outside.path, 'x.db'), '');
    symlinkSync(join(outside.path, 'x.db'), join(folder.path, 'link.db'));
    mkdirSync(join(folder.path, 'folder.db'));
    const code = async (address: string): Promise<unknown> =>
      lookAtSqlite(remoteSource(folder.path, address)).catch((error: unknown) =>
        error instanceof AiengError ? error.code : error,
      );
    expect(await code('sqlite:link.db')).toBe('source-outside');
    expect(await code(`sqlite:${join(outside.path, 'x.db')}`)).toBe('source-outside');
    expect(await code('sqlite:../x.db')).toMatch(/source-(outside|not-found)/);
    expect(await code('sqlite:none.db')).toBe('source-not-found');
    expect(await code('sqlite:folder.db')).toBe('source-unreadable');
    await outside.remove();
  });

  it('that is none is refused as data', async () => {
    writeFileSync(join(folder.path, 'text.db'), 'a,b\n'.repeat(100));
    writeFileSync(join(folder.path, 'empty.db'), '');
    writeFileSync(
      join(folder.path, 'torn.db'),
      Buffer.concat([Buffer.from('SQLite format 3\u0000'), Buffer.alloc(5000, 7)]),
    );
    for (const name of ['text', 'empty', 'torn'])
      await expect(
        gatherRows(remoteSource(folder.path, `sqlite:${name}.db`, { table: 'orders' }), () => plan),
      ).rejects.toMatchObject({ code: 'sqlite-damaged', exitCode: 3 });
  });

  it('says its version without being read, and another after a transaction', async () => {
    const before = await lookAtSqlite(source());
    expect((await gatherRows(source(), () => plan)).read.version).toBe(before);
    database.exec(`UPDATE orders SET note = 'b' WHERE id = 1`);
    expect(await lookAtSqlite(source())).not.toBe(before);
  });

  it('with a log that was not taken over yet (WAL) is read with it', async () => {
    const own = new sqlite.Database(join(folder.path, 'wal.db'));
    own.exec(
      'PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; CREATE TABLE t (id INTEGER); INSERT INTO t VALUES (1), (2)',
    );
    const wal = remoteSource(folder.path, 'sqlite:wal.db', { table: 't' });
    const only = { schema: schemaOf({ id: 'number' }, ['']), required: ['id'], optional: [] };
    const first = await gatherRows(wal, () => only);
    own.exec('INSERT INTO t VALUES (3)');
    const second = await gatherRows(wal, () => only);
    own.close();
    expect([first.table.rows, second.table.rows]).toEqual([2, 3]);
    expect(first.read.version).toContain('log');
    expect(second.read.version).not.toBe(first.read.version);
  });

  it('leaves nothing behind, not even where reading was ended early', async () => {
    for await (const _part of openRows(source(), () => plan)) break;
    await gatherRows(source({ query: 'nonsense' }), () => plan).catch(() => undefined);
    expect(readdirSync(folder.path).filter((name) => /fetched|lock|journal|-wal/.test(name))).toEqual([]);
  });
});

describe('a cursor of a SQLite database', () => {
  const numbers = { schema: schemaOf({ id: 'number' }, ['']), required: ['id'], optional: [] };
  const from = async (column: string, value: string | null) => {
    const { table, read } = await gatherRows(
      source({ table: 'orders', cursor: { column, from: value } }),
      () => numbers,
    );
    return { ids: rowsFromTable(table).map(({ id }) => id), cursor: read.cursor, version: read.version };
  };

  it('tells where it stands, and goes on from there: the last rows again, and those without a value', async () => {
    const all = await from('at', null);
    expect(all).toEqual({
      ids: [1, 2, 3],
      cursor: { column: 'at', last: "'2026-01-02'", rows: 3 },
      version: await lookAtSqlite(source()),
    });
    const later = await from('at', all.cursor!.last);
    expect(later.ids).toEqual([2, 3]);
    expect(later.cursor).toMatchObject({ last: all.cursor!.last, rows: 3 });
  });

  it('compares numbers as numbers', async () => {
    expect((await from('id', '2')).ids).toEqual([2, 3]);
    expect((await from('amount', '3.0')).ids).toEqual([2, 3]);
    await expect(from('id', '2 OR 1')).rejects.toThrow('no value of a cursor');
  });

  it('gives nothing where nothing is new, which is no fault', async () => {
    expect((await from('id', '9')).ids).toEqual([]);
  });
});
