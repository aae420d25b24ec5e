import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, describe, expect, it } from 'vitest';
import { buildImage, pushImage } from '../../src/image/index.ts';
import type { BuiltImage, ImageContext } from '../../src/image/image.ts';
import type { FakeOptions, FakeRegistry } from './fakeRegistry.ts';
import { fakeRegistry, serveHttp } from './fakeRegistry.ts';
import {
  digestOf,
  imageContext,
  imageOptions,
  json,
  layoutOf,
  linuxHere,
  smallBase,
} from './imageHarness.ts';
import type { SmallBase } from './imageHarness.ts';
import { freePort, scratchFolder } from './project.ts';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function registry(options: FakeOptions = {}): Promise<FakeRegistry> {
  const started = await fakeRegistry(options);
  cleanups.push(() => started.close());
  return started;
}

/** A registry that has a small base image as `base/node:20`. */
async function registryWith(base: SmallBase, options: FakeOptions = {}): Promise<FakeRegistry> {
  const started = await registry(options);
  for (const [digest, bytes] of base.blobs) started.blobs.set(digest, bytes);
  started.manifests.set('20', base.manifest).set(base.digest, base.manifest);
  return started;
}

/** One folder for all, so that our own layers are compressed once. */
const shared = scratchFolder();
const build = (base: string, more: Partial<ImageContext> = {}, text = 'one'): Promise<BuiltImage> =>
  buildImage(imageOptions({ base }, text), imageContext({ folder: shared, ...more }));

/** `DOCKER_CONFIG` of somebody who is logged in. */
function loggedIn(host: string, username: string, password: string): Record<string, string> {
  const folder = scratchFolder();
  const auth = Buffer.from(`${username}:${password}`).toString('base64');
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ auths: { [host]: { auth } } }));
  return { DOCKER_CONFIG: folder };
}

const push = (built: BuiltImage, host: string, more: Partial<ImageContext> = {}) =>
  pushImage({ ...built, reference: `${host}/ml/churn:1` }, imageContext({ folder: shared, ...more }));

describe('a base image from a registry', () => {
  it.each(['oci', 'docker'] as const)(
    'is taken by tag, and by digest without asking again (%s)',
    async (family) => {
      const base = smallBase(family, family === 'oci' ? 50_000 : 60_000);
      const from = await registryWith(base);
      const built = await build(`${from.host}/base/node:20`);
      expect(built.base).toEqual({ name: `${from.host}/base/node:20`, digest: base.digest });
      const [first] = built.layers;
      expect(first).toEqual({ name: 'base', digest: digestOf(base.layer), bytes: base.layer.byteLength });
      await from.close();
      const again = await build(`${from.host}/base/node@${base.digest}`);
      expect(again.layers).toEqual(built.layers);
    },
  );

  it('is the one of the platform where there are several', async () => {
    const base = smallBase('oci', 40_000);
    const from = await registryWith(base);
    const listed = (digest: string, platform: object): object => ({
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      digest,
      size: base.manifest.byteLength,
      platform,
    });
    const index = json({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.index.v1+json',
      manifests: [
        listed(`sha256:${'0'.repeat(64)}`, { os: 'linux', architecture: 's390x' }),
        listed(base.digest, linuxHere),
      ],
    });
    from.manifests.set('all', index);
    expect((await build(`${from.host}/base/node:all`)).base.digest).toBe(base.digest);
    const foreign = imageOptions({
      base: `${from.host}/base/node:all`,
      platform: { os: 'linux', architecture: 'riscv64' },
    });
    await expect(buildImage(foreign, imageContext({ folder: shared }))).rejects.toMatchObject({
      code: 'base-platform-missing',
      exitCode: 2,
    });
  });

  it('shows its password to the token server only, and its token to the registry only', async () => {
    const base = smallBase('oci', 70_000);
    const elsewhere: (string | undefined)[] = [];
    const cdn = await serveHttp((request, _body, response) => {
      elsewhere.push(request.headers.authorization);
      response.end(base.blobs.get(new URL(request.path, 'http://x').searchParams.get('digest') ?? ''));
    });
    cleanups.push(() => cdn.close());
    const from = await registryWith(base, {
      login: { username: 'me', password: 's3cret' },
      instead: ({ path, headers }, response) => {
        const digest = /\/blobs\/(sha256:\w+)$/.exec(path)?.[1];
        if (digest === undefined || headers.authorization === undefined) return false;
        response.writeHead(307, { location: `http://${cdn.host}/blob?digest=${digest}` }).end();
        return true;
      },
    });
    const variables = loggedIn(from.host, 'me', 's3cret');
    const built = await build(`${from.host}/base/node:20`, { variables, folder: scratchFolder() });
    expect(built.base.digest).toBe(base.digest);
    expect(elsewhere.length).toBe(2);
    expect(elsewhere.every((header) => header === undefined)).toBe(true);
    const withPassword = from.seen.filter(
      ({ headers }) => headers.authorization?.startsWith('Basic') === true,
    );
    expect(withPassword.map(({ path }) => path.split('?')[0])).toEqual(['/token']);
    expect(new URL(withPassword[0]!.path, 'http://x').searchParams.get('scope')).toBe(
      'repository:base/node:pull',
    );
  });

  it('says that a login is wrong without showing it', async () => {
    const from = await registryWith(smallBase(), { login: { username: 'me', password: 'right' } });
    const variables = loggedIn(from.host, 'me', 'wr0ng-secret');
    const failure = await build(`${from.host}/base/node:20`, { variables }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'registry-denied', exitCode: 2 });
    const cause = failure instanceof Error ? failure.cause : undefined;
    expect(JSON.stringify([String(failure), cause, failure])).not.toMatch(/wr0ng|bWU6/);
  });

  it('takes a name and password where the registry asks for them directly', async () => {
    const base = smallBase('oci', 30_000);
    const from = await registryWith(base, { login: { username: 'me', password: 'x', scheme: 'basic' } });
    expect(
      (await build(`${from.host}/base/node:20`, { variables: loggedIn(from.host, 'me', 'x') })).base.digest,
    ).toBe(base.digest);
    await expect(build(`${from.host}/base/node:20`)).rejects.toMatchObject({ code: 'registry-denied' });
  });

  it('waits where it is asked to, and gives up on a registry that never can', async () => {
    const base = smallBase('oci', 20_000);
    const busy = (most: number): FakeOptions => ({
      instead: (_request, response, count) => {
        if (count > most) return false;
        response.writeHead(count % 2 === 0 ? 503 : 429, { 'retry-after': '0' }).end();
        return true;
      },
    });
    const patient = await registryWith(base, busy(3));
    expect((await build(`${patient.host}/base/node:20`)).base.digest).toBe(base.digest);
    const never = await registryWith(base, busy(Infinity));
    await expect(build(`${never.host}/base/node:20`)).rejects.toMatchObject({ code: 'registry-busy' });
    expect(never.seen.length).toBe(5);
  });

  it('takes a broken download up where it broke', async () => {
    const base = smallBase('oci', 300_000);
    const from = await registryWith(base, {
      instead: ({ path, headers }, response, count) => {
        if (!path.endsWith(digestOf(base.layer)) || count > 2) return false;
        const start = Number(/\d+/.exec(headers.range ?? '0')?.[0]);
        const piece = base.layer.subarray(start, start + 100_000);
        response.writeHead(start > 0 ? 206 : 200, { 'content-length': base.layer.byteLength - start });
        response.write(piece, () => response.destroy());
        return true;
      },
    });
    const built = await build(`${from.host}/base/node:20`, { folder: scratchFolder() });
    expect(built.layers[0]?.digest).toBe(digestOf(base.layer));
    const ranges = from.seen
      .filter(({ path }) => path.endsWith(digestOf(base.layer)))
      .map(({ headers }) => headers.range);
    expect(ranges).toEqual([
      undefined,
      expect.stringMatching(/^bytes=\d+-$/),
      expect.stringMatching(/^bytes=\d+-$/),
    ]);
  });

  /** Breaks off after 100 kB of the layer, and answers what comes then with `rest`. */
  const breaking = (
    base: SmallBase,
    rest: (asked: number) => { readonly status: number; readonly start: number; readonly range?: string },
  ): FakeOptions => ({
    instead: ({ path, headers }, response, count) => {
      if (!path.endsWith(digestOf(base.layer))) return false;
      if (count === 1) {
        response.writeHead(200, { 'content-length': base.layer.byteLength });
        response.write(base.layer.subarray(0, 100_000), () => response.destroy());
        return true;
      }
      const { status, start, range } = rest(Number(/\d+/.exec(headers.range ?? '')?.[0]));
      response.writeHead(status, range === undefined ? {} : { 'content-range': range });
      response.end(base.layer.subarray(start));
      return true;
    },
  });

  it.each([
    ['sends all of it again', () => ({ status: 200, start: 0 })],
    [
      'sends a range that begins earlier',
      (asked: number) => ({ status: 206, start: asked - 10, range: `bytes ${asked - 10}-299999/300000` }),
    ],
    ['sends all of it as a range', () => ({ status: 206, start: 0, range: 'bytes 0-299999/300000' })],
    [
      'sends the range that was asked for',
      (asked: number) => ({ status: 206, start: asked, range: `bytes ${asked}-299999/300000` }),
    ],
    ['sends it and does not say so', (asked: number) => ({ status: 206, start: asked })],
  ])('takes no byte twice where a registry %s', async (_what, rest) => {
    const base = smallBase('oci', 300_000);
    const from = await registryWith(base, breaking(base, rest));
    const built = await build(`${from.host}/base/node:20`, { folder: scratchFolder() });
    expect(built.layers[0]).toMatchObject({ digest: digestOf(base.layer), bytes: base.layer.byteLength });
    const asked = from.seen.filter(({ path }) => path.endsWith(digestOf(base.layer)));
    expect(asked.map(({ headers }) => headers.range)).toEqual([
      undefined,
      expect.stringMatching(/^bytes=[1-9]\d*-$/),
    ]);
  });

  it.each([
    ['begins later', (asked: number) => `bytes ${asked + 1}-299999/300000`],
    ['is none', () => 'items 0-3'],
  ])('refuses the rest of a layer where the range that is sent %s', async (_what, range) => {
    const base = smallBase('oci', 300_000);
    const from = await registryWith(
      base,
      breaking(base, (asked) => ({ status: 206, start: asked + 1, range: range(asked) })),
    );
    const folder = scratchFolder();
    await expect(build(`${from.host}/base/node:20`, { folder })).rejects.toMatchObject({
      code: 'registry-answer-invalid',
    });
    expect(readdirSync(join(folder, 'blobs', 'sha256'))).not.toContain(digestOf(base.layer).slice(7));
  });

  it.each([
    ['another content', (bytes: Buffer) => Buffer.from(bytes).fill(7, 100, 200), 'has the digest'],
    ['more than it said', (bytes: Buffer) => Buffer.concat([bytes, Buffer.alloc(9)]), 'is larger than'],
  ])('keeps nothing of a layer with %s', async (_name, change, problem) => {
    const base = smallBase('oci', 25_000);
    const from = await registryWith(base);
    from.blobs.set(digestOf(base.layer), change(base.layer));
    const folder = scratchFolder();
    await expect(build(`${from.host}/base/node:20`, { folder })).rejects.toMatchObject({
      code: 'image-damaged',
      message: expect.stringContaining(problem),
    });
    expect(readdirSync(join(folder, 'blobs', 'sha256'))).not.toContain(digestOf(base.layer).slice(7));
    expect(readdirSync(join(folder, 'tmp'))).toEqual([]);
  });

  it('refuses a manifest that is not the one of its digest', async () => {
    const from = await registryWith(smallBase());
    const asked = `sha256:${'1'.repeat(64)}`;
    from.manifests.set(asked, smallBase('docker').manifest);
    await expect(build(`${from.host}/base/node@${asked}`)).rejects.toMatchObject({
      code: 'registry-answer-invalid',
    });
  });

  it('stops when it is told to, also while a registry says nothing', async () => {
    const controller = new AbortController();
    const from = await registryWith(smallBase(), {
      instead: () => {
        controller.abort(new Error('told to stop'));
        return true;
      },
    });
    await expect(build(`${from.host}/base/node:20`, { signal: controller.signal })).rejects.toThrow(
      'told to stop',
    );
  });

  it('says what to do where there is no registry and no such image', async () => {
    const port = await freePort();
    await expect(build(`127.0.0.1:${port}/base/node:20`)).rejects.toMatchObject({
      code: 'registry-unreachable',
      message: `The registry 127.0.0.1:${port} cannot be reached: nobody listens there (ECONNREFUSED).`,
      hint: expect.stringContaining('--base this-machine'),
    });
    const from = await registry();
    await expect(build(`${from.host}/base/node:20`)).rejects.toMatchObject({
      code: 'image-not-found',
      exitCode: 2,
    });
  });
});

describe('a push', () => {
  const base = `oci:${layoutOf(smallBase('oci', 80_000))}`;

  it('sends what is not there, the tag last, and gives the digest', async () => {
    const to = await registry({ login: { username: 'me', password: 'x' } });
    const variables = loggedIn(to.host, 'me', 'x');
    const built = await build(base);
    const total = built.layers.reduce((sum, { bytes }) => sum + bytes, 0);
    const pushed = await push(built, to.host, { variables });
    expect(pushed.pullReference).toBe(`${to.host}/ml/churn@${built.digest}`);
    expect(pushed.reusedBytes).toBe(0);
    expect(pushed.uploadedBytes).toBeGreaterThan(total);
    expect(digestOf(to.manifests.get('1')!)).toBe(built.digest);
    for (const { digest } of built.layers) expect(digestOf(to.blobs.get(digest)!)).toBe(digest);
    expect(to.seen.at(-1)).toMatchObject({ method: 'PUT', path: '/v2/ml/churn/manifests/1' });
    expect(await push(built, to.host, { variables })).toEqual({
      ...pushed,
      uploadedBytes: 0,
      reusedBytes: pushed.uploadedBytes,
    });
    const next = await build(base, {}, 'two');
    const second = await push(next, to.host, { variables });
    const bundle = next.layers.at(-1)!;
    expect(next.layers.slice(0, -1)).toEqual(built.layers.slice(0, -1));
    expect(bundle.name).toBe('bundle');
    // The config goes along: it names the model.
    expect(second.uploadedBytes).toBeLessThan(bundle.bytes + 4000);
  });

  it('goes in pieces where a blob is too large for one request', async () => {
    const to = await registry({
      instead: ({ method, bytes }, response) => {
        if (method !== 'PUT' || bytes < 50_000) return false;
        response.writeHead(413).end();
        return true;
      },
    });
    const built = await build(base);
    await push(built, to.host);
    expect(to.seen.some(({ method }) => method === 'PATCH')).toBe(true);
    for (const { digest } of built.layers) expect(digestOf(to.blobs.get(digest)!)).toBe(digest);
  });

  it('begins an upload anew that was cut off', async () => {
    let cuts = 0;
    const to = await registry({
      instead: ({ method, path }, response) => {
        if (method !== 'PUT' || !path.includes('/blobs/') || (cuts += 1) > 1) return false;
        response.destroy();
        return true;
      },
    });
    const built = await build(base);
    await push(built, to.host);
    expect(to.blobs.size).toBe(built.layers.length + 1);
  });

  const other = `sha256:${'0'.repeat(64)}`;

  it.each<[string, (seen: { method: string; path: string }, state: { whole: number }) => number | null]>([
    [
      'a blob in one piece',
      ({ method, path }) => (method === 'PUT' && path.includes('/blobs/') ? 201 : null),
    ],
    [
      'a blob in pieces',
      ({ method, path }, state) => {
        if (method !== 'PUT' || !path.includes('/blobs/')) return null;
        // The first is refused for its size; what is sent in pieces is taken for something else.
        return (state.whole += 1) === 1 ? 413 : 201;
      },
    ],
    ['a manifest', ({ method, path }) => (method === 'PUT' && path.includes('/manifests/') ? 201 : null)],
  ])('notices a registry that took %s for something else', async (_what, answer) => {
    const state = { whole: 0 };
    const to = await registry({
      instead: (seen, response) => {
        const status = answer(seen, state);
        if (status === null) return false;
        response.writeHead(status, status === 201 ? { 'docker-content-digest': other } : {}).end();
        return true;
      },
    });
    await expect(push(await build(base), to.host)).rejects.toMatchObject({
      code: 'registry-answer-invalid',
      message: expect.stringContaining(other),
    });
    // The tag is set last: what went wrong before it left none.
    expect(to.manifests.size).toBe(0);
  });
});

const program = '/usr/bin/docker-registry';

describe.skipIf(!existsSync(program))('with docker-registry', () => {
  /** The registry that Debian ships, on a loopback port. */
  async function realRegistry(): Promise<string> {
    const folder = scratchFolder();
    const host = `127.0.0.1:${await freePort()}`;
    mkdirSync(join(folder, 'data'));
    writeFileSync(
      join(folder, 'config.yml'),
      `version: 0.1\nstorage: { filesystem: { rootdirectory: ${join(folder, 'data')} } }\nhttp: { addr: "${host}" }\nlog: { level: error, accesslog: { disabled: true } }\n`,
    );
    const child = spawn(program, ['serve', join(folder, 'config.yml')], { stdio: 'ignore' });
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    cleanups.push(() => {
      child.kill();
      return ended;
    });
    const answers = (): Promise<boolean> =>
      fetch(`http://${host}/v2/`).then(
        ({ ok }) => ok,
        () => false,
      );
    while (!(await answers())) {
      if (child.exitCode !== null) throw new Error(`docker-registry ended with ${child.exitCode}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return host;
  }

  it('an image goes there and comes back as a base, by tag and by digest', async () => {
    const host = await realRegistry();
    const context = imageContext({ folder: shared });
    const reference = `${host}/ml/churn:1`;
    const built = await buildImage(imageOptions({ reference }), context);
    const pushed = await pushImage(built, context);
    expect(pushed.pullReference).toBe(`${host}/ml/churn@${built.digest}`);
    const next = await buildImage(imageOptions({ reference: `${host}/ml/churn:2` }, 'two'), context);
    const second = await pushImage(next, context);
    expect(second.uploadedBytes).toBeLessThan(next.layers.at(-1)!.bytes + 4000);
    expect(second.reusedBytes).toBeGreaterThan(10_000_000);
    const fresh = scratchFolder();
    const byTag = await build(reference, { folder: fresh });
    const byDigest = await build(pushed.pullReference, { folder: scratchFolder() });
    expect(byTag.base.digest).toBe(built.digest);
    expect(byDigest.layers).toEqual(byTag.layers);
    expect(byTag.layers.slice(0, built.layers.length).map(({ digest }) => digest)).toEqual(
      built.layers.map(({ digest }) => digest),
    );
  });

  it.skipIf(!existsSync('/usr/bin/skopeo'))('skopeo finds there what was built', async () => {
    const host = await realRegistry();
    const built = await build(`oci:${layoutOf(smallBase())}`);
    const { pullReference } = await push(built, host);
    const { stdout } = await execa('skopeo', ['inspect', '--tls-verify=false', `docker://${pullReference}`]);
    expect(JSON.parse(stdout)).toMatchObject({
      Digest: built.digest,
      Labels: { 'dev.aieng.model': 'churn', vendor: 'them' },
      Layers: built.layers.map(({ digest }) => digest),
    });
  });
});
