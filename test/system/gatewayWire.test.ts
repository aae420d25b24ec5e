import { createServer as createTcpServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { backend, cleanUp, cleanups, portOf, raw, start, versioned } from './gatewayHarness.ts';
import { ask } from './load.ts';

afterEach(cleanUp);

describe('gateway on the wire', () => {
  it('frames what it forwards: a chunked GET cannot carry a second request', async () => {
    const { gateway, port } = await start();
    const seen: string[] = [];
    const target = await backend((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        seen.push(`${request.method} ${request.url} ${JSON.stringify(body)}`);
        response.end('ok');
      });
    });
    await gateway.switchTo(target, 100);
    const hidden = 'POST /hidden HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n';
    const chunked = `Transfer-Encoding: chunked\r\n\r\n${hidden.length.toString(16)}\r\n${hidden}\r\n0\r\n\r\n`;
    await raw(port, `GET /open HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${chunked}`);
    await raw(port, `PUT /empty HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
    expect(seen).toEqual([`GET /open ${JSON.stringify(hidden)}`, 'PUT /empty ""']);
  });

  it('passes answers on byte by byte, with and without a body', async () => {
    const { gateway, port } = await start();
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
    const target = await backend((request, response) => {
      const status = Number(request.url?.slice(1));
      response.writeHead(status, status === 200 ? { 'content-length': 256, 'set-cookie': ['a', 'b'] } : {});
      response.end(status === 200 ? bytes : undefined);
    });
    await gateway.switchTo(target, 100);
    const say = (line: string): Promise<string> =>
      raw(port, `${line} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
    const whole = await say('GET /200');
    expect(whole.endsWith(`\r\n\r\n${bytes.toString('latin1')}`)).toBe(true);
    expect(whole.match(/set-cookie: [ab]\r\n/gi)).toHaveLength(2);
    expect(await say('HEAD /200')).toMatch(
      /^HTTP\/1\.1 200 OK\r\n[\s\S]*content-length: 256[\s\S]*\r\n\r\n$/i,
    );
    for (const status of [204, 304])
      expect(await say(`GET /${status}`)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} [^\\0]*\r\n\r\n$`));
  });

  it('refuses with 504 a silent backend, with 502 a small answer that breaks off', async () => {
    const { gateway, url } = await start({ answerTimeoutMs: 200 });
    const target = await backend((request, response) => {
      request.resume();
      if (request.url === '/quick') response.end('{}');
      if (request.url === '/breaks' || request.url === '/stalls')
        response.writeHead(200, { 'content-length': 10 }).write('12345');
      if (request.url === '/breaks') setTimeout(() => request.socket.destroy(), 20);
    });
    await gateway.switchTo(target, 100);
    expect((await ask(`${url}/silent`, { body: '{}' })).status).toBe(504);
    // Once more on a connection that was used before.
    expect((await ask(`${url}/quick`, { body: '{}' })).status).toBe(200);
    expect((await ask(`${url}/silent`, { body: '{}' })).status).toBe(504);
    for (const path of ['breaks', 'stalls']) {
      const broken = await ask(`${url}/${path}`, { body: '{}' });
      expect(broken.status, path).toBe(502);
      expect(JSON.parse(broken.body)).toMatchObject({ status: 'error' });
    }
    expect((await ask(`${url}/quick`, { body: '{}' })).status).toBe(200);
    await expect.poll(() => gateway.inFlight()).toBe(0);
  });

  it.each([
    ['a status that is none', 'HTTP/1.1 099 X\r\nContent-Length: 0\r\n\r\n'],
    ['another protocol', 'HTTP/1.1 101 S\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n'],
    ['garbage', 'garbage\r\n\r\n'],
    ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n12345'],
  ])('survives a backend that answers with %s: 502', async (_, answer) => {
    const { gateway, url } = await start();
    const broken = createTcpServer((socket) => {
      socket.on('error', () => undefined).once('data', () => socket.end(answer));
    });
    await new Promise<void>((resolve) => broken.listen(0, '127.0.0.1', resolve));
    cleanups.push(() => new Promise((resolve) => void broken.close(() => resolve())));
    await gateway.switchTo({ host: '127.0.0.1', port: portOf(broken) }, 100);
    expect((await ask(url, { body: '{}' })).status).toBe(502);
    await gateway.switchTo(await backend(versioned(1)), 100);
    expect((await ask(url, { body: '{}' })).status).toBe(200);
  });

  it('gives a backend its full time on a kept connection, however soon that would hang up', async () => {
    const { gateway, url } = await start({ answerTimeoutMs: 10_000 });
    let connections = 0;
    const target = await backend((request, response) => {
      request.resume();
      setTimeout(() => response.end('{}'), request.url === '/slow' ? 1500 : 0);
    });
    target.server.keepAliveTimeout = 2000;
    target.server.on('connection', () => (connections += 1));
    await gateway.switchTo(target, 100);
    expect((await ask(url, { body: '{}' })).status).toBe(200);
    expect((await ask(`${url}/slow`, { body: '{}' })).status).toBe(200);
    expect(connections).toBe(1);
  });
});
