import { request as httpRequest } from 'node:http';
import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream';
import { endToEnd, forwardedHeaders } from './gatewayHeaders.ts';
import type { Route, RouteTable } from './gatewayRoute.ts';
import { problemBody, RequestProblem } from './problem.ts';

/** What became of an attempt: answered (well or not), or not begun, so that another may be made. */
type Attempt =
  | { readonly kind: 'answered' }
  | { readonly kind: 'failed'; readonly error: NodeJS.ErrnoException; readonly safeToRepeat: boolean };

export interface ForwardOptions {
  /** How long a request waits for a backend while there is none. */
  readonly holdMs: number;
  /** How long a backend may take to begin its answer. */
  readonly answerTimeoutMs: number;
  readonly onRetry: () => void;
}

/** One exchange: the caller's request, its answer, and its body where that was small enough to keep. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly id: string;
  readonly body: Buffer | null;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));

/** Answers in our error shape; nothing when the answer has begun. */
export function refuse({ response, id }: Pick<Exchange, 'response' | 'id'>, problem: RequestProblem): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const body = JSON.stringify(problemBody(problem));
  response.writeHead(problem.status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'x-request-id': id,
    ...problem.headers,
  });
  response.end(body);
}

/**
 * May the request be sent again? Yes when the backend cannot have begun to work on it: nothing listened, or a kept
 * connection turned out to be closed. Reading methods may always be repeated. A streamed body is gone.
 */
function isSafeToRepeat(error: NodeJS.ErrnoException, reused: boolean, { request, body }: Exchange): boolean {
  if (body === null) return false;
  if (error.code === 'ECONNREFUSED') return true;
  const hungUp = error.code === 'ECONNRESET' || error.code === 'EPIPE';
  return hungUp && (reused || request.method === 'GET' || request.method === 'HEAD');
}

function passBack(incoming: IncomingMessage, { response, id }: Exchange, done: () => void): void {
  response.writeHead(incoming.statusCode ?? 502, { ...endToEnd(incoming.headers), 'x-request-id': id });
  pipeline(incoming, response, () => done());
}

/**
 * Streams the caller's body. A backend may hang up before it has read everything (413): the rest is thrown away, so
 * that the caller gets to read the answer.
 */
function streamBody(request: IncomingMessage, outgoing: ClientRequest): void {
  request.pipe(outgoing);
  outgoing.once('close', () => {
    request.unpipe(outgoing);
    request.resume();
  });
}

function attempt(route: Route, exchange: Exchange, options: ForwardOptions): Promise<Attempt> {
  const { request, response, body, id } = exchange;
  return new Promise((resolve) => {
    let answering = false;
    const outgoing = httpRequest({
      host: route.backend.host,
      port: route.backend.port,
      agent: route.agent,
      method: request.method,
      path: request.url,
      headers: forwardedHeaders(request, id, body),
    });
    const hangUp = (): void => {
      if (!response.writableFinished) outgoing.destroy();
      resolve({ kind: 'answered' });
    };
    outgoing.setTimeout(options.answerTimeoutMs, () => {
      outgoing.destroy(Object.assign(new Error('no answer in time'), { code: 'ETIMEDOUT' }));
    });
    response.once('close', hangUp);
    outgoing.on('response', (incoming) => {
      answering = true;
      passBack(incoming, exchange, () => resolve({ kind: 'answered' }));
    });
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      response.off('close', hangUp);
      if (answering) return;
      resolve({
        kind: 'failed',
        error,
        safeToRepeat: isSafeToRepeat(error, outgoing.reusedSocket, exchange),
      });
    });
    if (body === null) streamBody(request, outgoing);
    else outgoing.end(body);
  });
}

const badGateway = (error: NodeJS.ErrnoException): RequestProblem =>
  error.code === 'ETIMEDOUT'
    ? new RequestProblem(504, 'The model did not answer in time.')
    : new RequestProblem(502, 'The model stopped while it worked on this request.');

const nowhere = new RequestProblem(503, 'No model is being served right now; try again in a moment.', [], {
  'retry-after': '1',
});

/**
 * Sends a request to the current backend and its answer back. What a backend cannot have seen is sent again: at once
 * where a switch has happened meanwhile, otherwise for as long as a request may wait for a backend.
 */
export async function forward(
  exchange: Exchange,
  routes: RouteTable,
  options: ForwardOptions,
): Promise<void> {
  const tries = 1 + Math.max(1, Math.ceil(options.holdMs / pauseMs));
  let problem = nowhere;
  let resets = 0;
  for (let made = 0; made < tries; made += 1) {
    const route = await routes.next(options.holdMs);
    if (route === null || exchange.response.destroyed) break;
    route.enter();
    const result = await attempt(route, exchange, options).finally(() => route.leave());
    if (result.kind === 'answered') return;
    const refused = result.error.code === 'ECONNREFUSED';
    if (!refused) resets += 1;
    // A second reset is no accident of a kept connection.
    if (!result.safeToRepeat || resets > 1) {
      problem = badGateway(result.error);
      break;
    }
    options.onRetry();
    // A process that was killed resets its connections first and stops to listen a moment later: a retry at once
    // would be accepted by nobody and reset again.
    if (routes.current() === route) await pause(pauseMs);
  }
  refuse(exchange, problem);
}

/** Between two tries of the same backend. */
const pauseMs = 50;
