import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sqlite from 'node-sqlite3-wasm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fakeEnvironment } from '../../environment/index.ts';
import type { Context } from '../../project/context.ts';
import { openStore } from '../../store/index.ts';
import { init } from './init.ts';
import { originOf } from './origin.ts';

let root = '';
let context: Context;
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'aieng-origin-'));
  const environment = fakeEnvironment({
    cwd: root,
    variables: { SECRET: 'p@ss', URL: 'https://h/rows.csv?sig=1' },
  });
  context = {
    root,
    store: await openStore({ folder: join(root, '.aieng'), environment }),
    environment,
    git: () => Promise.resolve(null),
    progress: () => undefined,
    signal: new AbortController().signal,
    command: 'test',
  };
  const database = new sqlite.Database(join(root, 'shop.db'));
  database.exec(`CREATE TABLE people (name TEXT, age INTEGER, "left" TEXT, photo BLOB);
    WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 300)
    INSERT INTO people SELECT 'n' || i, i % 60, CASE WHEN (i * 7) % 10 < 4 THEN 'yes' ELSE 'no' END, x'00' FROM n`);
  database.close();
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('init from a database', () => {
  it('writes a pipeline that reads it, and says what no table can hold', async () => {
    const { result } = await init(context, {
      directory: '.',
      from: 'sqlite:shop.db',
      table: 'people',
      label: 'left',
    });
    expect(result.name).toBe('people');
    expect(result.notes.join('\n')).toContain("photo is left out: BLOB is not a table's cell");
    const pipeline = readFileSync(join(root, 'pipelines/people.yaml'), 'utf8');
    expect(pipeline).toContain('source:\n  path: "sqlite:shop.db"\n  table: people\n');
  });

  it('says the path of a database from the root on, wherever init is called', () => {
    const origin = originOf(context, join(root, 'project'), 'sqlite:project/x.db', {
      directory: '.',
      table: 't',
    });
    expect([origin.path, origin.source, origin.stem]).toEqual(['sqlite:x.db', 'sqlite:x.db', 't']);
  });
});

describe('an address to start from', () => {
  const origin = (from: string, more: object = {}) =>
    originOf(context, root, from, { directory: '.', ...more });

  it('keeps its variables in the pipeline, and has their values escaped where it is opened', () => {
    const { path, source } = origin('postgres://reader:${SECRET}@db/shop', { table: 'people' });
    expect(path).toBe('postgres://reader:p%40ss@db/shop');
    expect(source).toBe('postgres://reader:${SECRET}@db/shop');
    expect(origin('${URL}')).toMatchObject({
      path: 'https://h/rows.csv?sig=1',
      source: '${URL}',
      stem: 'rows',
    });
  });

  it('is refused with a password, without a table, of a kind that is not known, with a variable that is not set', () => {
    const code = (from: string, more: object = {}): unknown => {
      try {
        return origin(from, more);
      } catch (error) {
        expect(String(error)).not.toContain('geheim');
        return error instanceof Error && 'code' in error ? error.code : error;
      }
    };
    expect(code('postgres://a:geheim@db/shop', { table: 't' })).toBe('password-in-address');
    expect(code('mysql://db/shop')).toBe('table-or-query');
    expect(code('mysql://db/shop', { table: 't', query: 'select 1' })).toBe('table-or-query');
    expect(code('ftp://h/x.csv')).toBe('source-address');
    expect(code('https://${NOWHERE}/x.csv')).toBe('variable-not-set');
    expect(code('rows.csv', { table: 't' })).toBe('flag-of-addresses');
    for (const project of ['.', './', root]) expect(code(project)).toBe('source-is-project');
  });
});
