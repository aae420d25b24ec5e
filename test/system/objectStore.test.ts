import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { CreateBucketCommand, DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { dialectOf } from '../../src/data/dialect.ts';
import type { GatheredRows } from '../../src/data/openRows.ts';
import { gatherRows } from '../../src/data/openRows.ts';
import { remoteSource } from '../../src/data/remote/testing.fixture.ts';
import { versionOf } from '../../src/data/remote/version.ts';
import { rowsFromTable } from '../../src/data/rows.ts';
import type { RowsFile, SourceAccess } from '../../src/data/source.ts';
import { schemaOf } from '../../src/data/sources/testing.fixture.ts';
import { credentials, hasObjectStore, startObjectStore } from './objectStore.ts';
import type { ObjectStore } from './objectStore.ts';
import { scratchFolder } from './project.ts';
import { noteUnavailable } from './unavailable.ts';

const started = hasObjectStore ? await startObjectStore() : { because: 'radosgw is not installed here' };
const store: ObjectStore | null = 'because' in started ? null : started;
noteUnavailable('object-store', 'because' in started ? started.because : null);

describe.skipIf(store === null)('an S3 compatible store', () => {
  let client: S3Client;
  const folder = scratchFolder();
  const put = (key: string, body: string): Promise<unknown> =>
    client.send(new PutObjectCommand({ Bucket: 'data', Key: key, Body: body }));
  const source = (path: string, access: Partial<SourceAccess> = {}): RowsFile => ({
    ...remoteSource(folder, path, { endpoint: store?.endpoint ?? null, ...access }),
    dialect: dialectOf(path),
  });
  const read = (file: RowsFile): Promise<GatheredRows> =>
    gatherRows(file, () => ({ schema: schemaOf({ a: 'number' }, ['']), required: ['a'], optional: [] }));

  beforeAll(async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', credentials.accessKeyId);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', credentials.secretAccessKey);
    client = new S3Client({
      endpoint: store?.endpoint ?? '',
      region: 'us-east-1',
      forcePathStyle: true,
      credentials,
    });
    await client.send(new CreateBucketCommand({ Bucket: 'data' }));
    await put('in/rows.csv', 'a\n1\n2\n');
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    client.destroy();
    await store?.close();
  });

  it('gives an object as a file, and its name without reading it', async () => {
    const { table, read: account } = await read(source('s3://data/in/rows.csv'));
    expect(rowsFromTable(table)).toEqual([{ a: 1 }, { a: 2 }]);
    expect(account.digest).toBe(createHash('sha256').update('a\n1\n2\n').digest('hex'));
    expect(account.version).toMatch(/^etag "[0-9a-f]{32}", 6 bytes$/);
    expect(await versionOf(source('s3://data/in/rows.csv'))).toBe(account.version);
    await put('in/rows.csv', 'a\n1\n3\n');
    expect(await versionOf(source('s3://data/in/rows.csv'))).not.toBe(account.version);
  });

  it('names what lies under a prefix, and another object changes the name', async () => {
    await put('days/1.csv', 'a\n1\n');
    await put('days/2.csv', 'a\n2\n');
    const name = (): Promise<string | null> => versionOf(source('s3://data/days/'));
    const before = await name();
    expect(before).toMatch(/^2 objects [0-9a-f]{64}, 8 bytes$/);
    expect(await name()).toBe(before);
    await put('days/3.csv', 'a\n3\n');
    expect(await name()).not.toBe(before);
    await client.send(new DeleteObjectCommand({ Bucket: 'data', Key: 'days/3.csv' }));
    expect(await name()).toBe(before);
  });

  it('says what is wrong: no object, no bucket, no right, too large, a private address', async () => {
    const code = (path: string, access: Partial<SourceAccess> = {}): Promise<unknown> =>
      read(source(path, access)).then(
        () => 'read',
        (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
      );
    expect(await code('s3://data/in/none.csv')).toBe('source-not-found');
    expect(await code('s3://none/in/rows.csv')).toBe('source-not-found');
    expect(await code('s3://data/none/')).toBe('source-not-found');
    expect(await code('s3://data/in/rows.csv', { maxBytes: 5 })).toBe('source-too-large');
    expect(await code('s3://data/in/rows.csv', { allowPrivate: false })).toBe('source-private');
    expect(await code('s3://data/in/rows.csv', { endpoint: 'http://127.0.0.1:1' })).toBe(
      'source-unreachable',
    );
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'wrong');
    expect(await code('s3://data/in/rows.csv')).toBe('source-refused');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', credentials.secretAccessKey);
    expect(await code('s3://data/in/rows.csv')).toBe('read');
    expect(existsSync(folder)).toBe(true);
  });
});
