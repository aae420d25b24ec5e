import { request as httpRequest } from 'node:http';
import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream';
import { drain } from './bodies/requestBody.ts';
import { answerHeaders } from './gatewayHeaders.ts';
import type { RequestHead } from './gatewayHeaders.ts';
import { endInOnePiece } from './http/onePiece.ts';
import type { Route, RouteTable } from './gatewayRoute.ts';
import { problemBody, RequestProblem } from './problem.ts';

/** Why an attempt gave no answer. */
interface Failure {
  readonly error: NodeJS.ErrnoException;
  readonly safeToRepeat: boolean;
}

export interface ForwardOptions {
  /** How long a request waits for a backend while there is none. */
  readonly holdMs: number;
  readonly onRetry: () => void;
}

/** One exchange: the caller's request, its answer, and its body where that was small enough to keep. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly head: RequestHead;
  readonly body: Buffer | null;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));

/** Answers in our error shape; nothing when the answer has begun. */
export function refuse(response: ServerResponse, id: string, problem: RequestProblem): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const body = JSON.stringify(problemBody(problem));
  response.writeHead(problem.status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'x-content-type-options': 'nosniff',
    'x-request-id': id,
    ...problem.headers,
  });
  response.end(body);
}

/** The whole body of a message. Nothing happens where the sender hangs up before its end. */
function collect(message: IncomingMessage, done: (body: Buffer) => void): void {
  const chunks: Buffer[] = [];
  message.on('data', (chunk: Buffer) => chunks.push(chunk));
  message.on('end', () => {
    const [first] = chunks;
    done(chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks));
  });
}

/** Bodies up to this size are written together with their head. */
const smallBytes = 64 * 1024;

/** Ends a request. A small body as a string of its bytes: node:http then writes it and the head as one piece. */
function endRequest(message: ClientRequest, body: Buffer): void {
  if (body.length > smallBytes) message.end(body);
  else message.end(body.toString('latin1'), 'latin1');
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

const stopped = new RequestProblem(502, 'The model stopped while it worked on this request.');

const badGateway = (error: NodeJS.ErrnoException): RequestProblem =>
  error.code === 'ETIMEDOUT' ? new RequestProblem(504, 'The model did not answer in time.') : stopped;

/**
 * Passes a backend's answer on: a small one in one piece once all of it is there (so one that breaks off can still be
 * refused properly), a larger one or one of unknown length as it comes. `done` when nothing more is expected of the backend.
 */
function passBack(incoming: IncomingMessage, { response, head }: Exchange, done: () => void): void {
  const status = incoming.statusCode ?? 0;
  const headers = answerHeaders(incoming.rawHeaders, head.id);
  if (status < 200) {
    // No status of an answer (node:http throws at writing it), so nothing that can be passed on.
    incoming.destroy();
    refuse(response, head.id, stopped);
    done();
    return;
  }
  const length = lengthOf(headers);
  if (length === null || length > smallBytes) {
    response.writeHead(status, headers);
    pipeline(incoming, response, () => done());
    return;
  }
  collect(incoming, (body) => {
    if (!response.destroyed) {
      response.writeHead(status, headers);
      if (body.length === 0) response.end();
      else endInOnePiece(response, body.toString('latin1'), 'latin1');
    }
    done();
  });
  incoming.on('error', () => {
    refuse(response, head.id, stopped);
    done();
  });
}

/** The length that flat headers give, or null. */
function lengthOf(headers: readonly string[]): number | null {
  for (let i = 0; i < headers.length; i += 2)
    if (headers[i]?.length === 14 && headers[i]?.toLowerCase() === 'content-length')
      return Number(headers[i + 1]);
  return null;
}

/**
 * Streams the caller's body. A backend may hang up before it has read everything (413): the rest is thrown away, so
 * that the caller gets to read the answer.
 */
function streamBody(request: IncomingMessage, outgoing: ClientRequest): void {
  request.pipe(outgoing);
  outgoing.once('close', () => {
    request.unpipe(outgoing);
    drain(request);
  });
}

/** Sends the request once. Gives null when the caller got an answer or is gone, otherwise why there was none. */
function attempt(route: Route, exchange: Exchange): Promise<Failure | null> {
  const { request, response, body, head } = exchange;
  return new Promise((resolve) => {
    let owed = true;
    let answering = false;
    const outgoing = httpRequest({
      host: route.backend.host,
      port: route.backend.port,
      agent: route.agent,
      method: request.method,
      path: request.url,
      headers: head.headers,
    });
    route.enter();
    const settle = (failure: Failure | null): void => {
      if (!owed) return;
      owed = false;
      route.leave();
      resolve(failure);
    };
    const answered = (): void => settle(null);
    const hangUp = (): void => {
      if (!response.writableFinished) outgoing.destroy();
      answered();
    };
    response.on('close', hangUp);
    outgoing.on('timeout', () => {
      outgoing.destroy(Object.assign(new Error('no answer in time'), { code: 'ETIMEDOUT' }));
    });
    outgoing.on('response', (incoming) => {
      answering = true;
      passBack(incoming, exchange, answered);
    });
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      response.off('close', hangUp);
      if (answering) return;
      settle({ error, safeToRepeat: isSafeToRepeat(error, outgoing.reusedSocket, exchange) });
    });
    outgoing.on('close', () => {
      // Ended without an answer and without an error: the backend wanted another protocol (101).
      if (!answering) settle({ error: new Error('no answer'), safeToRepeat: false });
    });
    if (body === null) streamBody(request, outgoing);
    else endRequest(outgoing, body);
  });
}

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
    const route = routes.current() ?? (await routes.next(options.holdMs));
    if (route === null || exchange.response.destroyed) break;
    const failure = await attempt(route, exchange);
    if (failure === null) return;
    const refused = failure.error.code === 'ECONNREFUSED';
    if (!refused) resets += 1;
    // A second reset is no accident of a kept connection.
    if (!failure.safeToRepeat || resets > 1) {
      problem = badGateway(failure.error);
      break;
    }
    options.onRetry();
    // A process that was killed resets its connections first and stops to listen a moment later: a retry at once
    // would be accepted by nobody and reset again.
    if (routes.current() === route) await pause(pauseMs);
  }
  refuse(exchange.response, exchange.head.id, problem);
}

/** Between two tries of the same backend. */
const pauseMs = 50;
