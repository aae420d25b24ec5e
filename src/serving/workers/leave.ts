import type { ServerResponse } from 'node:http';
import { Server as NetServer } from 'node:net';
import type { HttpServer } from '../listening/httpServer.ts';

/** How long a kept connection is left open for the request that may be on its way. */
const idleGraceMs = 1500;

/**
 * Leaves a port on which others go on: takes no further connection, and ends those that are open with their next answer,
 * for which the server's own handler must see to `shouldKeepAlive`. One that carries nothing is closed only after a while:
 * its caller may just be sending. Resolves when none is left, or after `timeoutMs`.
 *
 * @param owed answers that are under way
 */
export async function leavePort(
  server: HttpServer,
  owed: ReadonlySet<ServerResponse>,
  timeoutMs: number,
): Promise<{ readonly abandoned: number }> {
  for (const response of owed) response.shouldKeepAlive = false;
  // Not http's own close: that one cuts connections whose request has arrived and was not read yet.
  const closed = new Promise<void>((resolve) => void NetServer.prototype.close.call(server, () => resolve()));
  let abandoned = 0;
  const idle = setTimeout(
    () => {
      server.closeIdleConnections();
      idle.refresh();
    },
    Math.min(idleGraceMs, timeoutMs),
  );
  const over = setTimeout(() => {
    abandoned = owed.size;
    server.closeAllConnections();
  }, timeoutMs);
  await closed;
  clearTimeout(idle);
  clearTimeout(over);
  return { abandoned };
}
