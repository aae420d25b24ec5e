import { dirname, join } from 'node:path';
import { mkdir } from 'node:fs/promises';
import { Agent as PlainAgent } from 'node:http';
import { Agent as SecureAgent } from 'node:https';
import type { S3Client } from '@aws-sdk/client-s3';
import { digestOf } from '../../digest.ts';
import { dataError, interruptedError, usageError } from '../../errors.ts';
import { optionalPeer } from '../../optionalPeer.ts';
import { tooLarge, writeStream } from './download.ts';
import { codeOf, isTold, patiently, saidBy, tooSlow } from './faults.ts';
import { ClosedAddress, checkHost, checkedLookup } from './networks.ts';
import type { RemoteSource } from './remoteSource.ts';
import { isPassingOnWeb } from './web.ts';

/** One object. */
interface Listed {
  readonly key: string;
  readonly bytes: number;
  readonly etag: string;
}

/** More objects under one prefix are another mistake. */
const mostObjects = 10_000;

/** Bucket and key of `s3://bucket/key`; a key that ends with `/` is a prefix. */
function placeIn(file: RemoteSource): { readonly bucket: string; readonly key: string } {
  const found = /^s3:\/\/([^/]+)(?:\/(.*))?$/is.exec(file.path);
  const [, bucket = '', key = ''] = found ?? [];
  if (found !== null) return { bucket, key };
  throw usageError({
    code: 'source-address',
    message: `${file.displayPath}: expected an address such as s3://bucket/folder/rows.csv.`,
    hint: 'Correct source.path.',
    at: { file: file.displayPath },
  });
}

/** A client for the store, which asks the usual chain for credentials: environment, profile, role. */
async function clientOf({ access }: RemoteSource): Promise<S3Client> {
  const { endpoint, allowPrivate, timeoutMs, variables } = access;
  const [{ S3Client: Client }, { NodeHttpHandler }] = await optionalPeer('S3', () =>
    Promise.all([import('@aws-sdk/client-s3'), import('@smithy/node-http-handler')]),
  );
  const region =
    variables['AWS_REGION'] ??
    variables['AWS_DEFAULT_REGION'] ??
    (endpoint === null ? undefined : 'us-east-1');
  if (endpoint !== null) checkHost(new URL(endpoint).hostname, allowPrivate);
  const options = { keepAlive: true, maxSockets: 8, lookup: checkedLookup(allowPrivate) };
  return new Client({
    ...(region === undefined ? {} : { region }),
    ...(endpoint === null ? {} : { endpoint, forcePathStyle: true }),
    maxAttempts: 1,
    requestHandler: new NodeHttpHandler({
      httpAgent: new PlainAgent(options),
      httpsAgent: new SecureAgent(options),
      connectionTimeout: Math.min(timeoutMs, 15_000),
      socketTimeout: timeoutMs,
    }),
  });
}

/** What a store says of a fault by its name. */
const nameOf = (cause: unknown): string => (cause instanceof Error ? cause.name : '');
const statusOf = (cause: unknown): number => {
  if (typeof cause !== 'object' || cause === null || !('$metadata' in cause)) return 0;
  const metadata: unknown = cause.$metadata;
  return typeof metadata === 'object' && metadata !== null && 'httpStatusCode' in metadata
    ? Number(metadata.httpStatusCode)
    : 0;
};

function explain(file: RemoteSource, cause: unknown): unknown {
  if (isTold(cause)) return cause;
  const { displayPath, access } = file;
  if (access.signal.aborted) return interruptedError();
  const told = (code: string, why: string, hint: string): Error =>
    usageError({ code, message: `${displayPath}: ${why}.`, hint, at: { file: displayPath } });
  if (cause instanceof ClosedAddress)
    return told(
      'source-private',
      cause.message,
      'If the store is of your own network, set source.allow_private: true.',
    );
  if (nameOf(cause) === 'TimeoutError' && codeOf(cause) !== 'ECONNREFUSED') return tooSlow(file, 0);
  const status = statusOf(cause);
  if (status === 412)
    return dataError({
      code: 'input-changed',
      message: `${displayPath}: an object was replaced while it was read.`,
      hint: 'Wait until it is written to its end, and run the same command again.',
      at: { file: displayPath },
    });
  if (status === 404)
    return told(
      'source-not-found',
      'there is no such bucket or object',
      'Correct bucket and key in source.path.',
    );
  if (/Credentials/.test(nameOf(cause)) || /credentials|region is missing/i.test(saidBy(cause)))
    return told(
      'source-refused',
      `no credentials were found: ${saidBy(cause)}`,
      'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_PROFILE, or a role; and AWS_REGION where it is asked for.',
    );
  if (status === 401 || status === 403)
    return told(
      'source-refused',
      `the store does not let us in: ${nameOf(cause)}`,
      'Check the credentials, and their right to read (s3:GetObject, s3:ListBucket).',
    );
  if (status >= 300 && status < 500)
    return told(
      'source-refused',
      `the store answers ${status}: ${saidBy(cause)}`,
      'Check bucket, region (AWS_REGION) and source.endpoint.',
    );
  return told(
    'source-unreachable',
    `the store cannot be reached: ${saidBy(cause)}`,
    'Check source.endpoint, and that this machine may connect to it.',
  );
}

const passing = (cause: unknown): boolean =>
  isPassingOnWeb(cause) || statusOf(cause) >= 500 || statusOf(cause) === 429;

/** Objects under a prefix, in the order of their keys. */
async function list(file: RemoteSource, client: S3Client, bucket: string, prefix: string): Promise<Listed[]> {
  const { ListObjectsV2Command } = await import('@aws-sdk/client-s3');
  const found: Listed[] = [];
  let token: string | undefined;
  do {
    const command = new ListObjectsV2Command({
      Bucket: bucket,
      Prefix: prefix,
      ...(token === undefined ? {} : { ContinuationToken: token }),
    });
    const answer = await client.send(command, { abortSignal: file.access.signal });
    for (const { Key = '', Size = 0, ETag = '' } of answer.Contents ?? [])
      if (!Key.endsWith('/')) found.push({ key: Key, bytes: Size, etag: ETag });
    token = answer.NextContinuationToken;
    if (found.length > mostObjects)
      throw usageError({
        code: 'source-too-large',
        message: `${file.displayPath}: more than ${mostObjects} objects lie under it.`,
        hint: 'Name a prefix with fewer objects.',
        at: { file: file.displayPath },
      });
  } while (token !== undefined);
  return found.sort((left, right) => (left.key < right.key ? -1 : 1));
}

/** The object that an address names, or those under the prefix that it is. */
async function objectsOf(file: RemoteSource, client: S3Client): Promise<readonly Listed[]> {
  const { bucket, key } = placeIn(file);
  if (key === '' || key.endsWith('/')) {
    const found = await list(file, client, bucket, key);
    if (found.length > 0) return found;
    throw usageError({
      code: 'source-not-found',
      message: `${file.displayPath}: no object lies under it.`,
      hint: 'Correct the prefix in source.path, or write objects there.',
      at: { file: file.displayPath },
    });
  }
  const { HeadObjectCommand } = await import('@aws-sdk/client-s3');
  const command = new HeadObjectCommand({ Bucket: bucket, Key: key });
  const { ContentLength = 0, ETag = '' } = await client.send(command, { abortSignal: file.access.signal });
  return [{ key, bytes: ContentLength, etag: ETag }];
}

const versionOf = (objects: readonly Listed[]): string => {
  const bytes = objects.reduce((sum, object) => sum + object.bytes, 0);
  const [only] = objects;
  return objects.length === 1 && only !== undefined
    ? `etag ${only.etag}, ${bytes} bytes`
    : `${objects.length} objects ${digestOf(objects.map(({ key, etag }) => [key, etag]))}, ${bytes} bytes`;
};

/** A path in `folder` for a key below a prefix: its folders are kept, and nothing leads out of it. */
function pathFor(file: RemoteSource, folder: string, key: string, prefix: string): string {
  const parts = key.slice(prefix.length).split('/');
  if (parts.every((part) => part !== '' && part !== '.' && part !== '..' && !/[\0\\]/.test(part)))
    return join(folder, ...parts);
  throw usageError({
    code: 'source-address',
    message: `${file.displayPath}: the key ${JSON.stringify(key)} is no path.`,
    hint: 'Name a prefix without it.',
    at: { file: file.displayPath },
  });
}

/** Fetches one object as it was listed; one that was written meanwhile is refused by the store. */
async function fetchObject(
  file: RemoteSource,
  client: S3Client,
  object: Listed,
  path: string,
): Promise<void> {
  const { GetObjectCommand } = await import('@aws-sdk/client-s3');
  await mkdir(dirname(path), { recursive: true });
  const command = new GetObjectCommand({
    Bucket: placeIn(file).bucket,
    Key: object.key,
    IfMatch: object.etag,
  });
  const { Body } = await client.send(command, { abortSignal: file.access.signal });
  if (Body === undefined) return;
  const bytes = await writeStream(file, Body.transformToWebStream(), path);
  if (bytes !== object.bytes)
    throw Object.assign(new Error(`it broke off after ${bytes} of ${object.bytes} bytes`), {
      code: 'ECONNRESET',
    });
}

async function withClient<Result>(
  file: RemoteSource,
  work: (client: S3Client) => Promise<Result>,
): Promise<Result> {
  let client: S3Client | undefined;
  try {
    client = await clientOf(file);
    return await work(client);
  } catch (cause) {
    throw explain(file, cause);
  } finally {
    client?.destroy();
  }
}

/** What an object, or what lies under a prefix, calls itself. */
export const lookAtS3 = (file: RemoteSource): Promise<string> =>
  withClient(file, async (client) =>
    versionOf(await patiently(file, () => objectsOf(file, client), passing)),
  );

/** Fetches an object, or a folder of those under a prefix. */
export const downloadS3 = (
  file: RemoteSource,
  folder: string,
): Promise<{ readonly path: string; readonly version: string }> =>
  withClient(file, async (client) => {
    const objects = await patiently(file, () => objectsOf(file, client), passing);
    const total = objects.reduce((sum, { bytes }) => sum + bytes, 0);
    if (total > file.access.maxBytes) throw tooLarge(file);
    const { key } = placeIn(file);
    const isFolder = key === '' || key.endsWith('/');
    const prefix = isFolder ? key : key.slice(0, key.lastIndexOf('/') + 1);
    const below = join(folder, 'objects');
    for (const object of objects) {
      const path = pathFor(file, below, object.key, prefix);
      await patiently(file, () => fetchObject(file, client, object, path), passing);
    }
    return { path: isFolder ? below : pathFor(file, below, key, prefix), version: versionOf(objects) };
  });
