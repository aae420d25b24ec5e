import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import type { RequestOptions } from 'node:https';
import { request as secureRequest } from 'node:https';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { targets } from '../../src/deployment/index.ts';
import type { DeploymentStatus, TargetContext, WishedImage, Wish } from '../../src/deployment/target.ts';
import { folderLabel } from '../../src/deployment/targets/container/runFlags.ts';
import { placeOf } from '../../src/project/deployment/place.ts';
import { readEnvironment } from '../../src/environment/index.ts';
import { readLog } from '../../src/serving/index.ts';
import { localhost } from '../../src/serving/listening/certificates.fixture.ts';
import { fakeManifest, fakePredictor, fakeRow } from './fakePredictor.ts';
import { ask, constantLoad } from './load.ts';
import { hasPodman, openPodman } from './podman.ts';
import { baseLayer, writeImage } from './testImage.ts';

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const tsx = [process.execPath, '--import', import.meta.resolve('tsx')];
const podman = openPodman(process.env);
const environment = readEnvironment({ variables: podman.variables, cwd: process.cwd() });
const container = targets.find((target) => target.name === 'container')!;
const local = targets.find((target) => target.name === 'local')!;
const row = JSON.stringify({ features: fakeRow });
const isGone = (pid: number): boolean => environment.processStart(pid) === null;

/** Full ids of what runs or ran for the deployment. */
const ours = (): string[] =>
  podman
    .run('ps', '--all', '--no-trunc', '--quiet', '--filter', `label=${folderLabel(context.folder)}`)
    .split('\n')
    .filter((id) => id !== '');

let context: TargetContext;

describe.skipIf(!hasPodman)('container target', () => {
  let images = '';
  let base: Awaited<ReturnType<typeof baseLayer>>;
  const built = new Map<string, WishedImage>();
  let root = '';
  let said: string[] = [];

  beforeAll(async () => {
    images = await mkdtemp(path.join(os.tmpdir(), 'aieng-images-'));
    base = await baseLayer();
  });
  afterAll(async () => {
    for (const { configDigest } of built.values()) podman.try('image', 'rm', '--force', configDigest);
    podman.close();
    await rm(images, { recursive: true, force: true });
  });
  beforeEach(async () => {
    root = await mkdtemp(path.join(os.tmpdir(), 'aieng-container-'));
    await mkdir(path.join(root, 'deployment'));
    said = [];
    const settings = placeOf(null).settings;
    context = {
      environment,
      folder: path.join(root, 'deployment'),
      logFolder: path.join(root, 'logs'),
      settings: { ...settings, container: { engine: 'podman', memoryMb: 256, cpus: 1, pids: 64 } },
      progress: (message) => said.push(message),
      signal: new AbortController().signal,
      supervisorCommand: [...tsx, here('fakeSupervise.ts')],
      serveCommand: [...tsx, here('fakeServe.ts')],
    };
  });
  afterEach(async () => {
    await container.stop('churn', context);
    await rm(root, { recursive: true, force: true });
  });

  async function wish(version: number, fault?: string): Promise<Wish> {
    const bundlePath = path.join(root, `bundle-${version}`);
    await mkdir(bundlePath, { recursive: true });
    const { scores } = fakePredictor().predictRows([fakeRow], () => '').answers[0]!;
    const files = {
      'golden.json': JSON.stringify({
        backend: fakeManifest.backend,
        rows: [{ input: fakeRow, features: '', scores }],
      }),
      'manifest.json': JSON.stringify({ ...fakeManifest, fault }),
      VERSION: String(version),
    };
    for (const [name, text] of Object.entries(files)) await writeFile(path.join(bundlePath, name), text);
    const reference = `localhost/aieng-test-container:${version}${fault ?? ''}`;
    const image = built.get(reference) ?? (await writeImage(images, reference, base, files));
    built.set(reference, image);
    return {
      name: 'churn',
      version,
      bundleDigest: path.basename(bundlePath),
      bundlePath,
      host: '127.0.0.1',
      port: 0,
      timeoutMs: 60_000,
      drainMs: 10_000,
      bodyLimitBytes: 1_000_000,
      processes: { workers: 1, gateway: false, durable: false },
      image,
    };
  }

  async function deploy(wished: Wish, target = container): Promise<DeploymentStatus> {
    const plan = await target.plan(wished, await target.status('churn', context), context);
    return (await target.apply(plan, wished, context)).status;
  }

  const runningId = (status: DeploymentStatus): string =>
    /container ([0-9a-f]{12})/.exec(status.message)![1]!;

  it('starts within its limits, answers, says how it is, and leaves nothing', async () => {
    expect(await container.status('churn', context)).toMatchObject({
      target: 'container',
      state: 'stopped',
      url: null,
    });
    const wished = await wish(1);
    const status = await deploy(wished);
    expect(status).toMatchObject({ target: 'container', state: 'running', version: 1, restarts: 0 });
    expect(said.join('\n')).toContain('golden rows give the answers of packaging');
    expect(await container.status('churn', context)).toEqual(status);
    const again = await container.plan(wished, status, context);
    expect(again).toEqual({ action: 'none', steps: [] });
    const more = { ...context.settings.container, memoryMb: 300 };
    const changed = { ...context, settings: { ...context.settings, container: more } };
    expect((await container.plan(wished, status, changed)).action).toBe('switch');

    const answer = await ask(`${status.url}/predict`, { body: row });
    expect(answer.status).toBe(200);
    // The supervisor's own question is not counted among the predictions.
    expect(await container.metrics('churn', context)).toContain(
      'aieng_predictions_total{class="Yes",version="1"} 1',
    );

    const [inspected] = JSON.parse(podman.run('container', 'inspect', runningId(status)));
    expect(`sha256:${inspected.Image}`).toBe(wished.image!.configDigest);
    expect(inspected.HostConfig).toMatchObject({
      Memory: 256 * 2 ** 20,
      MemorySwap: 256 * 2 ** 20,
      NanoCpus: 1e9,
      PidsLimit: 64,
      ReadonlyRootfs: true,
      Privileged: false,
      SecurityOpt: expect.arrayContaining(['no-new-privileges']),
      RestartPolicy: { Name: 'no' },
    });
    expect(inspected.EffectiveCaps ?? []).toEqual([]);
    expect(inspected.HostConfig.PortBindings['8080/tcp'][0].HostIp).toBe('127.0.0.1');
    const folder = path.join(context.logFolder, inspected.Mounts[0].Source.split('/').at(-1));
    expect(inspected.Mounts).toMatchObject([{ Type: 'bind', Source: folder, RW: true }]);
    // Nothing of the caller's environment, and nothing of the engine's.
    for (const name of ['CONTAINERS_CONF', 'USER', 'LANG'])
      expect(inspected.Config.Env.join('\n')).not.toContain(`${name}=`);
    // Seen by the kernel, not only by the engine.
    const limit = podman.try('exec', runningId(status), '/usr/local/bin/node', '-e', probe);
    expect(JSON.parse(limit)).toEqual({ root: 'EROFS', uid: uidInside, tmp: 'ok', escalates: false });

    await container.stop('churn', context);
    expect(await container.status('churn', context)).toMatchObject({
      state: 'stopped',
      url: null,
      pid: null,
    });
    expect(ours()).toEqual([]);
    expect(isGone(status.pid!)).toBe(true);
    const { uid, mode } = await stat(folder);
    expect({ uid, others: mode & 0o077 }).toEqual({ uid: uidInside, others: 0 });
    const { predictions } = await readLog(context.logFolder);
    expect(predictions.map((one) => one.id)).toEqual([JSON.parse(answer.body).id]);
  });

  it('switches under constant load without a failed request, and back', async () => {
    const first = await deploy(await wish(1));
    const load = constantLoad(`${first.url}/predict`, row, 8);
    for (const version of [2, 1]) {
      const status = await deploy(await wish(version));
      expect(status).toMatchObject({ version, url: first.url, pid: first.pid, state: 'running' });
      expect(ours()).toHaveLength(1);
    }
    const result = await load.stop();
    expect([...result.statuses.keys()]).toEqual([200]);
    expect(result.statuses.get(200)).toBeGreaterThan(100);
    expect([...result.versions].sort()).toEqual([1, 2]);
    await container.stop('churn', context);
    const { predictions, torn } = await readLog(context.logFolder);
    expect({ torn, logged: predictions.length }).toEqual({ torn: 0, logged: result.statuses.get(200) });
  });

  it('moves from a process to a container and back without a failed request', async () => {
    const first = await deploy(await wish(1), local);
    expect(first.target).toBe('local');
    const load = constantLoad(`${first.url}/predict`, row, 4);
    const moved = await deploy(await wish(2));
    expect(moved).toMatchObject({ target: 'container', url: first.url, pid: first.pid });
    const back = await deploy(await wish(3), local);
    expect(back).toMatchObject({ target: 'local', url: first.url, version: 3 });
    expect([...(await load.stop()).statuses.keys()]).toEqual([200]);
    expect(ours()).toEqual([]);
  });

  it('runs a second bundle beside the one of its image, as a canary and as a shadow', async () => {
    const { bundleDigest, bundlePath } = await wish(2);
    const beside = { version: 2, bundleDigest, bundlePath, share: 1 } as const;
    const canary = await deploy({ ...(await wish(1)), second: { ...beside, role: 'canary' } });
    expect(canary).toMatchObject({ version: 1, second: { version: 2, role: 'canary', share: 1 } });
    expect(JSON.parse((await ask(`${canary.url}/predict`, { body: row })).body).model.version).toBe(2);
    // The image has no room for it: it is mounted, and cannot be written to.
    const [inspected] = JSON.parse(podman.run('container', 'inspect', runningId(canary)));
    expect(inspected.Mounts).toContainEqual(expect.objectContaining({ Source: bundlePath, RW: false }));
    const shadow = await deploy({ ...(await wish(1)), second: { ...beside, role: 'shadow' } });
    expect(shadow).toMatchObject({ url: canary.url, second: { role: 'shadow' } });
    expect(JSON.parse((await ask(`${shadow.url}/predict`, { body: row })).body).model.version).toBe(1);
  });

  it('meets callers by a socket of the file system, and by TLS', async () => {
    const socketPath = path.join(root, 'churn.sock');
    const bySocket = await deploy({ ...(await wish(1)), host: `unix:${socketPath}` });
    expect(bySocket).toMatchObject({ state: 'running', version: 1 });
    const asked = (options: RequestOptions): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        const headers = { 'content-type': 'application/json', host: 'localhost' };
        const send = options.ca === undefined ? request : secureRequest;
        send({ path: '/predict', method: 'POST', agent: false, headers, ...options }, (answer) =>
          answer.resume().on('end', () => resolve(answer.statusCode)),
        )
          .on('error', reject)
          .end(row);
      });
    expect(await asked({ socketPath })).toBe(200);
    await container.stop('churn', context);

    const tls = { certificate: path.join(root, 'one.pem'), key: path.join(root, 'one.key') };
    await writeFile(tls.certificate, localhost.cert);
    await writeFile(tls.key, localhost.key, { mode: 0o600 });
    const { url } = await deploy({ ...(await wish(1)), tls });
    expect(url).toMatch(/^https:/);
    const { port } = new URL(url!);
    expect(await asked({ host: '127.0.0.1', port, ca: localhost.cert, servername: 'localhost' })).toBe(200);
  });

  it('a version that cannot serve leaves the old one serving, and says why (exit 6)', async () => {
    const good = await deploy(await wish(1));
    const faults: [string, number, RegExp][] = [
      ['crash', 60_000, /exited with code 8 before it was ready.*weights\.bin is damaged/],
      ['golden', 60_000, /The bundle does not give the answers it was packaged with|exited with code/],
      ['wrong', 60_000, /golden row over HTTP: No is/],
      ['silent', 10_000, /not ready within 10 s/],
      ['hungry', 60_000, /was killed.*more than its 256 MB of memory/],
    ];
    for (const [fault, timeoutMs, reason] of faults) {
      const failure = await deploy({ ...(await wish(2, fault)), timeoutMs }).catch((error: unknown) => error);
      expect(failure, fault).toMatchObject({
        exitCode: 6,
        code: 'deploy-not-healthy',
        message: expect.stringMatching(reason),
      });
      expect(String(failure)).not.toContain('hunter2');
    }
    const now = await container.status('churn', context);
    expect(now).toMatchObject({ state: 'running', version: 1, pid: good.pid, restarts: 0 });
    expect((await ask(`${good.url}/predict`, { body: row })).status).toBe(200);
    expect(ours().map((id) => id.slice(0, 12))).toEqual([runningId(now)]);
  });

  it('an image that cannot be had leaves the old one serving, and says why (exit 6)', async () => {
    const good = await deploy(await wish(1));
    const { image, ...next } = await wish(2);
    const broken = await writeImage(images, 'localhost/aieng-test-container:broken', base, {}, ['/no/node']);
    built.set(broken.reference, broken);
    const damaged = path.join(images, 'damaged.tar');
    await writeFile(damaged, (await readFile(broken.archive)).subarray(0, 1_000_000));
    const strange = `sha256:${'0'.repeat(64)}`;
    const unknown = { ...image!, configDigest: strange, digest: strange };
    const nowhere = { ...unknown, archive: null, pullReference: `127.0.0.1:9/x@${strange}` };
    const cases: [WishedImage, string, RegExp][] = [
      [broken, 'deploy-not-healthy', /podman could not start the container: .*no\/node/],
      [{ ...unknown, archive: '/nowhere.tar' }, 'image-not-loaded', /nowhere\.tar does not exist/],
      [{ ...unknown, archive: damaged }, 'image-not-loaded', /podman says: /],
      [unknown, 'image-not-loaded', /not the image that was built/],
      [nowhere, 'engine-failed', /podman could not pull 127/],
    ];
    for (const [wished, code, message] of cases) {
      const failure = await deploy({ ...next, image: wished }).catch((error: unknown) => error);
      expect(failure).toMatchObject({ exitCode: 6, code, message: expect.stringMatching(message) });
    }
    expect(await container.status('churn', context)).toEqual(good);
    expect(ours()).toHaveLength(1);
    podman.try('image', 'rm', '--force', image!.reference);
  });

  it('starts a killed container again', async () => {
    const status = await deploy(await wish(1));
    const load = constantLoad(`${status.url}/predict`, row, 2);
    podman.run('kill', runningId(status));
    const now = (): Promise<DeploymentStatus> => container.status('churn', context);
    await expect.poll(async () => (await now()).restarts, { timeout: 60_000 }).toBe(1);
    await expect.poll(async () => (await now()).state, { timeout: 60_000 }).toBe('running');
    const { statuses } = await load.stop();
    // Those in flight may fail with 502; who comes before the new one is there waits, and is told 503 when it takes long.
    for (const code of statuses.keys()) expect([200, 502, 503]).toContain(code);
    expect(runningId(await now())).not.toBe(runningId(status));
    expect((await ask(`${status.url}/predict`, { body: row })).status).toBe(200);
    // The engine takes a moment to remove the killed one.
    await expect.poll(() => ours().length, { timeout: 60_000 }).toBe(1);
  });

  it('a killed supervisor is said, and the next deployment removes what it left', async () => {
    const status = await deploy(await wish(1));
    process.kill(status.pid!, 'SIGKILL');
    await expect.poll(() => isGone(status.pid!), { timeout: 20_000 }).toBe(true);
    const dead = await container.status('churn', context);
    expect(dead).toMatchObject({ state: 'stopped', url: null });
    expect(dead.message).toMatch(/is gone; container [0-9a-f]{12} still runs/);
    const next = await deploy(await wish(2));
    expect(ours().map((id) => id.slice(0, 12))).toEqual([runningId(next)]);
    process.kill(next.pid!, 'SIGKILL');
    await expect.poll(() => isGone(next.pid!), { timeout: 20_000 }).toBe(true);
    await container.stop('churn', context);
    expect(ours()).toEqual([]);
  });

  it('a port in use is a usage error, and changes nothing', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    try {
      const running = await deploy(await wish(1));
      await expect(deploy({ ...(await wish(2)), port })).rejects.toMatchObject({
        exitCode: 2,
        code: 'port-in-use',
      });
      expect(await container.status('churn', context)).toEqual(running);
      expect(ours()).toHaveLength(1);
    } finally {
      other.close();
    }
  });

  it('destroy removes the containers and the images it brought, and no data', async () => {
    const { image, ...rest } = await wish(1);
    podman.try('image', 'rm', '--force', image!.configDigest);
    const status = await deploy({ ...rest, image });
    await ask(`${status.url}/predict`, { body: row });
    const gone = await container.destroy('churn', context);
    expect(gone.join('\n')).toMatch(
      /supervisor of churn and its container\nthe image [0-9a-f]{12} of podman/,
    );
    expect(ours()).toEqual([]);
    expect(podman.try('images', '--quiet', '--no-trunc')).not.toContain(image!.configDigest);
    expect((await readLog(context.logFolder)).predictions).toHaveLength(1);
    expect(await container.destroy('churn', context)).toEqual([]);
  });

  it('an interrupted deployment leaves the old version and no second container', async () => {
    const first = await deploy(await wish(1));
    const controller = new AbortController();
    const wished = await wish(2, 'silent');
    const plan = await container.plan(wished, first, context);
    const applying = container.apply(plan, wished, {
      ...context,
      signal: controller.signal,
      progress: (message) => message.includes('listens on port') && controller.abort(new Error('Ctrl-C')),
    });
    await expect(applying).rejects.toThrow('Ctrl-C');
    await expect.poll(() => ours().length, { timeout: 30_000 }).toBe(1);
    expect(await container.status('churn', context)).toMatchObject({ state: 'running', version: 1 });
  });
});

describe('container target without an engine', () => {
  it('says that none is installed (exit 2), or that it does not run (exit 6)', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'aieng-no-engine-'));
    try {
      const context = (engine: 'auto' | 'docker'): TargetContext => ({
        environment: readEnvironment({ variables: { PATH: folder }, cwd: folder }),
        folder,
        logFolder: folder,
        settings: {
          ...placeOf(null).settings,
          container: { engine, memoryMb: 256, cpus: 1, pids: 64 },
        },
        progress: () => undefined,
        signal: new AbortController().signal,
      });
      const wished: Wish = {
        name: 'churn',
        version: 1,
        bundleDigest: 'b',
        bundlePath: folder,
        host: '127.0.0.1',
        port: 0,
        timeoutMs: 1000,
        drainMs: 1000,
        bodyLimitBytes: 1000,
        processes: { workers: 1, gateway: false, durable: false },
        image: null,
      };
      const plan = async (engine: 'auto' | 'docker'): Promise<unknown> =>
        container.plan(wished, await container.status('churn', context(engine)), context(engine));
      await expect(plan('auto')).rejects.toMatchObject({ exitCode: 2, code: 'engine-not-installed' });
      const docker = path.join(folder, 'docker');
      await writeFile(
        docker,
        '#!/bin/sh\necho "{}"\necho "Cannot connect to tcp://joe:hunter2@far:1" >&2\nexit 1\n',
      );
      await chmod(docker, 0o755);
      for (const engine of ['auto', 'docker'] as const) {
        const failure = await plan(engine).catch((error: unknown) => error);
        expect(failure).toMatchObject({ exitCode: 6, code: 'engine-not-running' });
        expect(String(failure)).toContain('Cannot connect');
        expect(String(failure)).not.toContain('hunter2');
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

/** What the service may do, seen from inside. */
const probe = `
const { writeFileSync, readFileSync } = require('node:fs');
const attempt = (file) => { try { writeFileSync(file, 'x'); return 'ok'; } catch (error) { return error.code; } };
const status = readFileSync('/proc/self/status', 'utf8');
console.log(JSON.stringify({ root: attempt('/opt/x'), uid: process.getuid(), tmp: attempt('/tmp/x'), escalates: !/NoNewPrivs:\\t1/.test(status) }));
`;
const uidInside = process.getuid?.() === 0 ? 10_001 : process.getuid?.();
