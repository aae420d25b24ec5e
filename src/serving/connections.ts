import type { Server } from 'node:net';
import type { Work } from './admission.ts';

/** So many connections are taken in any case: callers that keep theirs are not locked out by few others. */
const fewest = 64;

/** Where so many can be served in time, an answer costs so little that a refusal costs nearly as much. */
const cheapFrom = 4 * fewest;

/** So many connections are kept where requests are refused unread: one costs memory, but a new one costs more than a refusal. */
const mostKept = 2048;

/** A flood mostly comes back when the gate opens: it opens so long after the overload. */
const restMs = 1000;

/** How many connections a server takes while more comes than can be answered. */
export interface ConnectionLimit {
  readonly overload: (isOverloaded: boolean, work: Work) => void;
  /** Are more open than there may be? Whoever is refused then had better come by another door. */
  readonly isCrowded: () => boolean;
}

/** Where nobody connects that would have to be held off. */
export const noLimit: ConnectionLimit = { overload: () => undefined, isCrowded: () => false };

/**
 * While more comes than can be answered, connections beyond some are closed as they come, and with them whoever is refused.
 * Where answers are cheap, a 503 costs about as much as one, and refusing does not hold a flood: no more are taken than
 * there are, or can be served in time. Where they are dear, refusing does it (`shed/`), and nearly all are kept.
 */
export function limitConnections(server: Server, connected: () => void): ConnectionLimit {
  let open = 0;
  let most = Infinity;
  let lifting: NodeJS.Timeout | undefined;
  server.on('connection', (socket) => {
    open += 1;
    connected();
    socket.once('close', () => (open -= 1));
  });
  const set = (limit: number): void => {
    most = limit;
    server.maxConnections = limit;
  };
  return {
    overload: (isOverloaded, { bearable, isDear }) => {
      clearTimeout(lifting);
      if (!isOverloaded) lifting = setTimeout(() => set(Infinity), restMs).unref();
      else if (isDear) set(Math.max(mostKept, open));
      else set(bearable >= cheapFrom ? bearable : Math.max(fewest, open));
    },
    isCrowded: () => open > most,
  };
}
