import type { Reply } from '../http/exchange.ts';
import type { Said } from './protocol.ts';

/** What becomes of a value; at once, where it need not be waited for. */
export function after<T, U>(value: T | Promise<T>, change: (value: T) => U): U | Promise<U> {
  return value instanceof Promise ? value.then(change) : change(value);
}

/** Sends it by a route. */
export function sayBy(reply: Reply, said: Said | Promise<Said>): string | Promise<string> {
  reply.type('application/json; charset=utf-8');
  return after(said, ({ text }) => text);
}
