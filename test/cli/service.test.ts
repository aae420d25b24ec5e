import {
  appendFileSync,
  copyFileSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Parsed } from './support.ts';
import { bin, fixture, runCli, schemaErrors } from './support.ts';

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

describe('a deployment from the first version to its end', () => {
  let cwd = '';

  /** Runs a command with --json; its output must follow its schema. */
  async function said(verb: string, ...args: readonly string[]): Promise<Parsed> {
    const { json, stderr } = await runCli([verb, ...args, '--json'], { cwd });
    expect([verb, json === undefined ? stderr : '']).toEqual([verb, '']);
    expect([verb, ...schemaErrors(verb, json)]).toEqual([verb]);
    return json;
  }

  beforeAll(async () => {
    cwd = realpathSync(mkdtempSync(join(tmpdir(), 'aieng-service-')));
    copyFileSync(fixture('penguins.csv'), join(cwd, 'penguins.csv'));
    expect((await said('init', '--from', 'penguins.csv', '--label', 'species')).exitCode).toBe(0);
    const file = join(cwd, 'pipelines', 'penguins.yaml');
    const port = `port: ${await freePort()}`;
    writeFileSync(file, readFileSync(file, 'utf8').replace('port: 8080', port));
    expect((await said('run')).version).toBe(1);
  });
  afterAll(async () => {
    await runCli(['stop', 'penguins'], { cwd });
    rmSync(cwd, { recursive: true, force: true });
  });

  it('deploy, status, monitor, retrain, a second version, rollback, stop: each by its schema', async () => {
    const first = await said('deploy');
    expect(first).toMatchObject({
      ok: true,
      result: { version: 1, applied: { status: { state: 'running' } } },
    });
    const url = new URL(first.result.applied.status.url);
    expect((await said('status')).result.deployments[0].status.url).toBe(first.result.applied.status.url);
    expect((await said('monitor')).result.decision).toBe('not enough data');
    expect(await said('retrain', '--wait', '0')).toMatchObject({ ok: true, result: { deployed: null } });
    expect(await said('rollback')).toMatchObject({ ok: false, exitCode: 2 });

    appendFileSync(join(cwd, 'pipelines', 'penguins.yaml'), 'model:\n  family: linear\n  seed: 7\n');
    const second = await said('run', '--to', 'deploy');
    expect(second).toMatchObject({ version: 2, result: { deploy: { previousVersion: 1 } } });
    const live = await fetch(new URL('/health/ready', url));
    expect(live.status).toBe(200);
    expect(await said('rollback')).toMatchObject({ ok: true, result: { from: 2, to: 1 } });
    expect(await said('stop')).toMatchObject({ ok: true, result: { wasRunning: true } });
    // What was stopped was meant to stop: no alarm.
    expect(await said('status')).toMatchObject({ ok: true, exitCode: 0 });
  });

  it('serve answers until it is asked to stop, and ends with 0 and one object', async () => {
    const child = execa(process.execPath, [bin, 'serve', 'penguins@1', '--port', '0', '--json'], {
      cwd,
      reject: false,
    });
    const address = await new Promise<string>((found, lost) => {
      let text = '';
      child.stderr.on('data', (chunk: Buffer) => {
        text += chunk.toString();
        const url = /answers at (\S+)/.exec(text)?.[1];
        if (url !== undefined) found(url);
      });
      void child.then(({ exitCode }) => lost(new Error(`ended with ${exitCode ?? ''}: ${text}`)));
    });
    expect((await fetch(new URL('/health/ready', address))).status).toBe(200);
    child.kill('SIGTERM');
    const { exitCode, stdout } = await child;
    expect(exitCode).toBe(0);
    expect(schemaErrors('serve', JSON.parse(stdout))).toEqual([]);
  });
});
