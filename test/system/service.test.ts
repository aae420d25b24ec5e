import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Agent } from 'node:http';
import { connect } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { createService, openPredictionLog, readLog } from '../../src/serving/index.ts';
import type { ServiceOptions } from '../../src/serving/index.ts';
import { fakeManifest, fakePredictor, fakeRow } from './fakePredictor.ts';
import { ask, constantLoad } from './load.ts';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function folder(): Promise<string> {
  const made = await mkdtemp(path.join(os.tmpdir(), 'aieng-service-'));
  cleanups.push(() => rm(made, { recursive: true, force: true }));
  return made;
}

async function start(
  options: Partial<ServiceOptions> = {},
): Promise<{ url: string; port: number; close: () => Promise<void> }> {
  let ids = 0;
  const service = await createService({
    predictor: fakePredictor(),
    checkGolden: () => [],
    log: null,
    clock: () => 1,
    elapsed: () => performance.now(),
    newId: () => `id-${(ids += 1)}`,
    softwareVersion: 'test',
    ...options,
  });
  cleanups.push(() => service.close());
  const { url, port } = await service.listen({ host: '127.0.0.1', port: 0 });
  return { url, port, close: () => service.close() };
}

const row = JSON.stringify({ features: fakeRow });

function raw(port: number, text: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    socket.on('data', (chunk) => (answer += chunk.toString('latin1')));
    socket.on('close', () => resolve(answer));
    socket.on('error', () => resolve(answer));
  });
}

/** `aieng serve` with the fake model, as a process that can be killed. */
async function startProcess(): Promise<{ child: ChildProcess; url: string; logFolder: string }> {
  const logFolder = await folder();
  const bundle = await folder();
  await writeFile(path.join(bundle, 'manifest.json'), JSON.stringify(fakeManifest));
  const script = fileURLToPath(new URL('fakeServe.ts', import.meta.url));
  const child = spawn(
    process.execPath,
    [
      '--import',
      import.meta.resolve('tsx'),
      script,
      bundle,
      '--log-folder',
      logFolder,
      '--instance',
      'a',
      '--announce',
    ],
    { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] },
  );
  const port = await new Promise<number>((resolve) => {
    child.once('message', (message: { port: number }) => resolve(message.port));
  });
  return { child, url: `http://127.0.0.1:${port}`, logFolder };
}

describe('service against the world', () => {
  it('gives a 10 MB body its 413 on a connection that goes on', async () => {
    const { url } = await start();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const refused = await ask(`${url}/predict`, { body: 'x'.repeat(10_000_000), agent });
    expect(refused.status).toBe(413);
    expect(JSON.parse(refused.body)).toMatchObject({ status: 'error', details: [] });
    expect((await ask(`${url}/predict`, { body: row, agent })).status).toBe(200);
    agent.destroy();
  });

  it('hangs up on a body without end once it has been told that it is too large', async () => {
    const { url, port } = await start();
    const socket = connect(port, '127.0.0.1');
    const closed = new Promise<void>((resolve) => void socket.once('close', () => resolve()));
    let answer = '';
    socket.on('error', () => undefined).on('data', (chunk: Buffer) => (answer += chunk.toString()));
    const head =
      'POST /predict HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n';
    const chunk = Buffer.from(`10000\r\n${'x'.repeat(0x10000)}\r\n`);
    socket.write(head);
    const send = (): void => {
      while (!socket.destroyed && socket.write(chunk));
    };
    socket.on('drain', send);
    send();
    await closed;
    expect(answer).toMatch(/^HTTP\/1\.1 413/);
    expect((await ask(`${url}/predict`, { body: row })).status).toBe(200);
  });

  it('hangs up on those who never finish a request, and serves the others meanwhile', async () => {
    const { url, port } = await start({ requestTimeoutMs: 300 });
    const slow = raw(
      port,
      'POST /predict HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"fea',
    );
    const slower = raw(port, 'POST /predict HTTP/1.1\r\nHost: 127.0.0.1\r\nX-A:');
    expect((await ask(`${url}/predict`, { body: row })).status).toBe(200);
    expect(await slow).toMatch(/^HTTP\/1\.1 408/);
    expect(await slower).toMatch(/^HTTP\/1\.1 408/);
  });

  it('survives garbage, header floods and smuggling', async () => {
    const { url, port } = await start();
    expect(await raw(port, '\x16\x03\x01\x02\x00\x01\x00\r\n\r\n')).toMatch(
      /^HTTP\/1\.1 400 [\s\S]*"status":"error"/,
    );
    const flood = Array.from({ length: 3000 }, (_, i) => `X-${i}: ${i}`).join('\r\n');
    expect(await raw(port, `GET /health/live HTTP/1.1\r\nHost: a\r\n${flood}\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 431/,
    );
    const both =
      'POST /predict HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n';
    expect(await raw(port, both)).toMatch(/^HTTP\/1\.1 400/);
    expect((await ask(`${url}/predict`, { body: row })).status).toBe(200);
  });

  it('answers what is in flight when it is closed, and has logged every answer', async () => {
    const logFolder = await folder();
    const { url, close } = await start({
      log: openPredictionLog({ folder: path.join(logFolder, 'one'), aieng: 'test' }),
    });
    const load = constantLoad(`${url}/predict`, row, 8);
    await expect.poll(async () => (await readLog(logFolder)).predictions.length).toBeGreaterThan(50);
    await close();
    const { statuses } = await load.stop();
    // After the end nobody listens (0); no answer was an error, and none that was given is missing in the log.
    expect([...statuses.keys()].filter((status) => status !== 0)).toEqual([200]);
    const { predictions, torn } = await readLog(logFolder);
    expect(torn).toBe(0);
    expect(predictions.length).toBe(statuses.get(200));
  });

  it('loses at most the last moment of the log when it is killed', async () => {
    const { child, url, logFolder } = await startProcess();
    const early = await ask(`${url}/predict`, { body: row });
    await expect.poll(async () => (await readLog(logFolder)).predictions.length).toBe(1);
    const load = constantLoad(`${url}/predict`, row, 4);
    await expect.poll(async () => (await readLog(logFolder)).predictions.length).toBeGreaterThan(20);
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('exit', resolve));
    const answered = ((await load.stop()).statuses.get(200) ?? 0) + 1;
    const { predictions } = await readLog(logFolder);
    expect(predictions[0]!.id).toBe(JSON.parse(early.body).id);
    expect(predictions.length).toBeGreaterThan(20);
    expect(predictions.length).toBeLessThanOrEqual(answered + 4);
  });

  it('has every label on the disk that it said it took, whenever it is killed', async () => {
    for (let round = 0; round < 4; round += 1) {
      const { child, url, logFolder } = await startProcess();
      const taken: string[] = [];
      const send = async (sender: number): Promise<void> => {
        for (let n = 0; child.exitCode === null && child.signalCode === null; n += 1) {
          const id = `${sender}-${n}`;
          const { status } = await ask(`${url}/feedback`, { body: JSON.stringify({ id, label: 'Yes' }) });
          if (status !== 200) return;
          taken.push(id);
        }
      };
      const senders = Promise.all([0, 1, 2, 3, 4, 5, 6, 7].map(send));
      await expect
        .poll(() => taken.length, { interval: 1, timeout: 20_000 })
        .toBeGreaterThan(20 + 30 * round);
      child.kill('SIGKILL');
      await senders;
      const kept = new Set((await readLog(logFolder)).labels.map(({ id }) => id));
      expect(taken.filter((id) => !kept.has(id))).toEqual([]);
    }
  });
});
