import type { IncomingHttpHeaders } from 'node:http';

/** A request whose head a chunk of bytes begins with and holds wholly. */
export interface RawRequest {
  readonly method: 'POST';
  readonly path: string;
  /** By lower-case name. */
  readonly headers: IncomingHttpHeaders;
  readonly headBytes: number;
}

/** Longer heads are not looked at. */
const mostHeadBytes = 4096;

const firstLine = /^POST (\/[!-~]*) HTTP\/1\.1$/;
const headerLine = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\x20-\x7e\t]*)$/;

/** Headers by which a body or a connection does not end where its length says; and a name that is none. */
const unread: ReadonlySet<string> = new Set([
  'transfer-encoding',
  'expect',
  'upgrade',
  'trailer',
  '__proto__',
]);

/** Null for whatever is not as plain as most clients write it: each name once, a length, a kept connection. */
function readHead(text: string): Omit<RawRequest, 'headBytes'> | null {
  const [first = '', ...lines] = text.split('\r\n');
  const path = firstLine.exec(first)?.[1];
  if (path === undefined) return null;
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const [, name = '', value = ''] = headerLine.exec(line) ?? [];
    const key = name.toLowerCase();
    if (key === '' || unread.has(key) || Object.hasOwn(headers, key)) return null;
    headers[key] = value.trimEnd();
  }
  if (!/^[1-9]\d{0,9}$/.test(headers['content-length'] ?? '')) return null;
  if (!/^(?:keep-alive)?$/i.test(headers['connection'] ?? '')) return null;
  return { method: 'POST', path, headers };
}

/**
 * Reads the heads of plain requests out of the bytes of a connection, to tell who may be refused without more ado. It only
 * ever accepts: anything unusual is null, and HTTP's own parser says what is wrong with it. A caller whose head is the one
 * that he sent last is read by comparing.
 */
export function createHeadReader(): (chunk: Buffer) => RawRequest | null {
  let lastText = '';
  let last: RawRequest | null = null;
  return (chunk) => {
    const end = chunk.indexOf('\r\n\r\n');
    if (end === -1 || end > mostHeadBytes) return null;
    const text = chunk.toString('latin1', 0, end);
    if (text === lastText) return last;
    const read = readHead(text);
    lastText = text;
    last = read === null ? null : { ...read, headBytes: end + 4 };
    return last;
  };
}
