import { chmodSync, cpSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildImage } from '../../src/image/index.ts';
import type { BuiltImage, ImageOptions } from '../../src/image/image.ts';
import { createChurnProject } from './churnProject.ts';
import {
  entriesOf,
  filesOf,
  imageContext,
  imageOptions,
  layoutOf,
  linuxHere,
  smallBase,
} from './imageHarness.ts';
import { freePort, scratchFolder } from './project.ts';
import type { Project } from './project.ts';

const shared = scratchFolder();
const build = (more: Partial<ImageOptions> = {}, folder = shared): Promise<BuiltImage> =>
  buildImage(imageOptions(more), imageContext({ folder }));

const added = ({ layers }: BuiltImage): number =>
  layers.reduce((sum, { name, bytes }) => sum + (name === 'base' ? 0 : bytes), 0);

describe('an image of this machine', () => {
  it('has the same digest in two folders, with the cache and without', async () => {
    const first = await build();
    const other = await build({}, scratchFolder());
    expect(other.digest).toBe(first.digest);
    expect(other.layers).toEqual(first.layers);
    expect(readFileSync(other.archive).equals(readFileSync(first.archive))).toBe(true);
    expect([first.existed, (await build()).existed]).toEqual([false, true]);
  });

  it('changes its last layer for another model, and only that', async () => {
    const first = await build();
    const bundle = new Map([
      ...(imageOptions().bundle ?? []),
      ['model/weights.bin', Buffer.from('other weights')],
    ]);
    const second = await build({ bundle });
    expect(second.layers.slice(0, -1)).toEqual(first.layers.slice(0, -1));
    expect(second.layers.at(-1)?.digest).not.toBe(first.layers.at(-1)?.digest);
    expect((await entriesOf(second, 'bundle')).map(({ name }) => name)).toEqual([
      'opt/bundle/',
      'opt/bundle/VERSION',
      'opt/bundle/manifest.json',
      'opt/bundle/model/',
      'opt/bundle/model/weights.bin',
    ]);
  });

  it('holds of aieng what runs, for a user without rights', async () => {
    const entries = await entriesOf(await build(), 'aieng');
    const names = entries.map(({ name }) => name);
    expect(names).toContain('opt/aieng/node_modules/aieng/dist/main.js');
    expect(names.filter((name) => /\.(?:ts|map|test\.js)$|\/src\//.test(name))).toEqual([]);
    expect(
      entries.filter(({ uid }) => uid !== 0).map(({ name, uid, gid, mode }) => ({ name, uid, gid, mode })),
    ).toEqual([
      { name: 'var/lib/aieng/', uid: 10001, gid: 10001, mode: 0o755 },
      { name: 'work/', uid: 10001, gid: 10001, mode: 0o755 },
    ]);
  });

  it('adds less than 40 MB for the service and less than 100 MB for every verb', async () => {
    const base = `oci:${layoutOf(smallBase())}`;
    expect(added(await build({ base }))).toBeLessThan(40e6);
    const full = await build({ base, variant: 'full' });
    expect(added(full)).toBeLessThan(100e6);
    const names = (await entriesOf(full, 'dependencies')).map(({ name }) => name);
    expect(names.some((name) => name.endsWith('/libduckdb.so'))).toBe(true);
    expect(names.filter((name) => name.includes('tfjs-node'))).toEqual([]);
  });

  it('is built by two at once', async () => {
    const folder = scratchFolder();
    const base = `oci:${layoutOf(smallBase())}`;
    const [left, right] = await Promise.all([build({ base }, folder), build({ base }, folder)]);
    expect(left.digest).toBe(right.digest);
    expect(statSync(left.archive).size).toBeGreaterThan(added(left));
  });

  it('carries the name of the last build, and is put right where a file of it was damaged', async () => {
    const folder = scratchFolder();
    const base = `oci:${layoutOf(smallBase())}`;
    const first = await build({ base, reference: 'churn:a' }, folder);
    const named = await build({ base, reference: 'registry.example.com/ml/churn:b' }, folder);
    expect(named.layout).toBe(first.layout);
    expect(readFileSync(join(named.layout, 'index.json'), 'utf8')).toContain(
      'registry.example.com/ml/churn:b',
    );
    const blob = join(named.layout, 'blobs', 'sha256', named.layers.at(-1)!.digest.slice(7));
    chmodSync(blob, 0o644);
    writeFileSync(blob, 'x');
    writeFileSync(named.archive, 'x');
    const mended = await build({ base, reference: 'registry.example.com/ml/churn:b' }, folder);
    expect(mended.existed).toBe(false);
    expect(statSync(blob).size).toBe(named.layers.at(-1)!.bytes);
    expect(statSync(mended.archive).size).toBeGreaterThan(added(named));
  });

  it('refuses what it cannot be', async () => {
    const foreign = { os: 'linux', architecture: 's390x' };
    await expect(build({ platform: foreign })).rejects.toMatchObject({
      code: 'base-platform-missing',
      exitCode: 2,
    });
    await expect(
      build({ platform: foreign, variant: 'full', base: `oci:${layoutOf(smallBase())}` }),
    ).rejects.toMatchObject({
      exitCode: 2,
    });
    await expect(build({ base: 'oci:nowhere' })).rejects.toMatchObject({
      code: 'base-not-found',
      exitCode: 2,
    });
    await expect(build({ reference: 'Churn' })).rejects.toMatchObject({ code: 'image-reference-invalid' });
  });
});

describe.skipIf(!existsSync('/usr/bin/podman'))('with podman', () => {
  const names: string[] = [];
  let environment: Record<string, string> = {};
  let project: Project;
  let bundleDigest = '';

  const podman = async (...args: string[]): Promise<string> =>
    (await execa('podman', args, { env: environment, timeout: 200_000 })).stdout;
  const hardened = ['--read-only', '--cap-drop', 'all', '--security-opt', 'no-new-privileges'];

  /** Loads an image and gives its id, which is its config's digest. */
  async function loaded(variant: ImageOptions['variant']): Promise<BuiltImage> {
    const bundle = filesOf(join(project.folder, '.aieng', 'bundles', bundleDigest));
    const facts = { ...imageOptions().facts, bundleDigest };
    const built = await build({ bundle, facts, variant, reference: `image-test/churn-${variant}` });
    await podman('load', '--quiet', '--input', built.archive);
    names.push(built.reference);
    return built;
  }

  beforeAll(async () => {
    const settings = join(scratchFolder(), 'containers.conf');
    // As root in a container of its own podman needs runc, no systemd and limits that may be set.
    writeFileSync(
      settings,
      '[engine]\nruntime="runc"\ncgroup_manager="cgroupfs"\nevents_logger="file"\n[containers]\ndefault_ulimits=["nofile=4096:4096","nproc=4096:4096"]\n',
    );
    environment =
      existsSync('/usr/sbin/runc') && process.getuid?.() === 0 ? { CONTAINERS_CONF: settings } : {};
    project = await createChurnProject();
    const packaged = await project.must('package', 'churn', '--json');
    bundleDigest = packaged.json.result.digest;
  });

  afterAll(async () => {
    for (const name of names) await podman('rmi', '--force', name);
  });

  it('is loaded under its name, with its digest as id', async () => {
    const built = await loaded('serve');
    const [inspected] = JSON.parse(await podman('image', 'inspect', built.reference));
    expect(`sha256:${inspected.Id}`).toBe(built.configDigest);
    expect(inspected).toMatchObject({ Architecture: linuxHere.architecture, User: '10001:10001' });
    expect(inspected.Labels['dev.aieng.bundle.digest']).toBe(bundleDigest);
  });

  it('serves on a read-only file system without rights, and answers as the host does', async () => {
    const built = await loaded('serve');
    const port = await freePort();
    const container = `image-test-${process.pid}`;
    const token = 'a-token-of-the-environment';
    await podman(
      'run',
      '--detach',
      '--name',
      container,
      ...hardened,
      '--env',
      `AIENG_TOKEN=${token}`,
      '--publish',
      `127.0.0.1:${port}:8080`,
      built.reference,
    );
    try {
      const url = `http://127.0.0.1:${port}`;
      const answers = (): Promise<boolean> =>
        fetch(`${url}/health`).then(
          ({ ok }) => ok,
          () => false,
        );
      while (!(await answers())) {
        const state = (await podman('inspect', '--format', '{{.State.Status}}', container)).trim();
        if (state === 'exited') throw new Error(`the container ended:\n${await podman('logs', container)}`);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      const { input, scores } = JSON.parse(
        readFileSync(join(project.folder, '.aieng', 'bundles', bundleDigest, 'golden.json'), 'utf8'),
      ).rows[0];
      const response = await fetch(`${url}/predict`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify({ features: input }),
      });
      const body = await response.json();
      expect(response.status).toBe(200);
      expect(JSON.stringify(body)).toContain(String(Math.max(...scores)).slice(0, 6));
    } finally {
      await podman('rm', '--force', '--volumes', container);
    }
  });

  it('trains in a container what the host trains: the same bundle', async () => {
    const built = await loaded('full');
    const mounted = scratchFolder();
    for (const part of ['pipelines', 'data'])
      cpSync(join(project.folder, part), join(mounted, part), { recursive: true });
    await execa('chown', ['-R', '10001:10001', mounted]);
    const output = await podman(
      'run',
      '--rm',
      ...hardened,
      '--volume',
      `${mounted}:/work`,
      built.reference,
      'package',
      'churn',
      '--json',
    );
    expect(JSON.parse(output)).toMatchObject({ ok: true, result: { digest: bundleDigest } });
    expect(existsSync(join(mounted, '.aieng', 'bundles', bundleDigest, 'manifest.json'))).toBe(true);
  });
});
