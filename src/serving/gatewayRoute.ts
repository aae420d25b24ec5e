import { Agent } from 'node:http';
import type { ClientRequest } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** A service on the loopback interface. */
export interface Backend {
  readonly host: string;
  readonly port: number;
}

export interface Drained {
  /** Requests that were cut off because the time was over. */
  readonly abandoned: number;
}

/** One backend while it gets or finishes requests: its connections and how many answers it owes. */
export interface Route {
  readonly backend: Backend;
  readonly agent: Agent;
  enter(): void;
  leave(): void;
  readonly inFlight: () => number;
  /** Resolves when no answer is owed, or after `timeoutMs`; then its connections are closed. */
  drain(timeoutMs: number): Promise<Drained>;
}

/**
 * The kept connections to one backend. One time limit for silence holds all their life, while they answer and while
 * they idle, so that no request has to set a timer. An idle one ends sooner where the backend says that it hangs up sooner.
 */
class BackendAgent extends Agent {
  readonly #silenceMs: number;

  constructor(silenceMs: number) {
    super({ keepAlive: true, maxFreeSockets: 64, scheduling: 'lifo', timeout: silenceMs });
    this.#silenceMs = silenceMs;
  }

  /** All connections go to one place: nothing to tell them apart by. */
  override getName(): string {
    return 'backend';
  }

  override reuseSocket(socket: Duplex, request: ClientRequest): void {
    super.reuseSocket(socket, request);
    if (socket instanceof Socket && socket.timeout !== this.#silenceMs) socket.setTimeout(this.#silenceMs);
  }
}

/** A route with its own keep-alive connections, on which the backend may be silent for `silenceMs`. */
function createRoute(backend: Backend, silenceMs: number): Route {
  const agent = new BackendAgent(silenceMs);
  let inFlight = 0;
  let onIdle: (() => void) | undefined;
  return {
    backend,
    agent,
    enter: () => {
      inFlight += 1;
    },
    leave: () => {
      inFlight -= 1;
      if (inFlight === 0) onIdle?.();
    },
    inFlight: () => inFlight,
    drain: async (timeoutMs) => {
      if (inFlight > 0)
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, timeoutMs);
          onIdle = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      const abandoned = inFlight;
      agent.destroy();
      return { abandoned };
    },
  };
}

/** Where requests go now. While there is nowhere, a bounded number of them waits for a while. */
export interface RouteTable {
  readonly current: () => Route | null;
  /** Sends every later request to this backend; gives the route before, to be drained. */
  switchTo(backend: Backend): Route | null;
  /** The backend died: later requests wait for the next one. */
  suspend(): void;
  /** The current route, or the next one, or null when none came in time or too many wait. */
  next(holdMs: number): Promise<Route | null>;
}

/** An empty table. At most `maxWaiting` requests wait at once; a backend may be silent for `silenceMs`. */
export function createRouteTable(maxWaiting: number, silenceMs: number): RouteTable {
  let current: Route | null = null;
  const waiting = new Set<(route: Route | null) => void>();
  return {
    current: () => current,
    switchTo: (backend) => {
      const before = current;
      current = createRoute(backend, silenceMs);
      for (const resolve of [...waiting]) resolve(current);
      return before;
    },
    suspend: () => {
      current?.agent.destroy();
      current = null;
    },
    next: (holdMs) => {
      if (current !== null) return Promise.resolve(current);
      if (waiting.size >= maxWaiting || holdMs <= 0) return Promise.resolve(null);
      return new Promise((resolve) => {
        const done = (route: Route | null): void => {
          clearTimeout(timer);
          waiting.delete(done);
          resolve(route);
        };
        const timer = setTimeout(done, holdMs, null);
        waiting.add(done);
      });
    },
  };
}
