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
const demands = [
  'content-encoding',
  'transfer-encoding',
  'expect',
  'upgrade',
  'origin',
  'x-aieng-probe',
  // Triton's: binary data behind the JSON.
  'inference-header-content-length',
];

/**
 * Tells from its head how many bytes of JSON a request brings that may be answered without more ado; 0 for any other. It
 * only ever accepts: what is wrong with a head is said on the usual road.
 */
export function plainHeads(
  access: Access,
  limitBytes: number,
): (request: Pick<IncomingMessage, 'method' | 'headers'>, isUntyped: boolean) => number {
  const most = Math.min(mostBytes, limitBytes);
  /** The name that callers used last, and may. Without tokens nothing else of a head without an origin is judged. */
  let goodHost: string | undefined;
  return ({ method, headers }, isUntyped) => {
    const type = headers['content-type'];
    if (method !== 'POST' || !(type === undefined ? isUntyped : jsonTypes.has(type))) return 0;
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
