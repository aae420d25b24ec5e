import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Context } from '../../project/context.ts';
import { openTestProject } from '../../cascade/testing.fixture.ts';
import { damageOf } from '../../project/damage.ts';
import { openStore } from '../../store/index.ts';
import { writeDesired } from '../../tracking/desired.ts';
import { unpackProject01 } from '../../../test/fixtures/store01.ts';
import { doctor } from './doctor.ts';
import { repair } from './repair.ts';
import { upgrade } from './upgrade.ts';

let context: Context;
let folder: string;
beforeEach(async () => {
  ({ context } = await openTestProject({}));
  unpackProject01(context.root);
  folder = join(context.root, '.aieng');
  await upgrade(context, 0);
  expect(await damageOf(context)).toEqual([]);
});

/** As the next command finds it: nothing is remembered. */
async function again(): Promise<Context> {
  return { ...context, store: await openStore({ folder, environment: context.environment }) };
}

function change(path: string): void {
  const bytes = readFileSync(path);
  rmSync(path);
  bytes[Math.floor(bytes.length / 2)]! ^= 1;
  writeFileSync(path, bytes);
}

const bundles = (): readonly string[] =>
  readdirSync(join(folder, 'bundles')).filter((name) => !name.startsWith('.'));
const objectPath = (digest: string): string => join(folder, 'objects', digest.slice(0, 2), digest);

/** The objects of version 2. */
function objectsOf(digest: string): readonly string[] {
  const { files } = JSON.parse(readFileSync(join(folder, 'bundles', digest, 'manifest.json'), 'utf8')) as {
    files: Record<string, { sha256: string }>;
  };
  return [digest, ...Object.values(files).map(({ sha256 }) => sha256)];
}

describe('doctor --repair', () => {
  it('finds nothing to do where nothing is damaged', async () => {
    expect(await repair(context, [], 0)).toEqual([]);
  });

  it('writes a folder anew from objects, whatever was done to it, and keeps what was there', async () => {
    const [digest] = bundles() as [string];
    const path = join(folder, 'bundles', digest);
    for (const damage of [
      () => change(join(path, 'model/weights.bin')),
      () => rmSync(join(path, 'golden.json')),
      () => writeFileSync(join(path, 'more'), ''),
      () => writeFileSync(join(path, 'manifest.json'), '{}'),
    ]) {
      damage();
      expect(await damageOf(await again())).toHaveLength(1);
      expect(await repair(await again(), [], 0)).toEqual([{ what: path, from: 'its objects' }]);
      expect(await damageOf(await again())).toEqual([]);
    }
    expect(readdirSync(join(folder, 'damaged', 'bundles'))).toHaveLength(4);
  });

  it('writes the folder of what is to run, where it is gone', async () => {
    const { digest } = (await context.store.versions('species'))[0]!;
    rmSync(join(folder, 'bundles', digest), { recursive: true });
    // It is stopped: nothing is missing.
    expect(await damageOf(await again())).toEqual([]);
    await writeDesired(context, 'species', {
      why: 'test',
      state: 'running',
      target: 'local',
      address: null,
      cluster: null,
      versions: [],
    });
    expect(await damageOf(await again())).toMatchObject([{ what: join(folder, 'bundles', digest) }]);
    await repair(await again(), [], 0);
    expect(await damageOf(await again())).toEqual([]);
  });

  it('gives back each object of a bundle, damaged or gone, from its folder or its file', async () => {
    const { digest } = (await context.store.versions('species'))[1]!;
    for (const object of objectsOf(digest))
      for (const damage of [change, rmSync]) {
        damage(objectPath(object));
        const found = await damageOf(await again());
        expect([object, found.length > 0]).toEqual([object, true]);
        expect((await repair(await again(), [], 0)).length).toBeGreaterThan(0);
        expect([object, await damageOf(await again())]).toEqual([object, []]);
      }
  });

  it('takes a file of the bundle where neither folder nor objects are whole', async () => {
    for (const digest of bundles()) {
      for (const object of objectsOf(digest)) rmSync(objectPath(object), { force: true });
      rmSync(join(folder, 'bundles', digest, 'golden.json'));
    }
    const before = (await damageOf(await again())).length;
    expect(await repair(await again(), [], 0)).toEqual([]);
    expect(await damageOf(await again())).toHaveLength(before);
    const given = await repair(await again(), [join(context.root, 'species.tar')], 0);
    expect(given.map(({ from }) => from)).toEqual([join(context.root, 'species.tar'), 'its objects']);
    // The other version has no file here: it is named, with what to do.
    const left = await damageOf(await again());
    expect(left.length).toBeLessThan(before);
    for (const { repair: hint } of left) expect(hint).toContain('aieng doctor --repair x.tar');
  });

  it.each(['gone', 'damaged'])(
    'claims a version anew that is %s, as refs and records know it',
    async (how) => {
      const before = await context.store.versions('species');
      for (const { version } of before) {
        const path = join(folder, `versions/species/${version}.json`);
        if (how === 'gone') rmSync(path);
        else change(path);
        expect(await damageOf(await again())).toHaveLength(1);
        expect(await repair(await again(), [], 0)).toEqual([
          { what: `version species@${version}`, from: 'refs and records' },
        ]);
        expect(await (await again()).store.versions('species')).toEqual(before);
        expect(await damageOf(await again())).toEqual([]);
      }
    },
  );

  it('claims nothing that is not known by one bundle alone', async () => {
    const [first, second] = await context.store.versions('species');
    rmSync(join(folder, 'versions'), { recursive: true });
    const now = await context.store.readRef('deployments/species');
    await context.store.compareAndSet('deployments/species', now, `1@${second!.digest}`, 'test');
    expect(await repair(await again(), [], 0)).toEqual([
      { what: 'version species@2', from: 'refs and records' },
    ]);
    expect(first!.version).toBe(1);
  });

  it('names what nothing can give back, and exits 8', async () => {
    const run = readdirSync(join(folder, 'runs/run'))[0]!;
    change(join(folder, 'runs/run', run));
    const { exitCode, result } = await doctor(await again(), { repair: true });
    expect([exitCode, result.repaired]).toEqual([8, []]);
    expect(result.checks.filter(({ state }) => state === 'failed')).toMatchObject([
      { name: 'store', message: expect.stringContaining(run) },
    ]);
    expect(existsSync(join(folder, 'runs/run', run))).toBe(true);
  });
});
