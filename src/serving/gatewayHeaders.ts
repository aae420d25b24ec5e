import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders } from 'node:http';

/** Headers that are about one connection and never forwarded (RFC 9110, section 7.6.1). */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** A header that only the supervisor may send, past the gateway. */
const internal = new Set(['x-aieng-probe']);

/** Headers without those of the hop, also without those that `Connection` names. */
export function endToEnd(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  const named = new Set((headers.connection ?? '').split(',').map((name) => name.trim().toLowerCase()));
  return Object.fromEntries(
    Object.entries(headers).filter(
      ([name]) => !hopByHop.has(name) && !named.has(name) && !internal.has(name),
    ),
  );
}

const validId = /^[\w.-]{1,100}$/;

/** The caller's request id where it is a sane one, otherwise a new one. */
export function requestId(request: IncomingMessage, newId: () => string): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && validId.test(given) ? given : newId();
}

/** What the backend gets: end-to-end headers, who asked, under which id, and how long a buffered body is. */
export function forwardedHeaders(
  request: IncomingMessage,
  id: string,
  body: Buffer | null,
): OutgoingHttpHeaders {
  const headers = endToEnd(request.headers);
  delete headers['expect'];
  const before = request.headers['x-forwarded-for'];
  const client = request.socket.remoteAddress ?? 'unknown';
  headers['x-forwarded-for'] = before === undefined ? client : `${String(before)}, ${client}`;
  headers['x-forwarded-proto'] = 'http';
  headers['x-forwarded-host'] = request.headers.host ?? '';
  headers['x-request-id'] = id;
  if (body !== null) {
    delete headers['content-length'];
    if (body.length > 0 || request.method === 'POST') headers['content-length'] = body.length;
  }
  return headers;
}
