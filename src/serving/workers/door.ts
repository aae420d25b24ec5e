import { createServer } from 'node:http';
import type { RequestListener, ServerResponse } from 'node:http';
import type { Server as NetServer } from 'node:net';
import { answerClientError } from '../clientErrors.ts';
import { leavePort } from './leave.ts';

export interface DoorOptions {
  /** Descriptor of a bound socket, shared with other processes. */
  readonly fd: number;
  readonly requestTimeoutMs: number;
  /** How long a kept connection may idle. */
  readonly keepAliveMs: number;
}

/** The public way into a process that shares its socket with others. */
export interface Door {
  readonly server: NetServer;
  /** The socket's handle, which can be sent to another process. */
  readonly handle: () => unknown;
  /**
   * Takes no further connection, and ends those that are open with their next answer. One that carries nothing is
   * closed only after a while: its caller may just be sending. Resolves when none is left, or after `timeoutMs`.
   */
  close(timeoutMs: number): Promise<{ readonly abandoned: number }>;
}

/** Listens on a shared socket; each request goes to `handle`. Rejects where the system does not let it listen. */
export function openDoor(handle: RequestListener, options: DoorOptions): Promise<Door> {
  let closing = false;
  const owed = new Set<ServerResponse>();
  const server = createServer(
    {
      requestTimeout: options.requestTimeoutMs,
      headersTimeout: Math.min(10_000, options.requestTimeoutMs),
      keepAliveTimeout: options.keepAliveMs,
      connectionsCheckingInterval: 1000,
    },
    (request, response) => {
      if (closing) response.shouldKeepAlive = false;
      owed.add(response);
      response.once('close', () => owed.delete(response));
      handle(request, response);
    },
  );
  server.on('clientError', answerClientError);

  const close: Door['close'] = (timeoutMs) => {
    closing = true;
    return leavePort(server, owed, timeoutMs);
  };

  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ fd: options.fd }, () => {
      server.off('error', reject);
      resolve({ server, handle: (): unknown => Reflect.get(server, '_handle'), close });
    });
  });
}
