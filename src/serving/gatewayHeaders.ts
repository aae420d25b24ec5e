import type { IncomingMessage } from 'node:http';

/**
 * Headers that are about one connection and never forwarded (RFC 9110, section 7.6.1), and the header that only the
 * supervisor may send, past the gateway.
 */
const never = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'x-aieng-probe',
]);

/** What the gateway says itself, in place of the caller: never passed on as it came. */
const ownToBackend = new Set([
  'content-length',
  'expect',
  'host',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-request-id',
]);
const ownToCaller = new Set(['x-request-id']);

/** Pairs of name and value, flat, as `rawHeaders` has them and as node:http takes them without a copy. */
export type RawHeaders = readonly string[];

/** `previous` is the value so far of a header that came before: lists are joined (RFC 9110, section 5.3). */
const joined = (previous: string | undefined, value: string): string =>
  previous === undefined ? value : `${previous}, ${value}`;

const named = (connection: string): Set<string> =>
  new Set(connection.split(',').map((name) => name.trim().toLowerCase()));

/** Without the headers that `Connection` names; almost always it names none. */
function withoutNamed(headers: string[], connection: string | undefined): string[] {
  if (connection === undefined || connection === 'keep-alive' || connection === 'close') return headers;
  const names = named(connection);
  return headers.filter((_, i) => !names.has((headers[i - (i % 2)] ?? '').toLowerCase()));
}

interface Scanned {
  /** What is for the other end, as it came. */
  readonly headers: string[];
  /** The values that are said anew, by lower-case name. */
  readonly own: Map<string, string>;
  readonly chunked: boolean;
}

/** One walk over the headers of a message. */
function scan(raw: RawHeaders, own: ReadonlySet<string>): Scanned {
  const headers: string[] = [];
  const values = new Map<string, string>();
  let connection: string | undefined;
  let chunked = false;
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const given = raw[i]!;
    const value = raw[i + 1]!;
    const name = given.toLowerCase();
    if (own.has(name)) {
      // Of several hosts the first counts, as node:http has it.
      if (name !== 'host' || !values.has(name)) values.set(name, joined(values.get(name), value));
    } else if (!never.has(name)) headers.push(given, value);
    else if (name === 'connection') connection = joined(connection, value);
    else if (name === 'transfer-encoding') chunked = true;
  }
  return { headers: withoutNamed(headers, connection), own: values, chunked };
}

const validId = /^[\w.-]{1,100}$/;

/** Methods whose requests have no body unless they say so. */
const bodiless = new Set(['GET', 'HEAD', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT']);

/** The head of a caller's request. */
export interface RequestHead {
  /** The caller's request id where it is a sane one, otherwise a new one. */
  readonly id: string;
  /** Length of the body in bytes; null where it comes in chunks of unknown total. */
  readonly length: number | null;
  /**
   * What the backend gets: end-to-end headers, who asked, under which id, and how its body is framed. node:http takes
   * these as they are, so the framing is always said: without it a chunked GET would carry its body as a next request.
   */
  readonly headers: string[];
}

/** Reads the head of a request. `newId` is asked only where the caller gave no sane id. */
export function requestHead(request: IncomingMessage, newId: () => string): RequestHead {
  const { headers, own, chunked } = scan(request.rawHeaders, ownToBackend);
  const given = own.get('x-request-id');
  const id = given !== undefined && validId.test(given) ? given : newId();
  const length = chunked ? null : Number(own.get('content-length') ?? 0);
  const host = own.get('host') ?? '';
  headers.push(
    'host',
    host,
    'x-forwarded-for',
    joined(own.get('x-forwarded-for'), request.socket.remoteAddress ?? 'unknown'),
    'x-forwarded-proto',
    'encrypted' in request.socket ? 'https' : 'http',
    'x-forwarded-host',
    host,
    'x-request-id',
    id,
  );
  if (length === null) headers.push('transfer-encoding', 'chunked');
  else if (length > 0 || !bodiless.has(request.method ?? 'GET'))
    headers.push('content-length', String(length));
  return { id, length, headers };
}

/** The headers of a backend's answer as the caller gets them: end-to-end headers and the id of the exchange. */
export function answerHeaders(raw: RawHeaders, id: string): string[] {
  const { headers } = scan(raw, ownToCaller);
  headers.push('x-request-id', id);
  return headers;
}
