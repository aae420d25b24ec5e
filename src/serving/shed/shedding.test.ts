import { createServer } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createShedding } from './shedding.ts';
import type { Shedding } from './shedding.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const refused = 'HTTP/1.1 503 Service Unavailable\r\ncontent-length: 4\r\n\r\nfull';

interface Started {
  readonly shedding: Shedding;
  /** Whether who comes now is refused. */
  readonly full: { is: boolean };
  /** What HTTP has been asked, by path and body. */
  readonly asked: string[];
  /** Answers that are held back; called in turn. */
  readonly held: (() => void)[];
  readonly send: (text: string) => void;
  /** What has come in answer, once there are so many bytes of it. */
  readonly answers: (bytes: number) => Promise<string>;
}

/** A server of HTTP that sheds, and one connection to it. `POST /held` is answered when the test says so. */
async function start(): Promise<Started> {
  const [asked, held, full]: [string[], (() => void)[], { is: boolean }] = [[], [], { is: false }];
  const shedding = createShedding({
    isFull: () => full.is,
    refusal: ({ path, headers }) =>
      path === '/other' ? null : { bodyBytes: Number(headers['content-length']), answer: () => refused },
  });
  const server = createServer((request, response) => {
    const { socket } = request;
    shedding.began(socket);
    let body = '';
    request.setEncoding('utf8').on('data', (more: string) => (body += more));
    request.on('end', () => {
      asked.push(`${request.method} ${request.url} ${body}`);
      const answer = (): void => {
        response.end(`${body}!`);
        shedding.ended(socket, true);
      };
      if (request.url === '/held') held.push(answer);
      else answer();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => new Promise((resolve) => server.close(resolve)));
  const socket: Socket = connect((server.address() as AddressInfo).port, '127.0.0.1').setNoDelay(true);
  cleanups.push(() => socket.destroy());
  let text = '';
  let heard = (): void => undefined;
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1');
    heard();
  });
  return {
    ...{ shedding, full, asked, held },
    send: (message) => void socket.write(message),
    answers: (bytes) =>
      new Promise((resolve) => {
        heard = () => {
          if (text.length < bytes) return;
          resolve(text);
          text = '';
        };
        heard();
      }),
  };
}

const post = (path: string, body: string, more = ''): string =>
  `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n${more}\r\n${body}`;

/** Asks once by HTTP, after which the connection is watched. */
async function watched(): Promise<Started> {
  const started = await start();
  started.shedding.overload(true);
  started.send(post('/', 'first'));
  expect(await started.answers(20)).toMatch(/^HTTP\/1.1 200.*first!/s);
  return started;
}

describe('createShedding', () => {
  it('refuses what comes on a connection while too much waits, and keeps it', async () => {
    const { full, asked, send, answers } = await watched();
    full.is = true;
    for (let turn = 0; turn < 3; turn += 1) {
      send(post('/', 'again'));
      expect(await answers(20)).toBe(refused);
    }
    full.is = false;
    send(post('/', 'last'));
    expect(await answers(20)).toMatch(/^HTTP\/1.1 200.*last!/s);
    expect(asked).toEqual(['POST / first', 'POST / last']);
  });

  it('refuses nobody before an overload', async () => {
    const { full, send, answers } = await start();
    full.is = true;
    for (const body of ['one', 'two']) {
      send(post('/', body));
      expect(await answers(20)).toMatch(new RegExp(`^HTTP/1.1 200.*${body}!`, 's'));
    }
  });

  it('drops the rest of a body that it refused, and takes what comes after it', async () => {
    const { full, asked, send, answers } = await watched();
    full.is = true;
    const long = 'x'.repeat(1000);
    const message = post('/', long);
    send(message.slice(0, 200));
    expect(await answers(20)).toBe(refused);
    full.is = false;
    send(message.slice(200) + post('/', 'next'));
    expect(await answers(20)).toMatch(/^HTTP\/1.1 200.*next!/s);
    expect(asked).toEqual(['POST / first', 'POST / next']);
  });

  it('lets a body in whose head it let in, however full it becomes', async () => {
    const { full, asked, send, answers } = await watched();
    send(post('/', 'x'.repeat(300)).slice(0, 200));
    await new Promise((resolve) => setTimeout(resolve, 20));
    full.is = true;
    // It looks like a request and is none.
    const rest = post('/', 'y').padEnd(300 - (200 - post('/', 'x'.repeat(300)).indexOf('xxx')), 'z');
    send(rest);
    expect(await answers(300)).toMatch(/^HTTP\/1.1 200/);
    expect(asked).toHaveLength(2);
    expect(asked[1]?.endsWith(rest)).toBe(true);
    send(post('/', 'more'));
    expect(await answers(20)).toBe(refused);
  });

  it('never answers before a request that is still to be answered', async () => {
    const { full, held, asked, send, answers } = await watched();
    send(post('/held', 'slow'));
    while (held.length === 0) await new Promise((resolve) => setImmediate(resolve));
    full.is = true;
    send(post('/', 'quick'));
    while (asked.length < 3) await new Promise((resolve) => setImmediate(resolve));
    held[0]?.();
    expect(await answers(200)).toMatch(/slow!.*quick!/s);
  });

  it.each([
    ['another method', 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['two at once', post('/', 'a') + post('/', 'b')],
    [
      'a body in chunks',
      'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n',
    ],
    ['two lengths', post('/', 'a', 'Content-Length: 1\r\n')],
    ['a folded header', post('/', 'a', 'X: 1\r\n 2\r\n')],
    ['a space before the colon', post('/', 'a', 'X : 1\r\n')],
    ['another version', post('/', 'a').replace('HTTP/1.1', 'HTTP/1.0')],
    ['a connection to be closed', post('/', 'a', 'Connection: close\r\n')],
    ['another path', post('/other', 'a')],
    ['no HTTP', 'hello\r\n\r\n'],
  ])('leaves to HTTP for good: %s', async (_name, message) => {
    const { full, send, answers } = await watched();
    full.is = true;
    send(message);
    expect(await answers(20)).not.toContain('503');
  });

  it('leaves a connection to HTTP that has brought anything unusual', async () => {
    const { full, send, answers } = await watched();
    full.is = true;
    send('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    expect(await answers(20)).toMatch(/^HTTP\/1.1 200/);
    send(post('/', 'now'));
    expect(await answers(20)).toMatch(/^HTTP\/1.1 200.*now!/s);
  });
});
