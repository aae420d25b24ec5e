import type { ServerResponse } from 'node:http';

/**
 * Ends a response, whose head is said, with its whole body. Head and body are one text, which Node writes as it is: ended
 * with the body, they would be a list of two texts, which is copied first.
 *
 * @param encoding `latin1` where each character is a byte: it costs least
 */
export function endInOnePiece(response: ServerResponse, body: string, encoding: 'latin1' | 'utf8'): void {
  response.cork();
  response.write(body, encoding);
  response.uncork();
  response.end();
}
