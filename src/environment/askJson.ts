import { deadline } from '../deadline.ts';

/** What a JSON API answered; status 0 where there was no answer. */
export interface JsonAnswer {
  readonly status: number;
  /** Parsed body; null where there is none or it is not JSON. Untrusted. */
  readonly json: unknown;
  /** Why there was no answer, without addresses or tokens. */
  readonly problem?: string;
}

export interface JsonRequest {
  readonly method: 'GET' | 'POST' | 'PATCH';
  /** Below the API's address: `/repos/o/r/issues/1/comments?per_page=100`. */
  readonly path: string;
  readonly body?: unknown;
}

/** Asks a JSON API. Never throws. */
export type AskJson = (request: JsonRequest) => Promise<JsonAnswer>;

export interface JsonApi {
  /** Without a slash at its end, or with. */
  readonly url: string;
  /** Besides those of the body. */
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

const timeoutMs = 20_000;
/** A page of 100 comments of 65,536 characters, and what stands around them. */
const limitBytes = 64 * 1024 ** 2;

async function bodyOf(response: Response): Promise<unknown> {
  let size = 0;
  const pieces: Uint8Array[] = [];
  for await (const read of response.body ?? []) {
    const piece: unknown = read;
    if (!(piece instanceof Uint8Array)) return null;
    size += piece.length;
    if (size > limitBytes) return null;
    pieces.push(piece);
  }
  try {
    return JSON.parse(Buffer.concat(pieces).toString('utf8'));
  } catch {
    return null;
  }
}

/** The system's short word, never the message: it may hold an address. */
function problemOf(error: unknown): string {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  if (cause instanceof Error && 'code' in cause && typeof cause.code === 'string') return cause.code;
  return cause instanceof Error ? cause.name : 'unknown';
}

/** A JSON API behind one function. A redirect is not followed: a token goes to the address that was named and nowhere else. */
export function askJson({ url, headers, signal }: JsonApi): AskJson {
  return async ({ method, path, body }) => {
    try {
      const response = await fetch(`${url.replace(/\/+$/, '')}${path}`, {
        method,
        redirect: 'manual',
        signal: AbortSignal.any([signal, deadline(timeoutMs)]),
        headers: {
          'user-agent': 'aieng',
          ...headers,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return { status: response.status, json: await bodyOf(response) };
    } catch (error) {
      return { status: 0, json: null, problem: problemOf(error) };
    }
  };
}
