import { get } from 'node:http';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { answerClientError } from './clientErrors.ts';
import { budgetFor, createBodyBudget, drain, drainableBytes, readBody } from './bodies/requestBody.ts';
import { forward, refuse } from './gatewayForward.ts';
import { requestHead } from './gatewayHeaders.ts';
import type { RequestHead } from './gatewayHeaders.ts';
import { createRouteTable } from './gatewayRoute.ts';
import type { Backend, Drained, RouteTable } from './gatewayRoute.ts';
import { leavePort } from './workers/leave.ts';
import { createHttpServer, plainSpeech } from './listening/httpServer.ts';
import type { HttpServer, Speech } from './listening/httpServer.ts';
import { readTls } from './listening/tls.ts';
import type { TlsFiles } from './listening/tls.ts';
import { listenError } from './listenError.ts';
import { bodyTooLarge, RequestProblem } from './problem.ts';
import type { Address } from '../serviceAddress.ts';
import type { HeldSocket } from './workers/heldSocket.ts';

export interface GatewayOptions {
  readonly newId: () => string;
  /** Told of renewed files of a certificate that are no good. */
  readonly onTlsProblem?: (message: string) => void;
  /** Larger bodies are refused here, before a backend sees them. Asked at every request. */
  readonly bodyLimitBytes: () => number;
  /** Bodies up to this size are kept until answered, so that they can be sent again; larger ones stream. Default 256 KiB. */
  readonly bufferBytes?: number;
  /** How long a request waits while there is no backend. Default 5 s. */
  readonly holdMs?: number;
  /** How many requests wait at once. Default 1,000. */
  readonly maxWaiting?: number;
  /** Time for a backend to begin its answer. Default 60 s. */
  readonly answerTimeoutMs?: number;
}

/** A bound address; closing it finishes what is in flight on its connections. */
export interface Binding extends Address {
  /** The descriptor that it listens on, for processes that take over from the gateway; negative: there is none here. */
  readonly fd: number;
  /** Nobody is to answer here any more. */
  close(timeoutMs: number): Promise<void>;
  /** Others go on at this port: see `leavePort`. */
  leave(timeoutMs: number): Promise<{ readonly abandoned: number }>;
}

/**
 * Owns the public port and routes to one loopback backend. A switch sends new requests to the new backend at once
 * while the old one finishes its own: no request is lost.
 */
export interface Gateway {
  /**
   * Listens; several addresses are possible, so that a move to another port loses nothing. A held socket is taken over. With `tls` callers speak TLS.
   * Throws usage errors (exit 2).
   */
  readonly bind: (address: Address | HeldSocket, tls?: TlsFiles) => Promise<Binding>;
  /** Resolves when the backend before owes no answer any more (or after `drainMs`). The switch itself is immediate. */
  switchTo(backend: Backend, drainMs: number): Promise<Drained>;
  /** There is no backend now: requests wait for the next one, up to `holdMs`. */
  suspend(): void;
  readonly inFlight: () => number;
}

interface Counters {
  readonly requests: Record<string, number>;
  retries: number;
  switches: number;
}

/** The gateway's own figures, appended to the backend's. */
function ownMetrics(counters: Counters, inFlight: number): string {
  const series = (name: string, kind: string, help: string, lines: readonly string[]): string =>
    [`# HELP ${name} ${help}`, `# TYPE ${name} ${kind}`, ...lines, ''].join('\n');
  const requests = Object.entries(counters.requests).map(
    ([status, count]) => `aieng_gateway_requests_total{status="${status}"} ${count}`,
  );
  return [
    series('aieng_gateway_requests_total', 'counter', 'Requests answered by the gateway.', requests),
    series('aieng_gateway_retries_total', 'counter', 'Requests sent again to a backend.', [
      `aieng_gateway_retries_total ${counters.retries}`,
    ]),
    series('aieng_gateway_switches_total', 'counter', 'Switches to another backend.', [
      `aieng_gateway_switches_total ${counters.switches}`,
    ]),
    series('aieng_gateway_requests_in_flight', 'gauge', 'Requests that are owed an answer.', [
      `aieng_gateway_requests_in_flight ${inFlight}`,
    ]),
  ].join('');
}

/** The text of the backend's /metrics, or '' where it does not answer. */
function backendMetrics(routes: RouteTable): Promise<string> {
  const route = routes.current();
  if (route === null) return Promise.resolve('');
  const { host, port } = route.backend;
  return new Promise((resolve) => {
    const asked = get({ host, port, path: '/metrics', agent: route.agent, timeout: 3000 }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
      answer.on('error', () => resolve(''));
    });
    asked.on('timeout', () => asked.destroy());
    asked.on('error', () => resolve(''));
  });
}

function listen(server: HttpServer, address: Address | HeldSocket): Promise<void> {
  const { host, port } = address;
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => {
      listenError(error, host, port).then(
        (reason) => reject(reason instanceof Error ? reason : error),
        () => reject(error),
      );
    };
    server.once('error', fail);
    server.listen('handle' in address ? address.handle : { host, port }, () => {
      server.off('error', fail);
      resolve();
    });
  });
}

/** The descriptor behind a listening server, or -1. */
function descriptorOf(server: HttpServer): number {
  const handle: unknown = Reflect.get(server, '_handle');
  const isObject = typeof handle === 'object' && handle !== null;
  return isObject && 'fd' in handle && typeof handle.fd === 'number' ? handle.fd : -1;
}

async function closeServer(server: HttpServer, timeoutMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => void server.close(() => resolve()));
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), timeoutMs);
  await closed;
  clearTimeout(timer);
}

async function bind(
  handle: RequestListener,
  address: Address | HeldSocket,
  speech: Speech,
): Promise<Binding> {
  let closing = false;
  let leaving = false;
  const owed = new Set<ServerResponse>();
  const server = createHttpServer(
    {
      requestTimeout: 60_000,
      headersTimeout: 10_000,
      keepAliveTimeout: 10_000,
      connectionsCheckingInterval: 1000,
    },
    speech,
    (request, response) => {
      owed.add(response);
      if (closing || leaving) response.shouldKeepAlive = false;
      response.once('close', () => {
        owed.delete(response);
        // Its head said that the connection goes on before anybody knew better: nothing more comes on it.
        if (closing) server.closeIdleConnections();
      });
      handle(request, response);
    },
  );
  server.on('clientError', answerClientError);
  await listen(server, address);
  const bound = server.address();
  return {
    host: address.host,
    fd: descriptorOf(server),
    port: typeof bound === 'object' && bound !== null ? bound.port : address.port,
    close: (timeoutMs) => {
      closing = true;
      for (const response of owed) response.shouldKeepAlive = false;
      if ('forget' in address) address.forget();
      return closeServer(server, timeoutMs);
    },
    leave: (timeoutMs) => {
      leaving = true;
      return leavePort(server, owed, timeoutMs);
    },
  };
}

const unprintable = /[^\x21-\x7e]/;
const nothing = Buffer.alloc(0);
const unforwardable = new RequestProblem(500, 'The gateway could not forward this request.');

/** A gateway without a backend and without an address. */
export function createGateway(options: GatewayOptions): Gateway {
  const {
    newId,
    bodyLimitBytes,
    bufferBytes = 256 * 1024,
    holdMs = 5000,
    answerTimeoutMs = 60_000,
  } = options;
  const routes = createRouteTable(options.maxWaiting ?? 1000, answerTimeoutMs);
  const counters: Counters = { requests: {}, retries: 0, switches: 0 };
  const budget = createBodyBudget(() => budgetFor(bodyLimitBytes()));
  let inFlight = 0;
  const forwarding = { holdMs, onRetry: () => (counters.retries += 1) };

  const answerMetrics = async (response: ServerResponse, { id }: RequestHead): Promise<void> => {
    const text = (await backendMetrics(routes)) + ownMetrics(counters, inFlight);
    response.writeHead(200, {
      'content-type': 'text/plain; version=0.0.4; charset=utf-8',
      'x-content-type-options': 'nosniff',
      'x-request-id': id,
    });
    response.end(text);
  };

  /** Sends a request whose body is here (or streams, where it is null) to a backend. */
  const pass = (
    request: IncomingMessage,
    response: ServerResponse,
    head: RequestHead,
    body: Buffer | null,
  ): void => {
    forward({ request, response, head, body }, routes, forwarding).catch(() =>
      refuse(response, head.id, unforwardable),
    );
  };

  /** Keeps a body that is small enough to be sent again, while there is room. */
  const keep = (request: IncomingMessage, response: ServerResponse, head: RequestHead): void => {
    const hold = budget.open();
    response.once('close', hold.release);
    readBody(request, { limitBytes: bodyLimitBytes(), hold }, (refused, body) => {
      if (refused === null) pass(request, response, head, body);
      else refuse(response, head.id, refused);
    });
  };

  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const head = requestHead(request, newId);
    const limit = bodyLimitBytes();
    if (unprintable.test(request.url ?? '')) {
      drain(request);
      refuse(response, head.id, new RequestProblem(400, 'The URL is malformed.'));
    } else if (head.length !== null && head.length > limit) {
      if (head.length > drainableBytes) response.shouldKeepAlive = false;
      else drain(request);
      refuse(response, head.id, bodyTooLarge(limit));
    } else if (request.url === '/metrics' && request.method === 'GET') {
      answerMetrics(response, head).catch(() => refuse(response, head.id, unforwardable));
    } else if (head.length === 0) pass(request, response, head, nothing);
    else if (head.length === null || head.length > bufferBytes) pass(request, response, head, null);
    else keep(request, response, head);
  };

  const handle: RequestListener = (request, response) => {
    inFlight += 1;
    // Also where the caller hangs up, at whatever point: that ends this exchange and nothing else.
    response.on('close', () => {
      inFlight -= 1;
      const status = response.writableFinished ? `${Math.floor(response.statusCode / 100)}xx` : 'aborted';
      counters.requests[status] = (counters.requests[status] ?? 0) + 1;
    });
    answer(request, response);
  };

  return {
    bind: async (address, tls) =>
      bind(
        handle,
        address,
        tls === undefined
          ? plainSpeech
          : { tls: await readTls(tls), onTlsProblem: options.onTlsProblem ?? (() => undefined) },
      ),
    switchTo: async (backend, drainMs) => {
      counters.switches += 1;
      const before = routes.switchTo(backend);
      return before === null ? { abandoned: 0 } : before.drain(drainMs);
    },
    suspend: () => routes.suspend(),
    inFlight: () => inFlight,
  };
}
