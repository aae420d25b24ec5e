import type { RequestListener, ServerResponse } from 'node:http';
import { answerClientError } from '../clientErrors.ts';
import { createHttpServer } from '../listening/httpServer.ts';
import type { HttpServer, Speech } from '../listening/httpServer.ts';
import { leavePort } from './leave.ts';

export interface DoorOptions {
  /** Descriptor of a bound socket, perhaps shared with other processes; or an address that is this process's alone. */
  readonly at: { readonly fd: number } | { readonly host: string; readonly port: number };
  readonly speech: Speech;
  readonly requestTimeoutMs: number;
  /** How long a kept connection may idle. */
  readonly keepAliveMs: number;
}

/** The public way into a process, beside its own address: mostly a socket that it shares with others. */
export interface Door {
  readonly server: HttpServer;
  /** The socket's handle, which can be sent to another process. */
  readonly handle: () => unknown;
  /**
   * Takes no further connection, and ends those that are open with their next answer. One that carries nothing is
   * closed only after a while: its caller may just be sending. Resolves when none is left, or after `timeoutMs`.
   */
  close(timeoutMs: number): Promise<{ readonly abandoned: number }>;
}

/** Listens there; each request goes to `handle`. Rejects where the system does not let it listen. */
export function openDoor(handle: RequestListener, options: DoorOptions): Promise<Door> {
  let closing = false;
  const owed = new Set<ServerResponse>();
  const server = createHttpServer(
    {
      requestTimeout: options.requestTimeoutMs,
      headersTimeout: Math.min(10_000, options.requestTimeoutMs),
      keepAliveTimeout: options.keepAliveMs,
      connectionsCheckingInterval: 1000,
    },
    options.speech,
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
    server.listen(options.at, () => {
      server.off('error', reject);
      resolve({ server, handle: (): unknown => Reflect.get(server, '_handle'), close });
    });
  });
}
