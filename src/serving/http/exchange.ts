import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';

/** A request as those see it who answer it. */
export interface Asked {
  readonly raw: IncomingMessage;
  /** The caller's own, or one of ours. */
  readonly id: string;
  readonly method: string;
  /** Without a query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** The pattern that its path fits; null where there is none. */
  readonly route: string | null;
  readonly params: Readonly<Record<string, string>>;
  /** What stands twice is a list. */
  readonly query: Readonly<Record<string, string | readonly string[]>>;
  /** As the parser of its content type gave it; undefined where nothing was sent. */
  readonly body: unknown;
}

const noQuery: Asked['query'] = {};

/** The parameters behind the path of a URL. */
export function queryOf(url: string): Asked['query'] {
  const begin = url.indexOf('?');
  if (begin === -1) return noQuery;
  const params = new URLSearchParams(url.slice(begin + 1).split('#', 1)[0]);
  return Object.fromEntries(
    [...new Set(params.keys())].map((name) => {
      const values = params.getAll(name);
      return [name, values.length === 1 ? (values[0] ?? '') : values];
    }),
  );
}

/** The path of a request's target: `/a/b?c` or, as a proxy is asked, `http://host/a/b`. */
export function pathOf(target: string): string {
  const local = target.startsWith('/') ? target : target.replace(/^https?:\/\/[^/?#]*/i, '');
  const end = local.search(/[?#]/);
  return (end === -1 ? local : local.slice(0, end)) || '/';
}

/** The answer to a request while it is made. */
export class Reply {
  status = 200;
  readonly #response: ServerResponse;
  readonly #headers: Record<string, string>;

  /** @param headers what every answer has */
  constructor(response: ServerResponse, headers: Readonly<Record<string, string>>) {
    this.#response = response;
    this.#headers = { ...headers };
  }

  /** Its name in lower case. */
  header(name: string, value: string): this {
    this.#headers[name] = value;
    return this;
  }

  headers(headers: Readonly<Record<string, string>>): this {
    Object.assign(this.#headers, headers);
    return this;
  }

  get(name: string): string | undefined {
    return this.#headers[name];
  }

  type(contentType: string): this {
    return this.header('content-type', contentType);
  }

  /** It is the last one on its connection. */
  endConnection(): void {
    this.#response.shouldKeepAlive = false;
  }

  /** Sends a text as it is and any other value as JSON. */
  send(value: unknown, withBody: boolean): void {
    const isText = typeof value === 'string';
    const text = isText ? value : JSON.stringify(value);
    this.#headers['content-type'] ??= isText
      ? 'text/plain; charset=utf-8'
      : 'application/json; charset=utf-8';
    this.#headers['content-length'] = String(Buffer.byteLength(text));
    this.#response.writeHead(this.status, this.#headers).end(withBody ? text : undefined);
  }
}
