import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { answerHeaders, requestHead } from './gatewayHeaders.ts';

function request(method: string, rawHeaders: string[]): IncomingMessage {
  const message = new IncomingMessage(new Socket());
  message.method = method;
  message.rawHeaders = rawHeaders;
  return message;
}

const newId = (): string => 'new';

describe('answerHeaders', () => {
  it('keeps what is for the other end and drops what is for the hop', () => {
    expect(
      answerHeaders(
        [
          ...['X-Private', '1', 'Connection', 'keep-alive, X-Private', 'Keep-Alive', 'timeout=5'],
          ...[
            'connection',
            'X-Also',
            'x-also',
            '2',
            'Transfer-Encoding',
            'chunked',
            'X-Aieng-Probe',
            'token',
          ],
          ...['Set-Cookie', 'a=1', 'Set-Cookie', 'b=2', 'X-Request-Id', 'other', 'content-type', 'text/csv'],
        ],
        'mine',
      ),
    ).toEqual([
      ...['Set-Cookie', 'a=1', 'Set-Cookie', 'b=2', 'content-type', 'text/csv', 'x-request-id', 'mine'],
    ]);
  });
});

describe('requestHead', () => {
  it('says who asked and how long the body is, whatever the caller says of it', () => {
    const { id, length, headers } = requestHead(
      request('POST', [
        ...['Host', 'example', 'Host', 'second', 'Expect', '100-continue', 'Content-Length', '12'],
        ...['X-Forwarded-For', '10.0.0.1', 'x-forwarded-for', '10.0.0.2', 'X-Forwarded-Proto', 'https'],
        ...['X-Forwarded-Host', 'elsewhere', 'X-Request-Id', 'mine-1', 'X-Kept', 'yes'],
      ]),
      newId,
    );
    expect({ id, length }).toEqual({ id: 'mine-1', length: 12 });
    expect(headers).toEqual([
      ...['X-Kept', 'yes', 'host', 'example', 'x-forwarded-for', '10.0.0.1, 10.0.0.2, unknown'],
      ...['x-forwarded-proto', 'http', 'x-forwarded-host', 'example', 'x-request-id', 'mine-1'],
      ...['content-length', '12'],
    ]);
  });

  it.each([
    ['POST', [], 0, ['content-length', '0']],
    ['PUT', [], 0, ['content-length', '0']],
    ['GET', [], 0, []],
    ['GET', ['Content-Length', '3'], 3, ['content-length', '3']],
    ['GET', ['Transfer-Encoding', 'chunked'], null, ['transfer-encoding', 'chunked']],
    ['POST', ['Transfer-Encoding', 'gzip, chunked'], null, ['transfer-encoding', 'chunked']],
  ])('frames the body of %s with %j', (method, raw, length, framing) => {
    const head = requestHead(request(method, raw), newId);
    expect(head.length).toBe(length);
    expect(head.headers.slice(10)).toEqual(framing);
  });

  it.each([[[]], [['X-Request-Id', 'a b']], [['X-Request-Id', 'a', 'x-request-id', 'b']]])(
    'makes an id where %j has no sane one',
    (raw) => {
      expect(requestHead(request('GET', raw), newId).id).toBe('new');
    },
  );
});
