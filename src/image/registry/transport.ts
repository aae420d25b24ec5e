import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { request as requestPlain } from 'node:http';
import { request as requestSecure } from 'node:https';
import { pipeline } from 'node:stream/promises';

/** What is sent. */
export interface Exchange {
  readonly url: URL;
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH';
  readonly headers: Readonly<Record<string, string>>;
  /** Bytes, or a stream of known length that can be begun again. */
  readonly body?: Uint8Array | { readonly bytes: number; readonly open: () => NodeJS.ReadableStream } | null;
  readonly signal: AbortSignal;
}

/** What came back. The body has to be read or drained. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: IncomingMessage;
  /** Where it came from, after redirects. */
  readonly url: URL;
}

/** Without a byte for that long a connection counts as broken. */
const silenceMs = 60_000;

const lengthOf = (body: NonNullable<Exchange['body']>): number =>
  body instanceof Uint8Array ? body.byteLength : body.bytes;

/** One HTTP request as it is: no redirects, no retries, no credentials of its own. */
export function exchange({ url, method, headers, body = null, signal }: Exchange): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? requestSecure : requestPlain;
    const length =
      body === null
        ? { ...(method === 'GET' || method === 'HEAD' ? {} : { 'content-length': '0' }) }
        : { 'content-length': String(lengthOf(body)) };
    const sent = send(url, {
      method,
      headers: { 'user-agent': 'aieng', ...headers, ...length },
      signal,
      agent: false,
    });
    sent.setTimeout(silenceMs, () =>
      sent.destroy(Object.assign(new Error('no answer in time'), { code: 'ETIMEDOUT' })),
    );
    sent.on('response', (answer) => {
      // An answer can come before the whole body went out (401, 413): it counts, and what is left is not sent.
      resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: answer, url });
    });
    sent.on('error', reject);
    if (body === null || body instanceof Uint8Array) sent.end(body ?? undefined);
    // Its fault is the request's, which rejects above, unless the file could not be read.
    else pipeline(body.open(), sent).catch(reject);
  });
}

/** Reads an answer to its end and forgets it. Gives up on a body that does not end soon. */
export async function drain({ body }: Answer): Promise<void> {
  await readText({ body }, 1 << 16).catch(() => undefined);
  body.destroy();
}

/** An answer as text. @returns undefined for one that is longer than `limit` bytes. */
export async function readText({ body }: Pick<Answer, 'body'>, limit: number): Promise<string | undefined> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of body) {
    const data = piece as Uint8Array;
    bytes += data.byteLength;
    if (bytes > limit) return undefined;
    pieces.push(data);
  }
  return Buffer.concat(pieces).toString('utf8');
}
