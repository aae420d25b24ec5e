import type { Server } from 'node:net';

/** So many connections are taken even in an overload: callers that keep theirs are not locked out by few others. */
const fewest = 64;

/**
 * Where an answer of 503 costs about as much as a prediction, refusing requests does not hold a flood: while more comes
 * than can be answered, connections beyond those that are open now are closed as they come.
 */
export function limitConnections(server: Server): (isOverloaded: boolean) => void {
  let open = 0;
  server.on('connection', (socket) => {
    open += 1;
    socket.once('close', () => (open -= 1));
  });
  return (isOverloaded) => {
    server.maxConnections = isOverloaded ? Math.max(fewest, open) : Infinity;
  };
}
