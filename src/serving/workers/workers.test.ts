import { Agent, createServer, request } from 'node:http';
import type { RequestListener } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { plainSpeech } from '../listening/httpServer.ts';
import { openDoor } from './door.ts';
import type { Door } from './door.ts';
import { heldSockets } from './heldSocket.ts';
import { startLiveness } from './liveness.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const any = { host: '127.0.0.1', port: 0 };

/** A door in the same process: its server gets the descriptor itself, as a child gets its copy. */
async function open(handle: RequestListener): Promise<{ door: Door; port: number }> {
  const held = await heldSockets.hold(any);
  const door = await openDoor(handle, {
    at: { fd: held.fd },
    speech: plainSpeech,
    requestTimeoutMs: 5000,
    keepAliveMs: 5000,
  });
  cleanups.push(() => door.close(0));
  return { door, port: held.port };
}

function ask(port: number, agent?: Agent): Promise<{ status: number; connection: string }> {
  return new Promise((resolve) => {
    const options = { host: '127.0.0.1', port, ...(agent === undefined ? {} : { agent }) };
    request(options, (answer) => {
      answer.resume();
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, connection: answer.headers.connection ?? '' }),
      );
    })
      .on('error', () => resolve({ status: 0, connection: '' }))
      .end();
  });
}

describe('a socket that is held', () => {
  it('refuses callers before somebody listens, and lets them wait after', async () => {
    const held = await heldSockets.hold(any);
    expect(await ask(held.port)).toMatchObject({ status: 0 });
    const server = createServer((_request, response) => void response.end('here'));
    await new Promise<void>((resolve) => void server.listen(held.handle, resolve));
    cleanups.push(() => server.close());
    expect((await ask(held.port)).status).toBe(200);
    expect(heldSockets.adopt(held.handle, 'localhost')).toMatchObject({ host: 'localhost', port: held.port });
  });

  it('says that an address is taken, and names a free one', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    cleanups.push(() => server.close());
    const bound = server.address();
    const port = typeof bound === 'object' && bound !== null ? bound.port : 0;
    await expect(heldSockets.hold({ ...any, port })).rejects.toMatchObject({
      code: 'port-in-use',
      exitCode: 2,
    });
    await expect(heldSockets.hold({ host: '192.0.2.1', port: 0 })).rejects.toMatchObject({ exitCode: 2 });
    expect(() => heldSockets.adopt({}, '')).toThrow(TypeError);
  });
});

describe('the door of a worker', () => {
  it('finishes what it has begun, ends kept connections with their next answer, and takes no other', async () => {
    let release: (() => void) | undefined;
    const { door, port } = await open((incoming, response) => {
      if (incoming.url === '/slow') release = () => void response.end();
      else response.end();
    });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    cleanups.push(() => agent.destroy());
    expect(await ask(port, agent)).toEqual({ status: 200, connection: 'keep-alive' });
    const slow = new Promise<number>((resolve) => {
      request({ host: '127.0.0.1', port, path: '/slow' }, (answer) => {
        answer.resume();
        resolve(answer.statusCode ?? 0);
      }).end();
    });
    await expect.poll(() => release).toBeDefined();
    const closed = door.close(5000);
    expect(await ask(port, agent)).toEqual({ status: 200, connection: 'close' });
    expect((await ask(port)).status).toBe(0);
    release?.();
    expect(await slow).toBe(200);
    expect(await closed).toEqual({ abandoned: 0 });
  });

  it('closes connections that carry nothing after the time it is given, and says what it cut off', async () => {
    const { door, port } = await open(() => undefined);
    const idle = connect(port, '127.0.0.1');
    const hangs = ask(port);
    await expect.poll(() => idle.readyState).toBe('open');
    await new Promise((resolve) => void setTimeout(resolve, 50));
    expect(await door.close(20)).toEqual({ abandoned: 1 });
    expect((await hangs).status).toBe(0);
    idle.destroy();
  });
});

describe('liveness', () => {
  /** Asks from a process that is not blocked: this one is. */
  const age = async (port: number): Promise<{ status: number; body: { beat_age_ms: number } }> => {
    const response = await fetch(`http://127.0.0.1:${port}/health/live`);
    const body = JSON.parse(await response.text()) as { beat_age_ms: number };
    return { status: response.status, body };
  };

  it('answers with the age of the last beat, and no longer well when that is too old', async () => {
    const [patient, strict] = await Promise.all([startLiveness(), startLiveness(1)]);
    cleanups.push(patient.close, strict.close);
    expect(await age(patient.port)).toMatchObject({ status: 200, body: { status: 'live' } });
    const until = performance.now() + 600;
    while (performance.now() < until);
    const { status, body } = await age(strict.port);
    expect(body.beat_age_ms).toBeGreaterThanOrEqual(0);
    expect([200, 503]).toContain(status);
  });
});
