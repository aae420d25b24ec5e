import type { Server } from 'node:net';

/** So many connections are taken even in an overload: callers that keep theirs are not locked out by few others. */
const fewest = 64;

/** Where so many can be served in time, an answer costs so little that a refusal costs nearly as much. */
const cheapFrom = 4 * fewest;

/** A flood mostly comes back when the gate opens: it opens so long after the overload. */
const restMs = 1000;

/** How many connections a server takes while more comes than can be answered. */
export interface ConnectionLimit {
  /** @param bearable How many callers, each of whom waits for his answer, are served in time. */
  readonly overload: (isOverloaded: boolean, bearable: number) => void;
  /** Are more open than there may be? Whoever is refused then had better come by another door. */
  readonly isCrowded: () => boolean;
}

/** Where nobody connects that would have to be held off. */
export const noLimit: ConnectionLimit = { overload: () => undefined, isCrowded: () => false };

/**
 * Where an answer of 503 costs about as much as a prediction, refusing requests does not hold a flood: it takes what would
 * have answered others. While more comes than can be answered, connections beyond those that are open now are closed as
 * they come; where answers are cheap, beyond those that can be served in time, and with them whoever is refused.
 */
export function limitConnections(server: Server): ConnectionLimit {
  let open = 0;
  let most = Infinity;
  let lifting: NodeJS.Timeout | undefined;
  server.on('connection', (socket) => {
    open += 1;
    socket.once('close', () => (open -= 1));
  });
  const set = (limit: number): void => {
    most = limit;
    server.maxConnections = limit;
  };
  return {
    overload: (isOverloaded, bearable) => {
      clearTimeout(lifting);
      if (isOverloaded) set(bearable >= cheapFrom ? bearable : Math.max(fewest, open));
      else lifting = setTimeout(() => set(Infinity), restMs).unref();
    },
    isCrowded: () => open > most,
  };
}
