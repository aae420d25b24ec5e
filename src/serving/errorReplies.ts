import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { drainableBytes } from './bodies/requestBody.ts';
import type { ServiceMetrics } from './metrics.ts';
import { protocols } from './protocols/index.ts';
import type { Protocol } from './protocols/protocol.ts';
import { problemBody, RequestProblem } from './problem.ts';

/** Told of every failure that is our bug; the answer names `id` only. */
export type InternalErrorSink = (id: string, error: unknown) => void;

/** Which methods a path answers to. */
export type AllowedMethods = (path: string) => readonly string[];

/** Who is told of failures. */
export interface ErrorContext {
  readonly metrics: ServiceMetrics;
  readonly onInternalError: InternalErrorSink;
}

type ErrorBody = Protocol['errorBody'];

const statusOf = (error: unknown): number =>
  error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number'
    ? error.statusCode
    : 500;

/** Any thrown thing as the problem that the caller may see. */
export function toProblem(
  error: unknown,
  request: Pick<FastifyRequest, 'id' | 'headers'>,
  context: ErrorContext,
): RequestProblem {
  if (error instanceof RequestProblem) {
    if (error.headers['retry-after'] !== undefined) context.metrics.overloaded();
    return error;
  }
  const status = statusOf(error);
  if (status === 415) {
    const given = request.headers['content-type'];
    const got = given === undefined ? 'none' : JSON.stringify(given.slice(0, 100));
    return new RequestProblem(415, `Content type ${got} is not understood here; send application/json.`);
  }
  if (status >= 400 && status < 500) return new RequestProblem(status, 'The request is not valid.');
  context.metrics.internalError();
  context.onInternalError(request.id, error);
  return new RequestProblem(
    500,
    `Internal error ${request.id}. It is recorded in the service’s log under this id.`,
  );
}

/** Requests whose connection is to end with their answer, whatever the answer is. */
const lastAnswers = new WeakSet<IncomingMessage>();

/** The answer to this request is the last one on its connection. */
export function endConnectionAfter(request: FastifyRequest, reply: FastifyReply): void {
  lastAnswers.add(request.raw);
  void reply.header('connection', 'close');
}

function send(reply: FastifyReply, problem: RequestProblem, errorBody: ErrorBody): FastifyReply {
  const length = Number(reply.request.headers['content-length'] ?? 0);
  // fastify closes the connection of every body that was refused. One that was read, or will be thrown away, is no reason:
  // closing at once with unread data in the socket would reset it before the caller has read the answer.
  if (length > drainableBytes) void reply.header('connection', 'close');
  else if (!lastAnswers.has(reply.request.raw)) reply.removeHeader('connection');
  return reply
    .code(problem.status)
    .headers(problem.headers)
    .type('application/json; charset=utf-8')
    .send(errorBody(problem));
}

/** Errors of one scope's routes in one protocol's shape. */
export function setErrorReplies(
  scope: FastifyInstance,
  errorBody: ErrorBody,
  context: ErrorContext & { readonly allowedMethods: AllowedMethods },
): void {
  scope.setErrorHandler((error, request, reply) => {
    // A body that cannot be read on a path that does not exist is about the path first. So is a method that nobody knows.
    if (request.is404) return replyNotFound(request, reply, context.allowedMethods);
    return send(reply, toProblem(error, request, context), errorBody);
  });
}

const pathOf = (request: FastifyRequest): string => request.url.split('?', 1)[0] ?? '/';

function replyNotFound(
  request: FastifyRequest,
  reply: FastifyReply,
  allowedMethods: AllowedMethods,
): FastifyReply {
  const path = pathOf(request);
  const errorBody = protocols.find((protocol) => protocol.owns(path))?.errorBody ?? problemBody;
  const allowed = allowedMethods(path);
  const shown = path.slice(0, 100);
  if (allowed.length === 0)
    return send(reply, new RequestProblem(404, `There is no ${shown} here; see /openapi.json.`), errorBody);
  const allow = allowed.join(', ');
  const message = `${request.method} is not possible on ${shown}; use ${allow}.`;
  return send(reply, new RequestProblem(405, message, [], { allow }), errorBody);
}

/** Which methods a path answers to, learnt from the routes as they are added. */
export function collectRoutes(app: FastifyInstance): AllowedMethods {
  const routes: { readonly pattern: RegExp; readonly methods: readonly string[] }[] = [];
  app.addHook('onRoute', ({ url, method }) => {
    const escaped = url.replaceAll('.', '\\.').replaceAll(/:[A-Za-z]+/g, '[^/]+');
    routes.push({ pattern: new RegExp(`^${escaped}$`), methods: Array.isArray(method) ? method : [method] });
  });
  return (path) => [
    ...new Set(routes.filter((route) => route.pattern.test(path)).flatMap((route) => route.methods)),
  ];
}

/** 404 and 405 of the whole service, each in the shape of the protocol that owns the path. */
export function setNotFoundReplies(app: FastifyInstance, allowedMethods: AllowedMethods): void {
  app.setNotFoundHandler((request, reply) => replyNotFound(request, reply, allowedMethods));
}
