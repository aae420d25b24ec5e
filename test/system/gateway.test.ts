import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { backend, cleanUp, close, raw, start, versioned } from './gatewayHarness.ts';
import { ask, constantLoad } from './load.ts';

afterEach(cleanUp);

describe('gateway', () => {
  it('loses no request while it switches back and forth under load', async () => {
    const { gateway, url } = await start();
    const backends = [await backend(versioned(1, 2)), await backend(versioned(2, 2))];
    await gateway.switchTo(backends[0]!, 1000);
    const load = constantLoad(url, '{"a":1}', 16);
    for (let turn = 1; turn <= 10; turn += 1) {
      const drained = await gateway.switchTo(backends[turn % 2]!, 5000);
      expect(drained.abandoned).toBe(0);
      const before = load.answered();
      await expect.poll(() => load.answered(), { timeout: 20_000 }).toBeGreaterThan(before + 50);
    }
    const result = await load.stop();
    expect([...result.statuses.keys()]).toEqual([200]);
    expect(result.versions).toEqual(new Set([1, 2]));
  });

  it('lets the old backend finish what it has begun, and gives up after the drain time', async () => {
    const { gateway, url } = await start();
    const slow = await backend(versioned(1, 400));
    const fast = await backend(versioned(2));
    await gateway.switchTo(slow, 1000);
    const begun = ask(url, { body: '{}' });
    await expect.poll(() => gateway.inFlight()).toBe(1);
    const drained = gateway.switchTo(fast, 5000);
    expect(JSON.parse((await ask(url, { body: '{}' })).body)).toEqual({ model: { version: 2 } });
    expect(JSON.parse((await begun).body)).toEqual({ model: { version: 1 } });
    expect(await drained).toEqual({ abandoned: 0 });

    const never = await backend((request) => void request.resume());
    await gateway.switchTo(never, 1000);
    const lost = ask(url, { body: '{}' });
    await expect.poll(() => gateway.inFlight()).toBe(1);
    expect(await gateway.switchTo(fast, 50)).toEqual({ abandoned: 1 });
    expect((await lost).status).toBe(502);
  });

  it('holds requests while there is no backend, and says 503 when none comes', async () => {
    const { gateway, url } = await start({ holdMs: 300 });
    const waiting = ask(url, { body: '{}' });
    await gateway.switchTo(await backend(versioned(1)), 100);
    expect((await waiting).status).toBe(200);
    gateway.suspend();
    const refused = await ask(url, { body: '{}' });
    expect(refused.status).toBe(503);
    expect(JSON.parse(refused.body)).toMatchObject({
      status: 'error',
      error: expect.stringContaining('No model'),
    });
  });

  it('sends again what a dead backend cannot have seen, and 502 for what it may have', async () => {
    const { gateway, url } = await start();
    const first = await backend(versioned(1));
    await gateway.switchTo(first, 100);
    expect((await ask(url, { body: '{}' })).status).toBe(200);
    await close(first.server);
    const retried = ask(url, { body: '{}' });
    // The same port comes back, as after a restart.
    await backend(versioned(2), first.port);
    expect(JSON.parse((await retried).body)).toEqual({ model: { version: 2 } });

    const dying = await backend((request) => void request.socket.destroy());
    await gateway.switchTo(dying, 100);
    const failed = await ask(url, { body: '{}' });
    expect(failed.status).toBe(502);
    expect(JSON.parse(failed.body)).toMatchObject({ status: 'error', details: [] });
  });

  it('does not send again into the last moments of a killed process', async () => {
    const { gateway, url } = await start();
    let requests = 0;
    // As a kill -9 in the middle of a request on a kept connection: it is reset, new connections are still taken by
    // the system and reset, and only then nobody listens any more.
    const dying = await backend((request, response) => {
      requests += 1;
      if (requests === 1) {
        versioned(1)(request, response);
        return;
      }
      dying.server.on('connection', (socket) => socket.resetAndDestroy());
      setTimeout(() => void close(dying.server), 20);
      setTimeout(() => void backend(versioned(2)).then((next) => gateway.switchTo(next, 0)), 100);
      request.socket.resetAndDestroy();
    });
    await gateway.switchTo(dying, 100);
    expect((await ask(url, { body: '{}' })).status).toBe(200);
    expect(JSON.parse((await ask(url, { body: '{}' })).body)).toEqual({ model: { version: 2 } });
    expect(requests).toBe(2);
  });

  it('streams large bodies both ways, of known and unknown length', async () => {
    const { gateway, url } = await start();
    const echo = await backend((request, response) => void request.pipe(response));
    await gateway.switchTo(echo, 100);
    const large = Buffer.alloc(5_000_000, 'abcdefgh').toString();
    expect((await ask(url, { body: large })).body === large).toBe(true);
    const chunks = new ReadableStream({
      start: (controller) => {
        for (let i = 0; i < 50; i += 1)
          controller.enqueue(Buffer.from(large.slice(i * 100_000, (i + 1) * 100_000)));
        controller.close();
      },
    });
    const streamed = await fetch(url, { method: 'POST', body: chunks, duplex: 'half' });
    expect((await streamed.text()) === large).toBe(true);
  });

  it('passes on the refusal of a backend that hangs up before it has read a large body', async () => {
    const { gateway, url } = await start();
    const refusing = await backend((_request, response) => {
      response.writeHead(413, { connection: 'close' }).end('too large');
    });
    await gateway.switchTo(refusing, 100);
    for (let i = 0; i < 10; i += 1) {
      const answer = await ask(url, { body: 'x'.repeat(3_000_000) });
      expect([413, 502]).toContain(answer.status);
    }
    await expect.poll(() => gateway.inFlight()).toBe(0);
  });

  it('refuses a body above the limit so that the caller can read why; the connection goes on', async () => {
    const { gateway, url } = await start({ bodyLimitBytes: () => 1000 });
    await gateway.switchTo(await backend(versioned(1)), 100);
    const refused = await ask(url, { body: 'x'.repeat(10_000_000) });
    expect(refused.status).toBe(413);
    expect(JSON.parse(refused.body).error).toContain('1000 bytes');
    expect((await ask(url, { body: '{}' })).status).toBe(200);
  });

  it('drops headers of the hop, adds who asked and an id, and hides the probe header', async () => {
    const { gateway, url, port } = await start();
    const mirror = await backend((request, response) => {
      response.setHeader('connection', 'x-internal');
      response.setHeader('x-internal', 'secret');
      response.end(JSON.stringify(request.headers));
    });
    await gateway.switchTo(mirror, 100);
    const text = await raw(
      port,
      'GET /a HTTP/1.1\r\nHost: example\r\nConnection: close, X-Hop\r\nX-Hop: 1\r\nTE: trailers\r\nX-Aieng-Probe: t\r\nX-Forwarded-For: 10.0.0.1\r\nX-Request-Id: mine-1\r\nX-Kept: yes\r\n\r\n',
    );
    const seen = JSON.parse(text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1));
    expect(seen).toMatchObject({
      'x-kept': 'yes',
      'x-request-id': 'mine-1',
      'x-forwarded-for': '10.0.0.1, 127.0.0.1',
    });
    for (const name of ['x-hop', 'te', 'x-aieng-probe']) expect(seen).not.toHaveProperty(name);
    const response = await fetch(url);
    expect(response.headers.get('x-internal')).toBeNull();
    expect(response.headers.get('x-request-id')).toMatch(/^gw-/);
  });

  it('survives garbage, and callers that hang up', async () => {
    const { gateway, url, port } = await start();
    await gateway.switchTo(await backend(versioned(1, 50)), 100);
    expect(await raw(port, 'garbage\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 [\s\S]*"status":"error"/);
    expect(await raw(port, `GET / HTTP/1.1\r\nHost: a\r\nX-A: ${'a'.repeat(40_000)}\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 431/,
    );
    expect(await raw(port, 'GET /\xff HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')).toMatch(
      /^HTTP\/1\.1 400/,
    );
    const hangUps = Array.from({ length: 20 }, () => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc');
        socket.destroy();
      });
      return new Promise((resolve) => socket.once('close', resolve));
    });
    await Promise.all(hangUps);
    expect((await ask(url, { body: '{}' })).status).toBe(200);
    await expect.poll(() => gateway.inFlight()).toBe(0);
  });

  it('adds its own figures to those of the backend', async () => {
    const { gateway, url } = await start();
    const metrics = await backend((_request, response) => void response.end('backend_total 5\n'));
    await gateway.switchTo(metrics, 100);
    const { body } = await ask(`${url}/metrics`);
    expect(body).toMatch(/^backend_total 5\n/);
    expect(body).toContain('aieng_gateway_switches_total 1');
    gateway.suspend();
    expect((await ask(`${url}/metrics`)).status).toBe(200);
  });
});
