import { mkdir, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { targets } from '../../src/deployment/index.ts';
import type { DeploymentStatus, TargetContext, Wish } from '../../src/deployment/target.ts';
import { placeOf } from '../../src/project/deployment/place.ts';
import { readEnvironment } from '../../src/environment/index.ts';
import { readLog } from '../../src/serving/index.ts';
import { fakeBody, fakeWish, runHere } from './fakeWish.ts';
import { ask, constantLoad } from './load.ts';

const environment = readEnvironment({ variables: process.env, cwd: process.cwd() });
const local = targets.find((target) => target.name === 'local')!;

let root = '';
let context: TargetContext;
let said: string[] = [];
beforeEach(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'aieng-deploy-'));
  await mkdir(path.join(root, 'deployment'));
  said = [];
  context = {
    environment,
    folder: path.join(root, 'deployment'),
    logFolder: path.join(root, 'logs'),
    settings: placeOf(null).settings,
    progress: (message) => said.push(message),
    signal: new AbortController().signal,
    supervisorCommand: runHere('fakeSupervise.ts'),
    serveCommand: runHere('fakeServe.ts'),
  };
});
afterEach(async () => {
  await local.stop('churn', context);
  await rm(root, { recursive: true, force: true });
});

const bundle = (version: number, fault?: string): Promise<Wish> => fakeWish(root, version, fault);

async function deploy(wish: Wish): Promise<DeploymentStatus> {
  const plan = await local.plan(wish, await local.status('churn', context), context);
  return (await local.apply(plan, wish, context)).status;
}

const isGone = (pid: number): boolean => environment.processStart(pid) === null;
const backendPid = async (): Promise<number> =>
  Number(JSON.parse(await readFile(path.join(context.folder, 'state.json'), 'utf8')).backendPid);

describe('local target', () => {
  it('starts, answers, says how it is, and stops', async () => {
    expect(await local.status('churn', context)).toMatchObject({ state: 'stopped', url: null });
    expect(await local.metrics('churn', context)).toBeNull();
    const wish = await bundle(1);
    const status = await deploy(wish);
    expect(status).toMatchObject({
      state: 'running',
      version: 1,
      bundleDigest: wish.bundleDigest,
      restarts: 0,
    });
    expect(said.join('\n')).toContain('golden rows give the answers of packaging');
    const answer = await ask(`${status.url}/predict`, { body: fakeBody });
    expect(answer.status).toBe(200);
    expect(await local.status('churn', context)).toEqual(status);
    expect((await local.plan(wish, status, context)).action).toBe('none');

    const metrics = (await local.metrics('churn', context)) ?? '';
    expect(metrics).toContain('aieng_http_requests_total{route="/predict",status="2xx",version="1"} 2');
    expect(metrics).toContain('aieng_predictions_total{class="Yes",version="1"} 1');
    expect(metrics).toMatch(/^aieng_workers 1$/m);

    for (const file of ['state.json', 'supervisor.json', 'control.sock'])
      expect((await stat(path.join(context.folder, file))).mode & 0o077, file).toBe(0);
    const backend = await backendPid();
    await local.stop('churn', context);
    expect(await local.status('churn', context)).toMatchObject({ state: 'stopped', url: null, pid: null });
    expect(isGone(status.pid!)).toBe(true);
    expect(isGone(backend)).toBe(true);
    const { predictions } = await readLog(context.logFolder);
    expect(predictions.map((one) => one.id)).toEqual([JSON.parse(answer.body).id]);
  });

  it('switches under constant load without a failed request', async () => {
    const first = await deploy(await bundle(1));
    const load = constantLoad(`${first.url}/predict`, fakeBody, 16);
    for (const version of [2, 3]) {
      const status = await deploy(await bundle(version));
      expect(status).toMatchObject({ version, url: first.url, pid: first.pid, state: 'running' });
    }
    const result = await load.stop();
    expect([...result.statuses.keys()]).toEqual([200]);
    expect(result.statuses.get(200)).toBeGreaterThan(100);
    expect([...result.versions].sort()).toEqual([1, 2, 3]);
    const { predictions, torn } = await readLog(context.logFolder);
    expect(torn).toBe(0);
    const last = await local.metrics('churn', context);
    expect(last).toContain('aieng_switches_total 3');
    await local.stop('churn', context);
    expect((await readLog(context.logFolder)).predictions.length).toBe(result.statuses.get(200));
    expect(predictions.length).toBeLessThanOrEqual(result.statuses.get(200)!);
  });

  it.each([
    ['crash', /exited with code 8 before it was ready.*weights\.bin is damaged/],
    ['golden', /The bundle does not give the answers it was packaged with|exited with code/],
    ['wrong', /golden row over HTTP: No is/],
    ['silent', /not ready within 3 s|exited with code/],
  ])('a version that cannot serve (%s) leaves the old one serving', async (fault, reason) => {
    const good = await deploy(await bundle(1));
    const bad = { ...(await bundle(2, fault)), timeoutMs: fault === 'silent' ? 3000 : 60_000 };
    const failure = await deploy(bad).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      exitCode: 6,
      code: 'deploy-not-healthy',
      message: expect.stringMatching(reason),
    });
    expect(String(failure)).not.toContain('hunter2');
    expect(await local.status('churn', context)).toMatchObject({
      state: 'running',
      version: 1,
      pid: good.pid,
    });
    expect((await ask(`${good.url}/predict`, { body: fakeBody })).status).toBe(200);
  });

  it('leaves nothing behind when the first version cannot serve', async () => {
    await expect(deploy(await bundle(1, 'crash'))).rejects.toMatchObject({ exitCode: 6 });
    await expect
      .poll(async () => (await local.status('churn', context)).state, { timeout: 10_000 })
      .toBe('stopped');
    expect((await deploy(await bundle(2))).state).toBe('running');
  });

  it('starts a killed backend again; what comes meanwhile waits', async () => {
    const status = await deploy(await bundle(1));
    const before = await backendPid();
    const load = constantLoad(`${status.url}/predict`, fakeBody, 4);
    process.kill(before, 'SIGKILL');
    await expect
      .poll(async () => (await local.status('churn', context)).restarts, { timeout: 30_000 })
      .toBe(1);
    await expect
      .poll(async () => (await local.status('churn', context)).state, { timeout: 30_000 })
      .toBe('running');
    const result = await load.stop();
    expect(await backendPid()).not.toBe(before);
    expect((await ask(`${status.url}/predict`, { body: fakeBody })).status).toBe(200);
    // Requests on the connections of the dead process are cut off: for each caller the one that it had, and one whose
    // connection the system still accepted while the process died. What comes later waits.
    for (const code of result.statuses.keys()) expect([200, 0]).toContain(code);
    expect(result.statuses.get(0) ?? 0).toBeLessThanOrEqual(8);
  });

  it('a killed supervisor is recognised, its backend ends, and a new deployment works', async () => {
    const status = await deploy(await bundle(1));
    const backend = await backendPid();
    process.kill(status.pid!, 'SIGKILL');
    await expect.poll(() => isGone(backend), { timeout: 20_000 }).toBe(true);
    expect(await local.status('churn', context)).toMatchObject({ state: 'stopped', pid: null, url: null });
    expect((await local.status('churn', context)).message).toContain('is gone');
    await local.stop('churn', context);
    expect((await deploy(await bundle(2))).state).toBe('running');
  });

  it('a port in use is a usage error that names a free one, and changes nothing', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    try {
      const taken = { ...(await bundle(1)), port };
      const refused = { exitCode: 2, code: 'port-in-use', message: expect.stringContaining(String(port)) };
      await expect(deploy(taken)).rejects.toMatchObject(refused);
      const running = await deploy(await bundle(1));
      await expect(deploy(taken)).rejects.toMatchObject({
        ...refused,
        hint: expect.stringMatching(/--port [1-9]/),
      });
      expect(await local.status('churn', context)).toEqual(running);
    } finally {
      other.close();
    }
  });

  it('moves to another port, without ending the supervisor', async () => {
    const first = await deploy(await bundle(1));
    const probe = createServer();
    await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
    const address = probe.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    await new Promise<void>((resolve) => void probe.close(() => resolve()));
    const moved = await deploy({ ...(await bundle(1)), port });
    expect(moved).toMatchObject({ url: `http://127.0.0.1:${port}`, pid: first.pid });
    expect((await ask(`${moved.url}/predict`, { body: fakeBody })).status).toBe(200);
    expect((await ask(`${first.url}/predict`, { body: fakeBody })).status).toBe(0);
  });

  it('an interrupted deployment leaves the old version', async () => {
    const first = await deploy(await bundle(1));
    const controller = new AbortController();
    const wish = await bundle(2, 'silent');
    const plan = await local.plan(wish, first, context);
    const applying = local.apply(plan, wish, { ...context, signal: controller.signal });
    setTimeout(() => controller.abort(new Error('Ctrl-C')), 500);
    await expect(applying).rejects.toThrow('Ctrl-C');
    await expect
      .poll(async () => (await deploy(await bundle(3)).catch(() => null))?.version, { timeout: 30_000 })
      .toBe(3);
  });

  it('takes a deployment folder whose path is too long for a socket', async () => {
    const folder = path.join(root, 'x'.repeat(120));
    await mkdir(folder);
    context = { ...context, folder };
    const status = await deploy(await bundle(1));
    expect((await ask(`${status.url}/health/ready`)).status).toBe(200);
  });
});
