import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import type { Server } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { deployError } from '../../../errors.ts';
import { askSupervisor } from './controlClient.ts';
import { serveControl } from './controlServer.ts';
import type { Command } from './controlServer.ts';

let folder = '';
let socketPath = '';
let server: Server | undefined;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'aieng-control-'));
  socketPath = path.join(folder, 'control.sock');
});
afterEach(async () => {
  vi.useRealTimers();
  server?.closeAllConnections();
  server?.close();
  await rm(folder, { recursive: true, force: true });
});

async function serve(command: Command): Promise<Server> {
  server = await serveControl(socketPath, { 'POST /work': command });
  return server;
}
const question = { method: 'POST', path: '/work', timeoutMs: 600_000 } as const;

describe.skipIf(process.platform === 'win32')('the control channel', () => {
  it('gives what came out, with the progress on the way, and the error as it was thrown', async () => {
    const told: string[] = [];
    await serve(async (body, progress) => {
      progress('half');
      return { body };
    });
    const asked = { ...question, body: { one: 1 }, onProgress: (text: string) => void told.push(text) };
    expect(await askSupervisor(socketPath, asked)).toEqual({ body: { one: 1 } });
    expect(told).toEqual(['half']);
    server?.close();
    await serve(() => Promise.reject(deployError({ code: 'no', message: 'No.', hint: 'Yes.' })));
    await expect(askSupervisor(socketPath, question)).rejects.toMatchObject({ code: 'no', exitCode: 6 });
  });

  it('says while a command works that it does, so that its asker does not take it for lost', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    await serve(() => {
      vi.advanceTimersByTime(3000);
      return Promise.resolve('done');
    });
    const text = await new Promise<string>((resolve, reject) => {
      const asked = request({ socketPath, method: 'POST', path: '/work', agent: false }, (answer) => {
        let all = '';
        answer.setEncoding('utf8');
        answer.on('data', (chunk: string) => (all += chunk));
        answer.on('end', () => resolve(all));
      });
      asked.on('error', reject);
      asked.end();
    });
    expect(text).toBe(`${'{"working":true}\n'.repeat(3)}{"result":"done"}\n`);
  });

  it('loses no command with a connection that was kept from an earlier one and closes just then', async () => {
    const served = await serve(() => Promise.resolve('done'));
    for (let time = 0; time < 3; time += 1) {
      expect(await askSupervisor(socketPath, question)).toBe('done');
      served.closeIdleConnections();
    }
  });
});
