import fc from 'fast-check';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { createHeadReader } from './rawRequest.ts';

const read = (text: string): ReturnType<ReturnType<typeof createHeadReader>> =>
  createHeadReader()(Buffer.from(text, 'latin1'));

describe('createHeadReader', () => {
  it('reads a plain head, and the same one again by comparing', () => {
    const reader = createHeadReader();
    const head = 'POST /predict HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nX-Request-Id:  7 \r\n\r\n';
    const expected = {
      method: 'POST',
      path: '/predict',
      headers: { host: 'a', 'content-length': '2', 'x-request-id': '7' },
      headBytes: head.length,
    };
    const first = reader(Buffer.from(`${head}{}`));
    expect(first).toEqual(expected);
    expect(reader(Buffer.from(`${head}[]`))).toBe(first);
    expect(reader(Buffer.from(`${head.replace('a', 'b')}[]`))?.headers.host).toBe('b');
    expect(reader(Buffer.from(head.slice(0, -2)))).toBeNull();
  });

  it('says nothing but what HTTP says', async () => {
    const seen: IncomingMessage[] = [];
    let bytes = 0;
    const server = createServer((request, response) => {
      seen.push(request);
      bytes = 0;
      request.on('data', (chunk: Buffer) => (bytes += chunk.length));
      request.on('end', () => response.setHeader('connection', 'close').end());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const name = fc.constantFrom(
      'Host',
      'content-length',
      'Content-Length',
      'X-A',
      'connection',
      'te',
      'Transfer-Encoding',
      'X\tB',
      '',
      'constructor',
      '__proto__',
    );
    const value = fc.constantFrom(
      'a',
      '3',
      '03',
      '+3',
      '3, 3',
      '',
      'keep-alive',
      'chunked',
      'a\nContent-Length: 9',
      'a\rb',
      '\u00e9',
      'a\r\n b',
    );
    const separator = fc.constantFrom(':', ': ', ':\t', ' :', '');
    const line = fc.tuple(name, separator, value).map((parts) => parts.join(''));
    const first = fc.constantFrom(
      'POST /p HTTP/1.1',
      'POST  /p HTTP/1.1',
      'POST /p HTTP/1.0',
      'post /p HTTP/1.1',
      'POST p HTTP/1.1',
    );
    const end = fc.constantFrom('\r\n', '\r\n', '\n');
    const plain = fc.constant('Host: a\r\nContent-Length: 3');
    let plainOnes = 0;
    await fc.assert(
      fc.asyncProperty(
        first,
        fc.array(line, { maxLength: 2 }),
        end,
        plain,
        async (begin, lines, between, rest) => {
          const message = `${[begin, ...lines, rest].join(between)}\r\n\r\nabc`;
          const request = read(message);
          if (request === null) return;
          plainOnes += 1;
          seen.length = 0;
          const socket = connect(port, '127.0.0.1');
          socket.end(message, 'latin1');
          await once(socket.resume(), 'close');
          expect(seen[0]?.url).toBe(request.path);
          expect({ ...seen[0]?.headers }).toEqual(request.headers);
          expect(seen).toHaveLength(1);
          expect(bytes).toBe(message.length - request.headBytes);
        },
      ),
      { numRuns: 1500, seed: 62 },
    );
    expect(plainOnes).toBeGreaterThan(40);
    await new Promise((resolve) => server.close(resolve));
  });
});
