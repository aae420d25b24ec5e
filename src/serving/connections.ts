import type { Server } from 'node:net';

/** So many connections are taken in an overload too: one that is kept costs memory, but a new one costs more than an answer. */
const mostKept = 2048;

/** A flood mostly comes back when the gate opens: it opens so long after the overload. */
const restMs = 1000;

/** How many connections a server takes while more comes than can be answered. */
export interface ConnectionLimit {
  readonly overload: (isOverloaded: boolean) => void;
  /** Are more open than there may be? Whoever is refused then had better come by another door. */
  readonly isCrowded: () => boolean;
}

/** Where nobody connects that would have to be held off. */
export const noLimit: ConnectionLimit = { overload: () => undefined, isCrowded: () => false };

/**
 * While more comes than can be answered, connections beyond those that are open now, and beyond many, are closed as they
 * come, and with them whoever is refused: refusing requests (`shed/`) holds a flood only where connections are kept.
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
    overload: (isOverloaded) => {
      clearTimeout(lifting);
      if (isOverloaded) set(Math.max(mostKept, open));
      else lifting = setTimeout(() => set(Infinity), restMs).unref();
    },
    isCrowded: () => open > most,
  };
}
