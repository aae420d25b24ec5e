import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { problemBody, RequestProblem } from './problem.ts';

function problemOf(code: string): RequestProblem {
  if (code === 'HPE_HEADER_OVERFLOW') return new RequestProblem(431, 'The request’s headers are too large.');
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return new RequestProblem(408, 'The request did not arrive in time.');
  return new RequestProblem(400, 'This is not a valid HTTP request.');
}

/** Answers what never became a request (malformed, too slow, too many headers) in our error shape and hangs up. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const problem = problemOf(error.code ?? '');
  const body = JSON.stringify(problemBody(problem));
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? ''}`,
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    'x-content-type-options: nosniff',
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}
