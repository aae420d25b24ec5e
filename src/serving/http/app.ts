import { lookup } from 'node:dns/promises';
import type { IncomingMessage, RequestListener, ServerOptions, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { answerClientError } from '../clientErrors.ts';
import { drain, drainableBytes } from '../bodies/requestBody.ts';
import { createHttpServer, plainSpeech } from '../listening/httpServer.ts';
import type { HttpServer } from '../listening/httpServer.ts';
import { badRequest, RequestProblem } from '../problem.ts';
import { pathOf, queryOf, Reply } from './exchange.ts';
import type { Asked } from './exchange.ts';
import { createRoutes } from './routes.ts';

/** Answers a request: what it gives, or what its promise gives, is sent. What it throws becomes a problem. */
type Handler = (request: Asked, reply: Reply) => unknown;

/** Reads the body of a request, and parses it. Calls `done` once, or never where the sender hangs up. */
export type BodyParser = (
  request: Asked,
  response: ServerResponse,
  done: (error: unknown, body?: unknown) => void,
) => void;

type ErrorBody = (problem: RequestProblem) => object;

/** Routes that share the shape of their errors, and the content types that they understand. */
export interface Scope {
  /** Answers `HEAD` too. */
  readonly get: (path: string, handler: Handler) => void;
  readonly post: (path: string, handler: Handler) => void;
  /** A content type of these routes; `*` is any that has no parser. */
  readonly parse: (contentType: string, parser: BodyParser) => void;
}

/** What a server does around its routes. */
export interface AppOptions {
  readonly server: ServerOptions;
  readonly requestId: (request: IncomingMessage) => string;
  /** What stands in the head of every answer. */
  readonly headers: Readonly<Record<string, string>>;
  /** Is each answer the last one on its connection now? */
  readonly isLeaving: () => boolean;
  /** Judges a request that has a route by its head, before anything of its body is read. Throws why it gets no answer. */
  readonly judge: (request: Asked) => void;
  /** Any thrown thing as the problem that the caller may see. */
  readonly problemOf: (error: unknown, request: Asked) => RequestProblem;
  /** The shape of errors where no route is. */
  readonly errorBodyOf: (path: string) => ErrorBody;
  /** Told of every answer, `ms` after its request's head. */
  readonly answered: (request: Asked, reply: Reply, ms: number) => void;
  /** ms on a clock that never goes back. */
  readonly elapsed: () => number;
}

/** An HTTP server with routes: Node's own, and nothing between. */
export interface App {
  readonly server: HttpServer;
  readonly scope: (errorBody: ErrorBody) => Scope;
  readonly route: RequestListener;
  /** Binds; `localhost` at each of its addresses. */
  readonly listen: (
    at: { readonly host: string; readonly port: number },
    handle: RequestListener,
  ) => Promise<void>;
  /** Called in turn once nothing is in flight any more. */
  readonly onClose: (close: () => unknown) => void;
  /** Takes no further connection, and ends those that are open when they carry nothing. */
  readonly close: () => Promise<void>;
}

interface Route {
  readonly handler: Handler;
  readonly errorBody: ErrorBody;
  readonly parsers: ReadonlyMap<string, BodyParser>;
}

/** How often it is looked, while a server closes, for connections that carry nothing any more. */
const closingLookMs = 50;

/** No methods are known there. */
const none: ReadonlyMap<string, Route> = new Map();

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) !== 0;

function parserFor({ parsers }: Route, contentType: string | undefined): BodyParser | undefined {
  const type = (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  return parsers.get(type) ?? parsers.get('*');
}

/** A body of a type that nothing here parses. */
export function notUnderstood(contentType: string | undefined): RequestProblem {
  const got = contentType === undefined ? 'none' : JSON.stringify(contentType.slice(0, 100));
  return new RequestProblem(415, `Content type ${got} is not understood here; send application/json.`);
}

function notFound({ method, path }: Asked, methods: ReadonlyMap<string, Route>): RequestProblem {
  const shown = path.slice(0, 100);
  if (methods.size === 0) return new RequestProblem(404, `There is no ${shown} here; see /openapi.json.`);
  const allow = [...methods.keys()].join(', ');
  return new RequestProblem(405, `${method} is not possible on ${shown}; use ${allow}.`, [], { allow });
}

/** Whoever closes with unread data in the socket resets it before the caller has read the answer: some is thrown away first. */
function letGo(request: IncomingMessage, reply: Reply): void {
  if (request.complete) return;
  drain(request);
  if (Number(request.headers['content-length'] ?? 0) > drainableBytes) reply.endConnection();
}

/** One request from its head to its answer. */
function createWalk(
  { headers: ownHeaders, elapsed, ...options }: AppOptions,
  find: ReturnType<typeof createRoutes<Route>>['find'],
): RequestListener {
  return (raw, response) => {
    const begun = elapsed();
    const { method = 'GET', url = '/', headers } = raw;
    const path = pathOf(url);
    const place = find(path);
    const { pattern: route = null, params = {}, methods = none } = place ?? {};
    const id = options.requestId(raw);
    const query = queryOf(url);
    const asked: Asked & { body: unknown } = {
      ...{ raw, id, method, path, headers, route, params, query },
      body: undefined,
    };
    const found = methods.get(method);
    const reply = new Reply(response, { ...ownHeaders, 'x-request-id': id });
    const send = (value: unknown): void => {
      reply.send(value, method !== 'HEAD');
      options.answered(asked, reply, elapsed() - begun);
    };
    const fail = (error: unknown): void => {
      const problem = options.problemOf(error, asked);
      letGo(raw, reply);
      reply.status = problem.status;
      reply.headers(problem.headers).type('application/json; charset=utf-8');
      send((found?.errorBody ?? options.errorBodyOf(path))(problem));
    };
    const run = ({ handler }: Route): void => {
      try {
        const value = handler(asked, reply);
        if (value instanceof Promise) value.then(send).catch(fail);
        else send(value);
      } catch (error) {
        fail(error);
      }
    };
    if (options.isLeaving()) reply.endConnection();
    try {
      if (place === undefined) throw badRequest('The URL is malformed.');
      if (found === undefined) throw notFound(asked, methods);
      options.judge(asked);
      if (method !== 'POST' || (headers['content-type'] === undefined && !hasBody(raw))) {
        run(found);
        return;
      }
      const parse = parserFor(found, headers['content-type']);
      if (parse === undefined) throw notUnderstood(headers['content-type']);
      parse(asked, response, (error, body) => {
        if (error !== null) {
          fail(error);
          return;
        }
        asked.body = body;
        run(found);
      });
    } catch (error) {
      fail(error);
    }
  };
}

/** The addresses of a host that has several; the system's choice of one where it cannot be asked. */
async function addressesOf(host: string): Promise<readonly string[]> {
  if (host !== 'localhost') return [host];
  const found = await lookup(host, { all: true }).catch(() => []);
  return found.length === 0 ? [host] : [...new Set(found.map(({ address }) => address))];
}

const listening = (server: HttpServer, at: { readonly host: string; readonly port: number }): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(at, () => {
      server.off('error', reject);
      resolve();
    });
  });

/** A server, and its connections that have not brought a request yet: Node counts them as busy. */
interface Listener {
  readonly server: HttpServer;
  readonly fresh: ReadonlySet<Socket>;
}

function createListener(options: ServerOptions, handle: () => RequestListener): Listener {
  const fresh = new Set<Socket>();
  const server = createHttpServer(options, plainSpeech, (request, response) => {
    fresh.delete(request.socket);
    handle()(request, response);
  });
  server.on('clientError', answerClientError).on('connection', (socket: Socket) => {
    fresh.add(socket);
    socket.once('close', () => fresh.delete(socket));
  });
  return { server, fresh };
}

/** Takes no further connection; resolves when none is left. */
function closing({ server, fresh }: Listener): Promise<void> {
  return new Promise((resolve) => {
    const look = setInterval(() => server.closeIdleConnections(), closingLookMs);
    server.close(() => {
      clearInterval(look);
      resolve();
    });
    for (const socket of fresh) socket.destroy();
  });
}

/** A server that does not listen yet. */
export function createApp(options: AppOptions): App {
  const routes = createRoutes<Route>();
  const route = createWalk(options, routes.find);
  let answer = route;
  const main = createListener(options.server, () => answer);
  const others: Listener[] = [];
  const closers: (() => unknown)[] = [];
  return {
    server: main.server,
    route,
    scope: (errorBody) => {
      const parsers = new Map<string, BodyParser>();
      return {
        get: (path, handler) => {
          for (const method of ['GET', 'HEAD']) routes.add(method, path, { handler, errorBody, parsers });
        },
        post: (path, handler) => routes.add('POST', path, { handler, errorBody, parsers }),
        parse: (contentType, parser) => void parsers.set(contentType, parser),
      };
    },
    listen: async ({ host, port }, handle) => {
      answer = handle;
      const [first = host, ...more] = await addressesOf(host);
      await listening(main.server, { host: first, port });
      const bound = main.server.address();
      const same = typeof bound === 'object' && bound !== null ? bound.port : port;
      for (const other of more) {
        const beside = createListener(options.server, () => answer);
        // A machine may name an address that it does not have.
        await listening(beside.server, { host: other, port: same }).then(
          () => others.push(beside),
          () => undefined,
        );
      }
    },
    onClose: (close) => void closers.push(close),
    close: async () => {
      await Promise.all([main, ...others].filter(({ server }) => server.listening).map(closing));
      for (const close of closers) await close();
    },
  };
}
