import type { RequestListener } from 'node:http';
import type { Server } from 'node:net';
import { limitConnections, noLimit } from '../connections.ts';
import type { ConnectionLimit } from '../connections.ts';
import { openDoor } from './door.ts';
import type { Door, DoorOptions } from './door.ts';

/** How callers reach a service beside its own address: a socket that it shares with other workers. */
export interface Reach {
  /** Answers at the door from now on; the second time it is the one that is open. */
  readonly open: (handle: RequestListener, options: DoorOptions) => Promise<Door>;
  /** Who knows the figures of all workers; null where they cannot be had. */
  readonly collectMetrics: (all: () => Promise<string | null>) => void;
  /** The figures of all workers for a caller on the shared socket; null for one on this port of our own. */
  metricsFor(localPort: number | undefined): Promise<string | null>;
  /** How many callers it takes. */
  readonly limit: () => ConnectionLimit;
  close(drainMs: number): Promise<void>;
}

/**
 * A service that nobody reaches but at `server`; where that is its door, floods are stopped at it.
 *
 * @param connected told of each connection of a door
 */
export function createReach(server: Server, isDoor: boolean, connected: () => void): Reach {
  let door: Door | null = null;
  let everybody = (): Promise<string | null> => Promise.resolve(null);
  let limit: ConnectionLimit = isDoor ? limitConnections(server, connected) : noLimit;
  return {
    open: async (handle, options) => {
      if (door === null) {
        door = await openDoor(handle, options);
        limit = limitConnections(door.server, connected);
      }
      return door;
    },
    collectMetrics: (all) => (everybody = all),
    metricsFor: (localPort) => {
      const own = server.address();
      const isOwn = typeof own === 'object' && own !== null && own.port === localPort;
      return isOwn ? Promise.resolve(null) : everybody();
    },
    limit: () => limit,
    close: async (drainMs) => {
      await door?.close(drainMs);
    },
  };
}
