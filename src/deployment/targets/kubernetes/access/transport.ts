import http from 'node:http';
import https from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import { usageError } from '../../../../errors.ts';
import { redact } from '../../supervised/childEnvironment.ts';
import { retryAfterSeconds } from '../../../../retry.ts';
import { deadline } from '../../../../deadline.ts';

export interface ApiRequest {
  readonly method: 'GET' | 'PATCH' | 'DELETE';
  /** With its query. */
  readonly path: string;
  readonly body?: string;
  readonly contentType?: string;
  /** Until the whole answer is here; for a stream, longest silence. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export interface ApiAnswer {
  readonly status: number;
  /** Of `Retry-After`, or null. */
  readonly retryAfterSeconds: number | null;
  readonly body: string;
}

/** One HTTP exchange with an API server at a time; who we are and whom we trust come from the client library. */
export interface Transport {
  readonly server: string;
  send(request: ApiRequest): Promise<ApiAnswer>;
  /** The lines of an answer as they come; `refused` is given instead of lines for a status of 400 and up. */
  lines(request: ApiRequest, refused: (answer: ApiAnswer) => void): AsyncGenerator<string>;
  /** A text of the server as a message may repeat it: one line, short, without our credentials. */
  readonly clean: (text: string) => string;
}

const largestAnswer = 64 * 1024 * 1024;

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Credentials could not be had: an `exec` helper failed, a certificate's file is gone. */
function unauthenticated(error: unknown): Error {
  // What a helper printed may be half a credential, and a parser's message quotes it.
  const said = error instanceof SyntaxError ? 'the sign-in helper printed no JSON' : messageOf(error);
  const text = said.trim().split('\n')[0] ?? '';
  if (text.startsWith('HTTP protocol is not allowed'))
    return usageError({
      code: 'cluster-not-https',
      message: 'The cluster’s address in the kubeconfig is plain http, over which no credentials are sent.',
      hint: 'Use its https address; for a proxy on this machine set `insecure-skip-tls-verify: true` for that cluster.',
    });
  return usageError({
    code: 'cluster-credentials',
    message: `The kubeconfig’s credentials cannot be used: ${redact(text)}`,
    hint: 'Run `kubectl auth whoami`; sign in again where it fails.',
  });
}

type Options = https.RequestOptions;

/** The client library gives headers as an object. */
const plain = (headers: Options['headers']): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(headers ?? {}).flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, value] as const] : [],
    ),
  );

function secretsOf({ headers, auth }: Options): readonly string[] {
  const authorization: unknown = plain(headers)['Authorization'];
  const token = typeof authorization === 'string' ? authorization.replace(/^\w+\s+/, '') : '';
  return [token, auth ?? '', (auth ?? '').split(':').slice(1).join(':')].filter(
    (secret) => secret.length > 3,
  );
}

async function readAll(answer: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer) {
    if (!Buffer.isBuffer(chunk)) continue;
    size += chunk.length;
    if (size > largestAnswer) throw new RangeError('the answer is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** A sign-in helper of the kubeconfig may wait for a person for ever. */
function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => reject(new Error('the kubeconfig’s sign-in did not end in time'));
    if (signal.aborted) giveUp();
    signal.addEventListener('abort', giveUp, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
  });
}

/** Not node:readline, whose iterator hides that the connection broke. */
async function* splitLines(answer: http.IncomingMessage): AsyncGenerator<string> {
  answer.setEncoding('utf8');
  let rest = '';
  for await (const chunk of answer) {
    const parts = (rest + String(chunk)).split('\n');
    rest = parts.pop() ?? '';
    if (rest.length > largestAnswer) throw new RangeError('a line of the answer is too large');
    yield* parts;
  }
}

/** Opens HTTP exchanges with the current cluster of a kubeconfig. */
export function openTransport(config: KubeConfig): Transport {
  const server = (config.getCurrentCluster()?.server ?? '').replace(/\/+$/, '');
  let options: Promise<Options> | null = null;
  let secrets: readonly string[] = [];
  const authenticated = async (): Promise<Options> => {
    const asked: Options = { headers: {} };
    try {
      await config.applyToHTTPSOptions(asked);
    } catch (error) {
      throw unauthenticated(error);
    }
    secrets = [...new Set([...secrets, ...secretsOf(asked)])];
    return asked;
  };
  const open = async (request: ApiRequest): Promise<http.IncomingMessage> => {
    options ??= authenticated();
    const { headers, ...rest } = await orAborted(options, request.signal);
    const url = new URL(server + request.path);
    const all = {
      ...plain(headers),
      accept: 'application/json',
      ...(request.contentType === undefined ? {} : { 'content-type': request.contentType }),
      ...(request.body === undefined ? {} : { 'content-length': Buffer.byteLength(request.body) }),
    };
    return new Promise((resolve, reject) => {
      const send = url.protocol === 'http:' ? http.request : https.request;
      const { method, signal, timeoutMs } = request;
      const asked = send(url, { ...rest, method, signal, headers: all }, resolve);
      asked.setTimeout(timeoutMs, () => asked.destroy(new Error(`no answer within ${timeoutMs / 1000} s`)));
      asked.on('error', reject);
      asked.end(request.body);
    });
  };
  const toAnswer = async (answer: http.IncomingMessage): Promise<ApiAnswer> => ({
    status: answer.statusCode ?? 0,
    retryAfterSeconds: retryAfterSeconds(answer.headers['retry-after']),
    body: await readAll(answer),
  });
  const send: Transport['send'] = async (request) => {
    const bounded = AbortSignal.any([request.signal, deadline(request.timeoutMs)]);
    const answer = await toAnswer(await open({ ...request, signal: bounded }));
    // A token that ran out is fetched again by the client library.
    if (answer.status === 401) options = null;
    return answer;
  };
  async function* lines(request: ApiRequest, refused: (answer: ApiAnswer) => void): AsyncGenerator<string> {
    const answer = await open(request);
    if (answer.statusCode === 401) options = null;
    if ((answer.statusCode ?? 0) >= 400) refused(await toAnswer(answer));
    else
      try {
        yield* splitLines(answer);
      } finally {
        answer.destroy();
      }
  }
  const clean = (text: string): string =>
    secrets
      .reduce(
        (kept, secret) => kept.replaceAll(secret, '***'),
        redact(text.replaceAll(/[\u0000-\u001f\u007f-\u009f]+/g, ' ').trim()),
      )
      .trim();
  return { server, send, lines, clean };
}
