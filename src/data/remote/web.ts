import type { IncomingMessage } from 'node:http';
import { request as plainRequest } from 'node:http';
import { request as secureRequest } from 'node:https';
import { interruptedError, usageError } from '../../errors.ts';
import { retryAfterSeconds } from '../../retry.ts';
import { parseTime } from '../cells/times.ts';
import { codeOf, isPassing, isTold, patiently, saidBy, tooSlow } from './faults.ts';
import { ClosedAddress, checkHost, checkedLookup } from './networks.ts';
import type { RemoteSource } from './remoteSource.ts';

const mostRedirects = 5;
const redirects = new Set([301, 302, 303, 307, 308]);

/** An answer that may be another one in a moment. */
export class Busy extends Error {
  readonly retryAfter: number | null;
  constructor(status: number, retryAfter: string | undefined) {
    super(`it answers ${status}`);
    this.retryAfter = retryAfterSeconds(retryAfter);
  }
}

const silent = 'ESILENT';

/** Host and port of an address, which may be told; its query may be a secret. */
const hostOf = ({ host }: URL): string => host;

function refuse(file: RemoteSource, code: string, why: string, hint: string): Error {
  return usageError({
    code,
    message: `${file.displayPath}: ${why}.`,
    hint,
    at: { file: file.displayPath },
  });
}

/**
 * Is this an address that may be asked? Every address is looked at, those of redirects too.
 *
 * @param from Where it was redirected from.
 */
function checkUrl(file: RemoteSource, url: URL, from: URL | null): void {
  const { allowPrivate } = file.access;
  const where = from === null ? 'the address' : `it redirects to ${hostOf(url)}, which`;
  if (url.protocol !== 'https:' && (url.protocol !== 'http:' || !allowPrivate || from?.protocol === 'https:'))
    throw refuse(
      file,
      'source-insecure',
      `${where} is ${url.protocol}//, which can be read and changed on the way`,
      from === null
        ? 'Write https://; for a host of your own network set source.allow_private: true.'
        : 'Name the address that it redirects to, if you trust it.',
    );
  checkHost(url.hostname, allowPrivate);
}

function closed(file: RemoteSource, cause: ClosedAddress): Error {
  return refuse(
    file,
    'source-private',
    cause.message,
    'If it is a host of your own network, set source.allow_private: true.',
  );
}

/** Who asks, as the address says it; only the host that it names is told. */
function authorization(url: URL): Readonly<Record<string, string>> {
  if (url.username === '' && url.password === '') return {};
  const user = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  return { authorization: `Basic ${Buffer.from(user, 'utf8').toString('base64')}` };
}

/** One request, and the beginning of its answer. */
function exchange(
  { access }: RemoteSource,
  url: URL,
  method: 'GET' | 'HEAD',
  headers: Readonly<Record<string, string>>,
): Promise<IncomingMessage> {
  const { timeoutMs, signal, allowPrivate, authorities } = access;
  return new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? secureRequest : plainRequest;
    const sent = send(
      {
        hostname: url.hostname.replace(/^\[(.*)\]$/, '$1'),
        port: url.port,
        path: `${url.pathname}${url.search}`,
        method,
        // As it lies there: what is packed is unpacked by us, within limits.
        headers: { 'user-agent': 'aieng', accept: '*/*', 'accept-encoding': 'identity', ...headers },
        agent: false,
        signal,
        lookup: checkedLookup(allowPrivate),
        ...(authorities === undefined ? {} : { ca: authorities }),
      },
      resolve,
    );
    sent.setTimeout(timeoutMs, () =>
      sent.destroy(Object.assign(new Error('it is silent'), { code: silent })),
    );
    sent.on('error', reject);
    sent.end();
  });
}

/** Follows redirects, each of them checked, to an answer that is none. */
async function follow(file: RemoteSource, method: 'GET' | 'HEAD'): Promise<IncomingMessage> {
  if (!URL.canParse(file.path))
    throw refuse(
      file,
      'source-address',
      'expected an address such as https://host/rows.csv',
      'Correct source.path.',
    );
  const first = new URL(file.path);
  let [url, from]: [URL, URL | null] = [first, null];
  for (let hops = 0; hops <= mostRedirects; hops += 1) {
    checkUrl(file, url, from);
    const answer = await exchange(file, url, method, url.origin === first.origin ? authorization(first) : {});
    const status = answer.statusCode ?? 0;
    const { location } = answer.headers;
    if (!redirects.has(status) || location === undefined) return answer;
    answer.destroy();
    from = url;
    if (!URL.canParse(location, url.href))
      throw refuse(
        file,
        'source-address',
        'it redirects to what is no address',
        'Ask for the right address.',
      );
    url = new URL(location, url);
  }
  throw refuse(
    file,
    'source-address',
    `it redirects more than ${mostRedirects} times`,
    'Name the address that it ends at.',
  );
}

/** What another status than 200 says. */
function statusError(file: RemoteSource, status: number): Error {
  if (status === 404 || status === 410)
    return refuse(
      file,
      'source-not-found',
      `there is no such file (the server answers ${status})`,
      'Correct source.path.',
    );
  return refuse(
    file,
    'source-refused',
    `the server does not give the file: it answers ${status}`,
    'Open the address with curl -I. Where it wants a user, write https://user:${PASSWORD}@host/… and set PASSWORD in the environment.',
  );
}

/** What a fault of the web means. */
export function webFault(file: RemoteSource, cause: unknown): unknown {
  if (isTold(cause)) return cause;
  if (file.access.signal.aborted) return interruptedError();
  if (cause instanceof ClosedAddress) return closed(file, cause);
  if (codeOf(cause) === silent) return tooSlow(file, 0);
  return usageError({
    code: 'source-unreachable',
    message: `${file.displayPath}: the server cannot be reached: ${saidBy(cause)}.`,
    hint: 'Check the address, and that this machine may connect to it. Certificates of your own: NODE_EXTRA_CA_CERTS=<file>.',
    at: { file: file.displayPath },
  });
}

/** May the same request succeed in a moment? */
export const isPassingOnWeb = (cause: unknown): boolean => cause instanceof Busy || isPassing(cause);

/**
 * Asks for a file and gives the beginning of its answer, a good one. Tries again while a fault may pass.
 *
 * @throws usage error (exit 2) for what is refused, by us or by the server.
 */
export async function askWeb(file: RemoteSource, method: 'GET' | 'HEAD'): Promise<IncomingMessage> {
  const answer = await follow(file, method);
  const status = answer.statusCode ?? 0;
  if (status === 200) return answer;
  answer.destroy();
  if (status === 429 || status === 408 || status >= 500)
    throw new Busy(status, answer.headers['retry-after']);
  throw statusError(file, status);
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** ms since 1970 of a time as HTTP writes it (RFC 9110, section 5.6.7); NaN where it is none. */
function timeOfHeader(text: string): number {
  const [, day, month = '', year, time] =
    /^\w{3}, (\d\d) (\w{3}) (\d{4}) (\d\d:\d\d:\d\d) GMT$/.exec(text) ?? [];
  const number = String(months.indexOf(month) + 1).padStart(2, '0');
  return parseTime(`${year ?? ''}-${number}-${day ?? ''} ${time ?? ''}`);
}

/** What an answer calls its content; null where it has no name that tells one content from another. */
export function versionOfAnswer({ headers }: Pick<IncomingMessage, 'headers'>): string | null {
  const { etag, date } = headers;
  const length = headers['content-length'];
  const modified = headers['last-modified'];
  if (etag !== undefined) return `etag ${etag}, ${length ?? '?'} bytes`;
  // Whole seconds: what was written just now may be written once more under the same time.
  const age = timeOfHeader(date ?? '') - timeOfHeader(modified ?? '');
  return age >= 2000 && length !== undefined && modified !== undefined
    ? `modified ${modified}, ${length} bytes`
    : null;
}

/** What the file calls itself, without fetching it. */
export async function lookAtWeb(file: RemoteSource): Promise<string | null> {
  const ask = async (method: 'GET' | 'HEAD'): Promise<string | null> => {
    const answer = await askWeb(file, method);
    answer.destroy();
    return versionOfAnswer(answer);
  };
  try {
    return await patiently(
      file,
      () =>
        ask('HEAD').catch((cause: unknown) => {
          // Many a server, and every address that is signed for GET, does not take HEAD.
          if (isTold(cause) && cause.code === 'source-refused') return ask('GET');
          throw cause;
        }),
      isPassingOnWeb,
    );
  } catch (cause) {
    throw webFault(file, cause);
  }
}
