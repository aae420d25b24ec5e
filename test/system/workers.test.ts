import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ProcessSettings } from '../../src/deployment/target.ts';
import { Supervision } from '../../src/deployment/targets/supervised/supervision.ts';
import { readEnvironment } from '../../src/environment/index.ts';
import { createGateway, heldSockets, readLog } from '../../src/serving/index.ts';
import { fakeBody, fakeWish, runHere } from './fakeWish.ts';
import { ask, constantLoad } from './load.ts';

const serveCommand = runHere('fakeServe.ts');
const environment = readEnvironment({ variables: process.env, cwd: process.cwd() });
const two: ProcessSettings = { workers: 2, gateway: false, durable: false };

let root = '';
let supervision: Supervision;
beforeAll(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'aieng-workers-'));
  supervision = new Supervision({
    config: { name: 'churn', logFolder: path.join(root, 'logs') },
    folder: root,
    environment,
    createGateway,
    sockets: heldSockets,
    note: () => undefined,
    watch: { liveEveryMs: 1000, deafAfter: 2, stableMs: 60_000 },
  });
});
afterAll(async () => {
  await supervision.stop();
  await rm(root, { recursive: true, force: true });
});

async function bring(version: number, processes: ProcessSettings) {
  const wish = { ...(await fakeWish(root, version)), processes, drainMs: 5000 };
  const request = { wish, backend: { kind: 'process', serveCommand } } as const;
  return supervision.switch(request, () => undefined, new AbortController().signal);
}
const urlNow = (): string => `http://127.0.0.1:${supervision.state().port ?? 0}`;

/** Predictions that all workers together say they have answered. */
async function counted(version: number): Promise<number> {
  const { body } = await ask(`${urlNow()}/metrics`);
  const series = new RegExp(`^aieng_predictions_total\\{class="\\w+",version="${version}"\\} (\\d+)$`, 'gm');
  return [...body.matchAll(series)].reduce((sum, [, count]) => sum + Number(count), 0);
}

describe('workers that share a socket', () => {
  it('switch under load without a failed request, also to a gateway and back, and log everything', async () => {
    const first = await bring(1, two);
    expect(first.workerPids).toHaveLength(2);
    const load = constantLoad(`${urlNow()}/predict`, fakeBody, 16);
    const second = await bring(2, two);
    expect(second).toMatchObject({ port: first.port, version: 2, state: 'running', processes: two });
    expect(second.workerPids.filter((pid) => first.workerPids.includes(pid))).toEqual([]);
    const third = await bring(3, { ...two, workers: 1, gateway: true });
    expect(third).toMatchObject({ port: first.port, version: 3 });
    const fourth = await bring(4, two);
    expect(fourth).toMatchObject({ port: first.port, version: 4 });
    const before = load.answered();
    await expect.poll(() => load.answered(), { timeout: 60_000 }).toBeGreaterThan(before + 50);
    const { statuses, versions } = await load.stop();
    expect([...statuses.keys()]).toEqual([200]);
    expect([...versions].sort()).toEqual([1, 2, 3, 4]);
    await expect
      .poll(async () => (await readLog(path.join(root, 'logs'))).predictions.length, { timeout: 20_000 })
      .toBe(statuses.get(200));
  });

  it('one that is busy is left alone; one that is killed is replaced, and what it counted stays', async () => {
    const [busy = 0, killed = 0] = supervision.state().workerPids;
    process.kill(busy, 'SIGUSR2');
    const load = constantLoad(`${urlNow()}/predict`, fakeBody, 8);
    await expect.poll(() => load.answered(), { timeout: 60_000 }).toBeGreaterThan(50);
    await new Promise((resolve) => void setTimeout(resolve, 6500));
    expect(supervision.state()).toMatchObject({ restarts: 0, state: 'running' });
    await load.stop();

    const before = await counted(4);
    expect(before).toBeGreaterThan(50);
    process.kill(killed, 'SIGKILL');
    await expect.poll(() => supervision.state().restarts, { timeout: 60_000 }).toBe(1);
    // The other one answers meanwhile.
    expect(supervision.state().state).toBe('running');
    expect((await ask(`${urlNow()}/predict`, { body: fakeBody })).status).toBe(200);
    await expect.poll(() => supervision.state().workerPids.length, { timeout: 60_000 }).toBe(2);
    await expect.poll(() => supervision.state().message, { timeout: 60_000 }).toContain('serves again');
    expect(await counted(4)).toBe(before + 1);
    expect(supervision.state().workerPids).toContain(busy);
  });
});
