import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { digestOf } from './imageHarness.ts';

/** A request as it came, for tests to look at. */
export interface Seen {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly bytes: number;
}

export interface FakeOptions {
  /** Who may; without it everybody may. */
  readonly login?: {
    readonly username: string;
    readonly password: string;
    readonly scheme?: 'bearer' | 'basic';
  };
  /** Answers instead of the registry; true where it did. Called for every request, counted by path. */
  readonly instead?: (request: Seen, response: ServerResponse, count: number) => boolean;
}

export interface FakeRegistry {
  /** `127.0.0.1:4711` */
  readonly host: string;
  readonly seen: Seen[];
  readonly blobs: Map<string, Buffer>;
  /** By tag and by digest. */
  readonly manifests: Map<string, Buffer>;
  close(): Promise<void>;
}

const listen = (server: Server): Promise<string> =>
  new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      resolve(`127.0.0.1:${port}`);
    });
  });

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

/** Any server on a loopback port. `handle` gets the whole body. */
export async function serveHttp(
  handle: (seen: Seen, body: Buffer, response: ServerResponse) => void,
): Promise<{ readonly host: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const { method = '', url: path = '', headers } = request;
      handle({ method, path, headers, bytes: body.byteLength }, body, response);
    });
  });
  const host = await listen(server);
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    });
  return { host, close };
}

const mediaTypeOf = (bytes: Buffer): string => {
  const { mediaType } = JSON.parse(bytes.toString());
  return mediaType ?? 'application/vnd.oci.image.index.v1+json';
};

/** The OCI distribution protocol in memory, as far as pulls and pushes need it. A second implementation beside the real one, to misbehave. */
export async function fakeRegistry({ login, instead }: FakeOptions = {}): Promise<FakeRegistry> {
  const blobs = new Map<string, Buffer>();
  const manifests = new Map<string, Buffer>();
  const uploads = new Map<string, Buffer>();
  const seen: Seen[] = [];
  const counts = new Map<string, number>();
  const token = 'token-that-only-this-registry-gives';
  const basic =
    login === undefined
      ? ''
      : `Basic ${Buffer.from(`${login.username}:${login.password}`).toString('base64')}`;

  /** @returns whether the request may go on. */
  const admits = (request: Seen, response: ServerResponse): boolean => {
    if (login === undefined) return true;
    const isBasic = login.scheme === 'basic';
    if (request.headers.authorization === (isBasic ? basic : `Bearer ${token}`)) return true;
    const challenge = isBasic
      ? 'Basic realm="fake"'
      : `Bearer realm="http://${own.host}/token",service="fake",scope="ignored"`;
    response.writeHead(401, { 'www-authenticate': challenge }).end('{"errors":[{"code":"UNAUTHORIZED"}]}');
    return false;
  };

  const answer = (request: Seen, body: Buffer, response: ServerResponse): void => {
    const { pathname, searchParams } = new URL(request.path, 'http://x');
    const send = (status: number, headers: Record<string, string> = {}, content?: Buffer | string): void => {
      response.writeHead(status, headers);
      response.end(request.method === 'HEAD' ? undefined : content);
    };
    if (pathname === '/token') {
      if (request.headers.authorization !== basic) send(401, {}, '{}');
      else send(200, {}, JSON.stringify({ token }));
      return;
    }
    if (!admits(request, response)) return;
    const [, kind = '', name = ''] = /^\/v2\/.+?\/(manifests|blobs)\/(.*)$/.exec(pathname) ?? [];
    if (kind === 'manifests' && request.method === 'PUT') {
      manifests.set(name, body).set(digestOf(body), body);
      send(201, { 'docker-content-digest': digestOf(body) });
    } else if (kind === 'manifests') {
      const found = manifests.get(name);
      if (found === undefined) send(404, {}, '{"errors":[{"code":"MANIFEST_UNKNOWN"}]}');
      else send(200, { 'content-type': mediaTypeOf(found) }, found);
    } else if (name.startsWith('uploads/')) {
      const id = name.slice('uploads/'.length) || String(uploads.size + 1);
      const whole = Buffer.concat([uploads.get(id) ?? Buffer.alloc(0), body]);
      uploads.set(id, whole);
      const digest = searchParams.get('digest') ?? '';
      if (request.method !== 'PUT') {
        send(202, { location: `/v2/x/blobs/uploads/${id}?state=a%2Fb` });
      } else if (digestOf(whole) !== digest || searchParams.get('state') !== 'a/b') {
        send(400, {}, '{"errors":[{"code":"DIGEST_INVALID"}]}');
      } else {
        blobs.set(digest, whole);
        send(201, { 'docker-content-digest': digest });
      }
    } else {
      const found = blobs.get(name);
      const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
      if (found === undefined) send(404, {}, '{"errors":[{"code":"BLOB_UNKNOWN"}]}');
      else send(start > 0 ? 206 : 200, {}, found.subarray(start));
    }
  };

  const own = await serveHttp((request, body, response) => {
    seen.push(request);
    const key = `${request.method} ${request.path}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
    if (instead?.(request, response, counts.get(key) ?? 0) !== true) answer(request, body, response);
  });
  return { ...own, seen, blobs, manifests };
}
