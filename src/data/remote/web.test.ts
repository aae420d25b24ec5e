import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer as createPlain } from 'node:http';
import { createServer } from 'node:https';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dialectOf } from '../dialect.ts';
import type { GatheredRows } from '../openRows.ts';
import { gatherRows } from '../openRows.ts';
import { rowsFromTable } from '../rows.ts';
import type { RowsFile, SourceAccess } from '../source.ts';
import { schemaOf, temporaryFolder } from '../sources/testing.fixture.ts';
import { selfSigned } from './selfSigned.fixture.ts';
import { remoteSource } from './testing.fixture.ts';
import { versionOf } from './version.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

let folder = { path: '', remove: async (): Promise<void> => undefined };
let secure: Server;
let plain: Server;
let answer: Answer;
const seen: IncomingMessage[] = [];

const portOf = (server: Server): number => {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
};
const listen = (server: Server): Promise<void> =>
  new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve()));

beforeAll(async () => {
  folder = await temporaryFolder();
  const handle: Answer = (request, response) => {
    seen.push(request);
    answer(request, response);
  };
  secure = createServer(selfSigned, handle);
  plain = createPlain(handle);
  await Promise.all([listen(secure), listen(plain)]);
});
beforeEach(() => {
  seen.length = 0;
});
afterAll(async () => {
  secure.close();
  plain.close();
  await folder.remove();
});

const csv = 'a\n1\n2\n';
const withHeaders =
  (headers: Readonly<Record<string, string>>, body: string | Buffer = csv): Answer =>
  (request, response) => {
    response.writeHead(200, { 'content-length': Buffer.byteLength(body), ...headers });
    response.end(request.method === 'HEAD' ? undefined : body);
  };

function source(path = '/rows.csv', access: Partial<SourceAccess> = {}, host = '127.0.0.1'): RowsFile {
  const url = `https://${host}:${portOf(secure)}${path}`;
  const made = remoteSource(folder.path, url, { authorities: selfSigned.cert, ...access });
  return { ...made, displayPath: 'the rows', dialect: dialectOf(url) };
}
const plan = { schema: schemaOf({ a: 'number' }, ['']), required: ['a'], optional: [] };
const read = (file: RowsFile): Promise<GatheredRows> => gatherRows(file, () => plan);

describe('a file at an https address', () => {
  it('is read as a file is, its digest and its version are told, and nothing of it stays', async () => {
    answer = withHeaders({ etag: '"one"' });
    const { table, read: account } = await read(source());
    expect(rowsFromTable(table)).toEqual([{ a: 1 }, { a: 2 }]);
    expect(account).toMatchObject({
      digest: createHash('sha256').update(csv).digest('hex'),
      version: 'etag "one", 6 bytes',
      file: 'the rows',
    });
    expect(readdirSync(folder.path).filter((name) => name.startsWith('fetched'))).toEqual([]);
  });

  it('has its format and packing by its name, without what stands behind the question mark', async () => {
    answer = withHeaders({}, gzipSync(csv));
    expect((await read(source('/rows.csv.gz?sig=a.parquet'))).table.rows).toBe(2);
    answer = withHeaders({}, '{"a": 7}\n');
    expect(rowsFromTable((await read(source('/rows.ndjson'))).table)).toEqual([{ a: 7 }]);
  });

  it('names its version without being fetched: by etag, or by a time that is past', async () => {
    const date = 'Sun, 29 Nov 2026 12:00:10 GMT';
    const version = async (headers: Readonly<Record<string, string>>): Promise<string | null> => {
      answer = withHeaders(headers);
      return versionOf(source());
    };
    expect(await version({ etag: 'W/"x"' })).toBe('etag W/"x", 6 bytes');
    expect(await version({ date, 'last-modified': 'Sun, 29 Nov 2026 12:00:08 GMT' })).toBe(
      'modified Sun, 29 Nov 2026 12:00:08 GMT, 6 bytes',
    );
    // Within a second, the same time may mean another content.
    expect(await version({ date, 'last-modified': 'Sun, 29 Nov 2026 12:00:09 GMT' })).toBeNull();
    expect(await version({ date })).toBeNull();
    expect(new Set(seen.map(({ method }) => method))).toEqual(new Set(['HEAD']));
    answer = (request, response) =>
      request.method === 'HEAD'
        ? response.writeHead(403).end()
        : withHeaders({ etag: '"y"' })(request, response);
    expect(await versionOf(source())).toBe('etag "y", 6 bytes');
  });

  it('is not asked where its host is a private or local address, in any spelling', async () => {
    answer = withHeaders({});
    for (const host of ['127.0.0.1', 'localhost', '[::1]', '0x7f.1', '2130706433'])
      await expect(read(source('/rows.csv', { allowPrivate: false }, host))).rejects.toMatchObject({
        code: 'source-private',
        exitCode: 2,
        hint: expect.stringContaining('allow_private'),
      });
    expect(seen).toEqual([]);
  });

  it('is followed to where it redirects, unless that is insecure or nowhere', async () => {
    const to =
      (location: string): Answer =>
      (request, response) => {
        if (request.url === '/rows.csv') response.writeHead(302, { location }).end();
        else withHeaders({})(request, response);
      };
    answer = to('/other.csv');
    expect((await read(source())).table.rows).toBe(2);
    answer = to(`http://127.0.0.1:${portOf(plain)}/other.csv`);
    await expect(read(source())).rejects.toMatchObject({ code: 'source-insecure' });
    answer = to('file:///etc/passwd');
    await expect(read(source())).rejects.toMatchObject({ code: 'source-insecure' });
    answer = (_request, response) => void response.writeHead(302, { location: '/rows.csv' }).end();
    await expect(read(source())).rejects.toMatchObject({ code: 'source-address' });
  });

  it('names its user to its own host only', async () => {
    const other = `https://localhost:${portOf(secure)}/other.csv`;
    answer = (request, response) => {
      if (request.url === '/rows.csv') response.writeHead(307, { location: other }).end();
      else withHeaders({})(request, response);
    };
    await read(source('/rows.csv', {}, 'joe:p%40ss@127.0.0.1'));
    expect(seen.map(({ headers }) => headers.authorization)).toEqual([
      `Basic ${Buffer.from('joe:p@ss').toString('base64')}`,
      undefined,
    ]);
  });

  it('is asked for again where it breaks off, or its server is busy; and left whole or not at all', async () => {
    let times = 0;
    answer = (request, response) => {
      times += 1;
      if (times === 1) response.writeHead(503, { 'retry-after': '0' }).end();
      else if (times > 2) withHeaders({})(request, response);
      else {
        response.writeHead(200, { 'content-length': 100 });
        response.write('a\n1\n');
        setTimeout(() => response.destroy(), 20);
      }
    };
    expect((await read(source())).table.rows).toBe(2);
    expect(times).toBe(3);
  });

  it('is what its checksum says', async () => {
    const digest = createHash('sha256').update(csv).digest('base64');
    answer = withHeaders({ 'repr-digest': `sha-256=:${digest}:` });
    expect((await read(source())).table.rows).toBe(2);
    let times = 0;
    answer = (request, response) => {
      times += 1;
      withHeaders({ 'repr-digest': `sha-256=:${digest}:` }, times < 3 ? 'a\n1\n3\n' : csv)(request, response);
    };
    expect(rowsFromTable((await read(source())).table)).toEqual([{ a: 1 }, { a: 2 }]);
  });

  it('has at most so many bytes, whether it says so or not', async () => {
    answer = withHeaders({});
    await expect(read(source('/rows.csv', { maxBytes: 5 }))).rejects.toMatchObject({
      code: 'source-too-large',
    });
    answer = (_request, response) => {
      response.write(csv);
      response.end();
    };
    await expect(read(source('/rows.csv', { maxBytes: 5 }))).rejects.toMatchObject({
      code: 'source-too-large',
    });
    expect((await read(source('/rows.csv', { maxBytes: 6 }))).table.rows).toBe(2);
  });

  it('that does not come is told: no such file, no right, silence, a web page, a certificate', async () => {
    const code = (file: RowsFile): Promise<unknown> =>
      read(file).then(
        () => 'read',
        (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
      );
    answer = (_request, response) => void response.writeHead(404).end();
    expect(await code(source())).toBe('source-not-found');
    answer = (_request, response) => void response.writeHead(401).end();
    expect(await code(source())).toBe('source-refused');
    answer = withHeaders({ 'content-type': 'text/html; charset=utf-8' }, '<html>');
    expect(await code(source('/download?id=7'))).toBe('not-text');
    answer = () => undefined;
    expect(await code(source('/rows.csv', { timeoutMs: 100 }))).toBe('source-slow');
    answer = withHeaders({});
    const { access, ...file } = source();
    const { authorities: _, ...untrusting } = access!;
    expect(await code({ ...file, access: untrusting })).toBe('source-unreachable');
    expect(existsSync(folder.path)).toBe(true);
  });
});
