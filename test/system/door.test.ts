import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { request as plain } from 'node:http';
import type { RequestOptions } from 'node:https';
import { request as secure } from 'node:https';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Wish } from '../../src/deployment/target.ts';
import { supervisedMetrics, supervisedStatus } from '../../src/deployment/targets/supervised/client.ts';
import { Supervision } from '../../src/deployment/targets/supervised/supervision.ts';
import { serveControl } from '../../src/deployment/targets/supervised/controlServer.ts';
import { controlPath } from '../../src/deployment/targets/supervised/controlPath.ts';
import { readEnvironment } from '../../src/environment/index.ts';
import { createGateway, heldSockets } from '../../src/serving/index.ts';
import { localhost, renewed } from '../../src/serving/listening/certificates.fixture.ts';
import { fakeBody, fakeWish, runHere } from './fakeWish.ts';

// The way in of a deployment that is no plain port: TLS, and a socket of the file system; by workers and by the gateway.

const environment = readEnvironment({ variables: process.env, cwd: process.cwd() });
const workers = { workers: 1, gateway: false, durable: false };
const gateway = { ...workers, gateway: true };

let root = '';
let supervision: Supervision;
let closeControl: () => void = () => undefined;
beforeAll(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'aieng-door-'));
  for (const [name, { cert, key }] of Object.entries({ one: localhost, two: renewed })) {
    await writeFile(path.join(root, `${name}.pem`), cert);
    await writeFile(path.join(root, `${name}.key`), key, { mode: 0o600 });
  }
  supervision = new Supervision({
    config: { name: 'churn', logFolder: path.join(root, 'logs') },
    folder: root,
    environment,
    createGateway,
    sockets: heldSockets,
    note: () => undefined,
  });
  const control = await serveControl(await controlPath(root), {
    'GET /status': async () => supervision.state(),
  });
  closeControl = () => void control.close();
});
afterAll(async () => {
  await supervision.stop();
  closeControl();
  await rm(root, { recursive: true, force: true });
});

let version = 0;
async function bring(change: Partial<Wish>) {
  version += 1;
  const wish = { ...(await fakeWish(root, version)), drainMs: 3000, ...change };
  const backend = { kind: 'process', serveCommand: runHere('fakeServe.ts') } as const;
  return supervision.switch({ wish, backend }, () => undefined, new AbortController().signal);
}
const tls = (name: string) => ({
  certificate: path.join(root, `${name}.pem`),
  key: path.join(root, `${name}.key`),
});

/** The version that answers, or why nobody does. */
function predict(options: RequestOptions): Promise<number | string> {
  const send = options.ca === undefined ? plain : secure;
  const headers = { 'content-type': 'application/json', host: 'localhost' };
  return new Promise((resolve) => {
    send({ path: '/predict', method: 'POST', headers, agent: false, ...options }, (answer) => {
      let text = '';
      answer.on('data', (chunk: Buffer) => (text += chunk.toString()));
      answer.on('end', () => resolve((JSON.parse(text) as { model: { version: number } }).model.version));
    })
      .on('error', (error) => resolve(error.message))
      .end(fakeBody);
  });
}

/** What `aieng status` and `aieng monitor` see of it. */
async function seen(): Promise<{ url: string | null; predictions: boolean }> {
  const context = {
    environment,
    folder: root,
    logFolder: path.join(root, 'logs'),
    signal: new AbortController().signal,
  } as unknown as Parameters<typeof supervisedStatus>[2];
  const { url } = await supervisedStatus('churn', 'local', context);
  const metrics = await supervisedMetrics('churn', context);
  return { url, predictions: metrics?.includes('aieng_predictions_total') ?? false };
}

describe('TLS', () => {
  it('is begun and changed by workers at the same port, each with the certificate that it was started with', async () => {
    const { port } = await bring({ processes: workers });
    expect(await predict({ host: '127.0.0.1', port })).toBe(1);
    await bring({ processes: workers, port: port ?? 0, tls: tls('one') });
    expect(await predict({ host: '127.0.0.1', port, ca: localhost.cert })).toBe(2);
    expect(await predict({ host: '127.0.0.1', port })).not.toBe(2);
    expect(await seen()).toEqual({ url: `https://127.0.0.1:${port}`, predictions: true });
    await bring({ processes: workers, port: port ?? 0, tls: tls('two') });
    expect(await predict({ host: '127.0.0.1', port, ca: renewed.cert })).toBe(3);
    const bad = bring({ processes: workers, port: port ?? 0, tls: { ...tls('one'), key: tls('two').key } });
    await expect(bad).rejects.toMatchObject({ exitCode: 6 });
    expect(await predict({ host: '127.0.0.1', port, ca: renewed.cert })).toBe(3);
  });

  it('is met by the gateway, which does not change it where it listens', async () => {
    const { port } = await bring({ processes: gateway, tls: tls('one') });
    const before = version;
    expect(await predict({ host: '127.0.0.1', port, ca: localhost.cert })).toBe(before);
    await expect(bring({ processes: gateway, port: port ?? 0 })).rejects.toMatchObject({
      code: 'gateway-tls-changes',
    });
    expect(await predict({ host: '127.0.0.1', port, ca: localhost.cert })).toBe(before);
    expect(await seen()).toEqual({ url: `https://127.0.0.1:${port}`, predictions: true });
  });
});

describe('a socket of the file system', () => {
  it('is handed from workers to the gateway and back, and is gone in the end', async () => {
    const socketPath = path.join(root, 'churn.sock');
    const host = `unix:${socketPath}`;
    for (const processes of [workers, gateway, workers]) {
      expect(await bring({ host, port: 0, processes })).toMatchObject({ host, state: 'running' });
      expect(await predict({ socketPath })).toBe(version);
      expect((await stat(socketPath)).mode & 0o777).toBe(0o600);
    }
    expect(await seen()).toEqual({ url: host, predictions: true });
    await supervision.stop();
    expect(await predict({ socketPath })).toContain('ENOENT');
  });
});
