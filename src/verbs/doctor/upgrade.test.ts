import { cpSync, existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { TestProject } from '../../cascade/testing.fixture.ts';
import { openTestProject } from '../../cascade/testing.fixture.ts';
import { damageOf } from '../../project/damage.ts';
import { readDesired } from '../../tracking/desired.ts';
import { unpackProject01 } from '../../../test/fixtures/store01.ts';
import { doctor } from './doctor.ts';
import { upgrade } from './upgrade.ts';

const wait = 0;

async function project01(): Promise<TestProject & { readonly folder: string }> {
  const project = await openTestProject({});
  unpackProject01(project.context.root);
  return { ...project, folder: join(project.context.root, '.aieng') };
}

/** Path → content of what a store holds, without what is half-done, held, or has an id of its own. */
function contentOf(folder: string): ReadonlyMap<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .filter((path) => !/^(tmp|locks|runs\/desired-)/.test(path))
    .sort();
  return new Map(files.map((path) => [path, readFileSync(join(folder, path), 'latin1')]));
}

const isDocument = (path: string): boolean => /^(runs|refs|versions)\//.test(path);

describe('a store of aieng 0.1', () => {
  it('is named as one, read as it is, and not touched by looking', async () => {
    const { context, folder } = await project01();
    const before = contentOf(folder);
    const { exitCode, result } = await doctor(context, {});
    expect(result.checks.filter(({ name }) => name === 'store')).toMatchObject([
      { state: 'warning', hint: expect.stringContaining('`aieng doctor --upgrade`') },
    ]);
    expect(exitCode).not.toBe(8);
    expect(contentOf(folder)).toEqual(before);
  });

  it('is brought over: every document sealed, bundles and logs untouched, the layout written', async () => {
    const { context, folder } = await project01();
    const before = contentOf(folder);
    const done = await upgrade(context, wait);
    const after = contentOf(folder);
    const count = (area: string): number =>
      [...before.keys()].filter((path) => path.startsWith(`${area}/`)).length;
    expect(done).toEqual({
      from: 1,
      to: 2,
      records: count('runs'),
      refs: count('refs'),
      versions: count('versions'),
      wishes: 1,
      damaged: 0,
      left: [],
    });
    for (const [path, text] of after)
      if (isDocument(path)) expect([path, text.includes('"sha256":"')]).toEqual([path, true]);
      else if (path !== 'layout.json') expect([path, before.get(path) === text]).toEqual([path, true]);
    for (const path of before.keys()) expect(after.has(path)).toBe(true);
    expect(await damageOf(context)).toEqual([]);
    // It was stopped: that is what is wished.
    expect(await readDesired(context, 'species')).toMatchObject({
      state: 'stopped',
      target: 'local',
      address: { host: '127.0.0.1', port: 18_473 },
      versions: [{ version: 1, share: 1, role: 'serving' }],
    });
    // Once more: nothing to do, nothing written.
    expect(await upgrade(context, wait)).toMatchObject({
      from: 2,
      to: 2,
      records: 0,
      refs: 0,
      versions: 0,
      wishes: 0,
    });
    expect(contentOf(folder)).toEqual(after);
  });

  it('may be stopped after each step, and is the same when it was run again', async () => {
    const whole = await project01();
    await upgrade(whole.context, wait);
    const steps = whole.said.length;
    expect(steps).toBe(3);
    for (let at = 1; at <= steps; at += 1) {
      const { context, folder } = await project01();
      let told = 0;
      const stopped = {
        ...context,
        progress: () => {
          told += 1;
          if (told === at) throw new Error('stopped');
        },
      };
      await expect(upgrade(stopped, wait)).rejects.toThrow('stopped');
      expect(existsSync(join(folder, 'layout.json'))).toBe(false);
      expect(await damageOf(context)).toEqual([]);
      expect(await upgrade(context, wait)).toMatchObject({ from: 1, to: 2, damaged: 0 });
      expect([at, contentOf(folder)]).toEqual([at, contentOf(whole.folder)]);
      expect(await context.store.recordIds('desired-species')).toHaveLength(1);
    }
  });

  it('ends at Ctrl-C after a step, and among its documents', async () => {
    const whole = await project01();
    const { records } = await upgrade(whole.context, wait);
    const { context, folder } = await project01();
    const stop = new AbortController();
    const interrupted = { ...context, signal: stop.signal };
    let looked = 0;
    const store = {
      ...context.store,
      recordPlace: (kind: string, id: string) => {
        looked += 1;
        if (looked === 3) stop.abort();
        return context.store.recordPlace(kind, id);
      },
    };
    await expect(upgrade({ ...interrupted, store }, wait)).rejects.toMatchObject({ exitCode: 130 });
    expect(looked).toBe(3);
    expect(existsSync(join(folder, 'layout.json'))).toBe(false);
    expect(await damageOf(context)).toEqual([]);
    const last = new AbortController();
    const afterAStep = {
      ...context,
      signal: last.signal,
      progress: () => last.abort(),
    };
    await expect(upgrade(afterAStep, wait)).rejects.toMatchObject({ exitCode: 130 });
    expect(await upgrade(context, wait)).toMatchObject({ records: records - 3, to: 2, damaged: 0 });
    expect(contentOf(folder)).toEqual(contentOf(whole.folder));
  });

  it('may be stopped at each document', async () => {
    const whole = await project01();
    const { records, refs, versions } = await upgrade(whole.context, wait);
    const { context, folder } = await project01();
    // One document more each time: each attempt goes on where the one before was stopped.
    for (let done = 0; done < records; done += 1) {
      let brought = 0;
      const attempt = context.store.sealAll((_kind, _id, content) => {
        brought += 1;
        if (brought > done + 1) throw new RangeError('stopped');
        return content as object;
      });
      if (done + 1 < records) await expect(attempt).rejects.toThrow('stopped');
      else expect(await attempt).toMatchObject({ records: 1, refs, versions });
    }
    expect(await upgrade(context, wait)).toMatchObject({ to: 2, damaged: 0 });
    expect(contentOf(folder)).toEqual(contentOf(whole.folder));
  });

  it('in which something is damaged stays one until that is put right, and says what', async () => {
    const { context, folder } = await project01();
    const kept = join(folder, '..', 'kept');
    const run = join(folder, 'runs/run', readdirSync(join(folder, 'runs/run'))[0]!);
    cpSync(run, kept);
    rmSync(run);
    writeFileSync(run, '{"runId":');
    const { exitCode, result } = await doctor(context, { upgrade: true });
    expect([exitCode, result.upgraded]).toMatchObject([8, { from: 1, to: 1, damaged: 1 }]);
    expect(result.checks.filter(({ state }) => state === 'failed')).toMatchObject([
      { name: 'store', message: expect.stringContaining(run.slice(folder.length + 1)) },
    ]);
    rmSync(run);
    cpSync(kept, run);
    expect(await upgrade(context, wait)).toMatchObject({ from: 1, to: 2, records: 1, damaged: 0 });
    expect(await damageOf(context)).toEqual([]);
  });

  it('has no document without its digest afterwards: one that lost it is refused, and not sealed again', async () => {
    const { context, folder } = await project01();
    await upgrade(context, wait);
    const strip = (path: string): void => {
      const { sha256: _seal, ...content } = JSON.parse(readFileSync(join(folder, path), 'utf8'));
      rmSync(join(folder, path));
      writeFileSync(join(folder, path), JSON.stringify(content));
    };
    const run = `runs/run/${readdirSync(join(folder, 'runs/run'))[0]!}`;
    for (const path of [run, 'refs/deployments/species/00000003.json', 'versions/species/2.json'])
      strip(path);
    expect(await damageOf(context)).toHaveLength(3);
    expect(await upgrade(context, wait)).toMatchObject({ damaged: 3, records: 0, refs: 0, versions: 0 });
    expect(await damageOf(context)).toHaveLength(3);
    await expect(context.store.readRef('deployments/species')).rejects.toMatchObject({
      exitCode: 8,
      message: expect.stringContaining('no digest'),
    });
  });
});

it('nothing is made by looking where there is no store', async () => {
  const { context } = await openTestProject({});
  await doctor(context, {});
  expect(existsSync(join(context.root, '.aieng'))).toBe(false);
  expect(await upgrade(context, wait)).toMatchObject({ from: null, to: null });
  expect(existsSync(join(context.root, '.aieng'))).toBe(false);
});
