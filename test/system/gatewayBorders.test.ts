import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createGateway } from '../../src/serving/index.ts';
import { backend, cleanUp, cleanups, raw, start, versioned } from './gatewayHarness.ts';
import { ask } from './load.ts';

afterEach(cleanUp);

describe('the limits of the gateway, from both sides', () => {
  it('a body of exactly the limit passes, one byte more does not', async () => {
    const { gateway, url } = await start({ bodyLimitBytes: () => 1000 });
    await gateway.switchTo(await backend(versioned(1)), 100);
    expect((await ask(url, { body: 'x'.repeat(1000) })).status).toBe(200);
    expect((await ask(url, { body: 'x'.repeat(1001) })).status).toBe(413);
  });

  it('asks for the limit at every request: a switch may bring another one', async () => {
    let limit = 1000;
    const { gateway, url } = await start({ bodyLimitBytes: () => limit });
    await gateway.switchTo(await backend(versioned(1)), 100);
    expect((await ask(url, { body: 'x'.repeat(1500) })).status).toBe(413);
    limit = 2000;
    expect((await ask(url, { body: 'x'.repeat(1500) })).status).toBe(200);
  });

  it('so many requests wait for a backend, and the next one is refused at once', async () => {
    const { gateway, url } = await start({ maxWaiting: 3, holdMs: 60_000 });
    const waiting = [1, 2, 3].map(() => ask(url, { body: '{}' }));
    await expect.poll(() => gateway.inFlight()).toBe(3);
    const refused = await fetch(url, { method: 'POST', body: '{}' });
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('1');
    await gateway.switchTo(await backend(versioned(1)), 100);
    expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual([200, 200, 200]);
  });

  it('a backend that resets everything is asked twice, not for ever', async () => {
    const { gateway, url } = await start();
    let asked = 0;
    const resetting = await backend((request) => {
      asked += 1;
      request.socket.resetAndDestroy();
    });
    await gateway.switchTo(resetting, 100);
    expect((await ask(url)).status).toBe(502);
    expect(asked).toBe(2);
    // What is not a reading method may have been begun: it is not sent again.
    expect((await ask(url, { body: '{}' })).status).toBe(502);
    expect(asked).toBe(3);
  });

  it('while an address is closed, each answer ends its connection', async () => {
    const gateway = createGateway({ newId: () => 'id', bodyLimitBytes: () => 1000 });
    const binding = await gateway.bind({ host: '127.0.0.1', port: 0 });
    let answer: (() => void) | undefined;
    const slow = await backend((request, response) => {
      request.resume();
      if (answer === undefined) answer = () => response.end('{"model":{"version":1}}');
      else response.end('{"model":{"version":1}}');
    });
    await gateway.switchTo(slow, 100);
    let text = '';
    let ended = false;
    const socket = connect(binding.port, '127.0.0.1');
    cleanups.push(async () => void socket.destroy());
    socket.on('data', (chunk) => (text += chunk.toString('latin1')));
    socket.on('close', () => (ended = true));
    socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
    // In flight before the backend has it.
    await expect.poll(() => answer !== undefined).toBe(true);
    const closed = binding.close(10_000);
    answer?.();
    await closed;
    await expect.poll(() => ended).toBe(true);
    expect(text).toContain('HTTP/1.1 200');
    // So that a caller does not send the next request into a connection that is about to be closed.
    expect(text.toLowerCase()).toContain('connection: close');
    expect(await raw(binding.port, 'GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n')).toBe('');
  });
});
