import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadPipeline } from '../load.ts';
import type { Pipeline } from '../pipeline.ts';

let root = '';
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'aieng-address-'));
  mkdirSync(join(root, 'pipelines'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const variables = { PGPASSWORD: 'p@ss/word', DATABASE_URL: 'postgres://a:geheim@db/shop' };

async function load(source: object, more: object = {}): Promise<Pipeline> {
  const file = join(root, 'pipelines/x.yaml');
  writeFileSync(file, JSON.stringify({ source, label: 'left', ...more }));
  return loadPipeline(file, root, { transforms: {}, metrics: [], families: {}, variables });
}

/** What is wrong with a source. The password is in nothing that is said. */
const wrong = (source: object, more: object = {}): Promise<string> =>
  load(source, more).then(
    () => 'nothing',
    (error: unknown) => {
      const said =
        error instanceof Error && 'hint' in error ? `${error.message} ${String(error.hint)}` : String(error);
      expect(said).not.toContain('geheim');
      return said;
    },
  );

describe('the address of a source', () => {
  it('keeps the names of its variables, and their values are escaped where they name who asks', async () => {
    const { source } = await load({ path: 'postgres://reader:${PGPASSWORD}@db/shop', table: 'orders' });
    expect(source.path).toBe('postgres://reader:p%40ss%2Fword@db/shop');
    expect(source.display).toBe('postgres://reader:${PGPASSWORD}@db/shop');
    expect(source.format).toBe('database');
    expect((await load({ path: '${DATABASE_URL}', table: 'orders' })).source.path).toBe(
      variables.DATABASE_URL,
    );
  });

  it('holds no password', async () => {
    expect(await wrong({ path: 'postgres://reader:geheim@db/shop', table: 't' })).toMatch(
      /password stands.*PGPASSWORD/s,
    );
    expect(await wrong({ path: 'mysql://db/shop?password=geheim', table: 't' })).toContain('MYSQL_PWD');
    expect(await wrong({ path: 's3://key:geheim@bucket/x.csv' })).toContain('AWS_ACCESS_KEY_ID');
  });

  it('says what is read of a database, once', async () => {
    expect(await wrong({ path: 'postgres://db/shop' })).toContain('needs to be told what to read');
    expect(await wrong({ path: 'postgres://db/shop', table: 't', query: 'select 1' })).toContain(
      'Keep one of',
    );
    expect(await wrong({ path: 'postgres://db/shop', table: 't', cursor: 'at' })).toContain('row_id');
    expect(await wrong({ path: 'postgres://db/shop', table: 't', cursor: 'at' }, { row_id: 'id' })).toBe(
      'nothing',
    );
    expect(await wrong({ path: 'postgres://db/shop', table: 't', delimiter: ';', skip_lines: 2 })).toContain(
      'skip_lines',
    );
  });

  it('is of a kind that is known, and safe', async () => {
    expect(await wrong({ path: 'ftp://h/x.csv' })).toContain('nothing is known of ftp://');
    expect(await wrong({ path: 'http://h/x.csv' })).toContain('https://');
    expect(await wrong({ path: 'http://h/x.csv', allow_private: true })).toBe('nothing');
    expect(await wrong({ path: 'sqlite:/etc/x.db', table: 't' })).toContain('lies in the project');
  });

  it('has no keys of other places', async () => {
    expect(await wrong({ path: 'data/x.csv', table: 't' })).toContain('a database has it');
    expect(await wrong({ path: 'data/x.csv', cursor: 'at' })).toContain('`files`');
    expect(await wrong({ path: 'data', cursor: 'files' })).toBe('nothing');
    expect(await wrong({ path: 'https://h/x.csv', endpoint: 'https://e' })).toContain('s3://');
    expect(await wrong({ path: 'data/x.csv', allow_private: true })).toContain('https:// or s3://');
  });
});
