import type { IncomingHttpHeaders } from 'node:http';
import type { ServiceMetrics } from './metrics.ts';
import { RequestProblem } from './problem.ts';

/** Told of every failure that is our bug; the answer names `id` only. */
export type InternalErrorSink = (id: string, error: unknown) => void;

/** Who is told of failures. */
export interface ErrorContext {
  readonly metrics: ServiceMetrics;
  readonly onInternalError: InternalErrorSink;
}

/** Any thrown thing as the problem that the caller of the request `id` may see. */
export function toProblem(error: unknown, id: string, context: ErrorContext): RequestProblem {
  if (error instanceof RequestProblem) {
    if (error.headers['retry-after'] !== undefined) context.metrics.overloaded();
    return error;
  }
  context.metrics.internalError();
  context.onInternalError(id, error);
  return new RequestProblem(500, `Internal error ${id}. It is recorded in the service’s log under this id.`);
}

/** A compressed body could be any size. */
export function checkEncoding({ 'content-encoding': encoding }: IncomingHttpHeaders): void {
  if (encoding === undefined || encoding === 'identity') return;
  throw new RequestProblem(
    415,
    `Content encoding ${JSON.stringify(encoding.slice(0, 100))} is not understood here; send the body uncompressed.`,
  );
}
