import type { IncomingMessage } from 'node:http';
import type { Access } from '../access/access.ts';
import { judgeCaller } from '../access/judge.ts';

/** A body up to this size is mostly one piece, and holds too little to hurt. */
const mostBytes = 16 * 1024;

const jsonTypes: ReadonlySet<string> = new Set([
  'application/json',
  'application/json; charset=utf-8',
  'application/json;charset=utf-8',
]);

/** Headers that ask for something beyond an answer: whoever sends one takes the usual road. */
const demands = ['content-encoding', 'transfer-encoding', 'expect', 'upgrade', 'origin', 'x-aieng-probe'];

/**
 * Tells from its head how many bytes of JSON a request brings that may be answered without more ado; 0 for any other. It
 * only ever accepts: what is wrong with a head is said on the usual road.
 *
 * @param path the one path that is meant, without a query
 */
export function plainHeads(
  path: string,
  access: Access,
  limitBytes: number,
): (request: IncomingMessage) => number {
  const most = Math.min(mostBytes, limitBytes);
  /** The name that callers used last, and may. Without tokens nothing else of a head without an origin is judged. */
  let goodHost: string | undefined;
  return ({ method, url, headers }) => {
    if (url !== path || method !== 'POST' || !jsonTypes.has(headers['content-type'] ?? '')) return 0;
    for (const name of demands) if (headers[name] !== undefined) return 0;
    const length = Number(headers['content-length']);
    if (!(length > 0 && length <= most)) return 0;
    if (access.tokens.length > 0 || headers.host === undefined || headers.host !== goodHost) {
      if (judgeCaller(headers, 'predict', access) !== null) return 0;
      goodHost = headers.host;
    }
    return length;
  };
}
