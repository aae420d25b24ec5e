import type { RowIssue } from '../inference/prediction.ts';

/** What an answer names of a request that failed at most this many times, so that a bad batch gets a small answer. */
const maxDetails = 100;

/**
 * Why a request gets no answer: an HTTP status and words for the caller. Each protocol writes it in its own error
 * shape; it never holds anything of the inside (stack, path, host).
 */
export class RequestProblem extends Error {
  readonly status: number;
  readonly details: readonly RowIssue[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    message: string,
    details: readonly RowIssue[] = [],
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.name = 'RequestProblem';
    this.status = status;
    this.details = details.slice(0, maxDetails);
    this.headers = headers;
  }
}

/** The request cannot be understood or its rows cannot be predicted: 400. */
export const badRequest = (message: string, details: readonly RowIssue[] = []): RequestProblem =>
  new RequestProblem(400, message, details);

/** One thing is wrong at one place of the body: 400 with a single detail. */
export const badField = (path: string, message: string): RequestProblem =>
  badRequest(`Bad input at ${path === '' ? 'the top of the body' : path}: ${message}`, [{ path, message }]);

/** Rows that the row check refused: 400 with every issue, the first one in the message. */
export function badRows(issues: readonly RowIssue[]): RequestProblem {
  const [first] = issues;
  if (first === undefined) return badRequest('Bad input.');
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : '';
  return badRequest(`Bad input at ${first.path}: ${first.message}${more}`, issues);
}

/** A body over the limit: 413. */
export const bodyTooLarge = (limitBytes: number): RequestProblem =>
  new RequestProblem(
    413,
    `The body is larger than ${limitBytes} bytes; send fewer rows in a request, or predict a file with \`aieng predict\`.`,
  );

/** More work than is bounded: 503, to be repeated after a while. */
export const overloaded = (message: string): RequestProblem =>
  new RequestProblem(503, message, [], { 'retry-after': '1' });

/** One for all: it is said most where there is least time to make it. */
export const tooMany: RequestProblem = overloaded(
  'More requests come than can be answered right now; try again in a second.',
);

/** The error shape of aieng's own routes. */
export function problemBody(problem: RequestProblem): {
  error: string;
  status: 'error';
  details: readonly RowIssue[];
} {
  return { error: problem.message, status: 'error', details: problem.details };
}
