import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Supervision } from '../../src/deployment/targets/supervised/supervision.ts';
import type { Watch } from '../../src/deployment/targets/supervised/generation.ts';
import type { Wish } from '../../src/deployment/target.ts';
import { readEnvironment } from '../../src/environment/index.ts';
import { createGateway, heldSockets } from '../../src/serving/index.ts';
import { fakeBody, fakeWish, runHere } from './fakeWish.ts';
import { ask } from './load.ts';

const serveCommand = runHere('fakeServe.ts');
const environment = readEnvironment({ variables: process.env, cwd: process.cwd() });
const nobody = new AbortController().signal;
const quick: Watch = { liveEveryMs: 150, deafAfter: 3, stableMs: 60_000 };

let root = '';
let notes: string[] = [];
let supervision: Supervision;

function supervise(watch: Watch): void {
  supervision = new Supervision({
    config: { name: 'churn', logFolder: path.join(root, 'logs') },
    folder: root,
    environment,
    createGateway,
    sockets: heldSockets,
    note: (text) => notes.push(text),
    watch,
  });
}

beforeEach(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'aieng-supervision-'));
  notes = [];
});
afterEach(async () => {
  await supervision.stop();
  await rm(root, { recursive: true, force: true });
});

const wishFor = async (version: number, fault?: string): Promise<Wish> => ({
  ...(await fakeWish(root, version, fault)),
  drainMs: 5000,
});
const bring = async (wish: Wish) =>
  supervision.switch({ wish, backend: { kind: 'process', serveCommand } }, () => undefined, nobody);
const isGone = (pid: number): boolean => environment.processStart(pid) === null;
const urlOf = (port: number | null): string => `http://127.0.0.1:${port ?? 0}/predict`;

describe('supervision', () => {
  it('a backend that hangs is killed after the third look, and another one serves', async () => {
    supervise(quick);
    const { backendPid, port } = await bring(await wishFor(1));
    process.kill(backendPid!, 'SIGSTOP');
    await expect.poll(() => supervision.state().restarts, { timeout: 60_000 }).toBe(1);
    await expect.poll(() => supervision.state().state, { timeout: 60_000 }).toBe('running');
    expect(isGone(backendPid!)).toBe(true);
    expect(notes.join('\n')).toContain('stopped answering and was killed');
    expect((await ask(urlOf(port), { body: fakeBody })).status).toBe(200);
  });

  it('a backend that misses fewer looks than that is left alone', async () => {
    supervise({ ...quick, liveEveryMs: 400, deafAfter: 1000 });
    const { backendPid, port } = await bring(await wishFor(1));
    process.kill(backendPid!, 'SIGSTOP');
    await new Promise((resolve) => void setTimeout(resolve, 1500));
    process.kill(backendPid!, 'SIGCONT');
    expect((await ask(urlOf(port), { body: fakeBody })).status).toBe(200);
    expect(supervision.state()).toMatchObject({ restarts: 0, backendPid });
  });

  it('the first death costs no wait, each further one twice the one before', async () => {
    supervise(quick);
    await bring(await wishFor(1));
    for (const deaths of [1, 2, 3]) {
      process.kill(supervision.state().backendPid!, 'SIGKILL');
      await expect.poll(() => supervision.state().restarts, { timeout: 60_000 }).toBe(deaths);
      await expect.poll(() => supervision.state().state, { timeout: 60_000 }).toBe('running');
    }
    const waits = notes.flatMap((note) => /started again in ([\d.]+) s/.exec(note)?.[1] ?? []);
    expect(waits).toEqual(['0', '0.4', '0.8']);
  });

  it('a backend that had been stable starts without a wait again', async () => {
    supervise({ ...quick, stableMs: 0 });
    await bring(await wishFor(1));
    for (const deaths of [1, 2]) {
      process.kill(supervision.state().backendPid!, 'SIGKILL');
      await expect.poll(() => supervision.state().restarts, { timeout: 60_000 }).toBe(deaths);
      await expect.poll(() => supervision.state().state, { timeout: 60_000 }).toBe('running');
    }
    const waits = notes.flatMap((note) => /started again in ([\d.]+) s/.exec(note)?.[1] ?? []);
    expect(waits).toEqual(['0', '0']);
  });

  it('a switch leaves one backend and one port: those before are gone', async () => {
    supervise(quick);
    const first = await bring(await wishFor(1));
    const second = await bring(await wishFor(2));
    expect(second.port).toBe(first.port);
    expect(isGone(first.backendPid!)).toBe(true);
    const taken = await bring({ ...(await wishFor(2)), host: 'localhost' });
    expect((await ask(`http://localhost:${taken.port ?? 0}/predict`, { body: fakeBody })).status).toBe(200);
    expect((await ask(urlOf(first.port), { body: fakeBody })).status).toBe(0);
  });

  it('a switch to another address that fails closes that address again', async () => {
    supervise(quick);
    const first = await bring(await wishFor(1));
    const free = await bring({ ...(await wishFor(1)), host: 'localhost' });
    await bring({ ...(await wishFor(1)), host: '127.0.0.1' });
    const bad = { ...(await wishFor(2, 'crash')), host: 'localhost', port: free.port! };
    await expect(bring(bad)).rejects.toMatchObject({ code: 'deploy-not-healthy' });
    expect((await ask(`http://localhost:${free.port ?? 0}/predict`, { body: fakeBody })).status).toBe(0);
    expect(supervision.state()).toMatchObject({ version: 1, state: 'running' });
    expect(first.version).toBe(1);
  });

  it('stop ends the backend and closes the port', async () => {
    supervise(quick);
    const { backendPid, port } = await bring(await wishFor(1));
    await supervision.stop();
    expect(isGone(backendPid!)).toBe(true);
    expect((await ask(urlOf(port), { body: fakeBody })).status).toBe(0);
    expect(supervision.state()).toMatchObject({ state: 'stopped', backendPid: null });
  });
});
