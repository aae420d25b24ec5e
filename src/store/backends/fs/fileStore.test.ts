import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { fakeEnvironment } from '../../../environment/fixed.ts';
import type { Store } from '../../store.ts';
import { explainFault } from '../../../disk/faults.ts';
import { openFileStore } from './index.ts';

const scratch = mkdtempSync(join(tmpdir(), 'aieng-store-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
let folders = 0;
const newFolder = (): string => join(scratch, String(++folders));
const open = (folder: string): Promise<Store> => openFileStore({ folder, environment: fakeEnvironment() });
const objectFile = (folder: string, digest: string): string =>
  join(folder, 'objects', digest.slice(0, 2), digest);
const damage = (path: string, content: string): void => {
  rmSync(path);
  writeFileSync(path, content);
};

describe('the store on disk', () => {
  it('is not made by looking', async () => {
    const folder = newFolder();
    const store = await open(folder);
    expect(await store.recordIds('run')).toEqual([]);
    expect(await store.refs('')).toEqual([]);
    expect(await store.verify()).toEqual([]);
    expect(existsSync(folder)).toBe(false);
  });

  it('says its layout from its first content on, and stays of aieng 0.1 where it was made by it', async () => {
    const folder = newFolder();
    await (await open(folder)).put('a');
    const layout = { layout: 2, minimum_aieng: '0.2.0' };
    expect(JSON.parse(readFileSync(join(folder, 'layout.json'), 'utf8'))).toEqual(layout);
    const old = newFolder();
    mkdirSync(join(old, 'runs'), { recursive: true });
    await (await open(old)).put('a');
    expect(existsSync(join(old, 'layout.json'))).toBe(false);
  });

  it.each([
    ['{"layout":3,"minimum_aieng":"0.9.1"}', 'aieng 0.9.1 or newer', 'written-by-newer-aieng'],
    ['{"layout":3}', 'the version that made it', 'written-by-newer-aieng'],
    ['{"layout":"2"}', 'Restore', 'store-damaged'],
    ['nonsense', 'Restore', 'store-damaged'],
  ])('of layout %s is refused', async (text, hint, code) => {
    const folder = newFolder();
    mkdirSync(folder);
    writeFileSync(join(folder, 'layout.json'), text);
    await expect(open(folder)).rejects.toMatchObject({
      exitCode: 8,
      code,
      hint: expect.stringContaining(hint),
    });
    writeFileSync(join(folder, 'layout.json'), '{"layout":2,"minimum_aieng":"0.2.0"}');
    await open(folder);
  });

  it('believes documents without a digest in a store of aieng 0.1, and in no other', async () => {
    const folder = newFolder();
    for (const [path, text] of [
      ['runs/run/one.json', '{"n":1}'],
      ['refs/champion/00000001.json', '{"at":1,"previous":null,"value":"a","why":"test"}'],
      ['versions/churn/1.json', `{"digest":"${'a'.repeat(64)}"}`],
    ] as const) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const store = await open(folder);
    expect(await store.layout()).toBe(1);
    const read = (): Promise<unknown[]> =>
      Promise.all([store.readRecord('run', 'one'), store.readRef('champion'), store.versions('churn')]);
    const [run, ref] = await read();
    expect([run, ref, await store.verify()]).toEqual([{ n: 1 }, 'a', []]);
    await store.writeLayout();
    const unsealed = [() => store.readRecord('run', 'one'), () => store.readRef('champion')];
    for (const ask of unsealed)
      await expect(ask()).rejects.toMatchObject({
        exitCode: 8,
        message: expect.stringContaining('no digest'),
      });
    expect(await store.verify()).toHaveLength(3);
    rmSync(join(folder, 'layout.json'));
    const asItIs = (_kind: string, _id: string, content: unknown): object => content as object;
    expect(await store.sealAll(asItIs)).toEqual({ records: 1, refs: 1, versions: 1, damaged: [] });
    expect(await store.sealAll(asItIs)).toEqual({ records: 0, refs: 0, versions: 0, damaged: [] });
    await store.writeLayout();
    expect([...(await read()).slice(0, 2), await store.verify(), await store.layout()]).toEqual([
      run,
      ref,
      [],
      2,
    ]);
  });

  describe('takes an object away', () => {
    const day = 24 * 3_600_000;
    const aged = async (): Promise<{ folder: string; store: Store; digest: string; now: number }> => {
      const folder = newFolder();
      const environment = fakeEnvironment();
      const store = await openFileStore({ folder, environment });
      const digest = await store.put('x');
      const now = environment.now();
      const before = (now - 2 * day) / 1000;
      utimesSync(objectFile(folder, digest), before, before);
      return { folder, store, digest, now };
    };
    const file = join(scratch, 'content');
    writeFileSync(file, 'x');

    it('only where it was put before the given time, from both sides', async () => {
      const { store, digest, now } = await aged();
      const at = now - 2 * day;
      expect(await store.objects()).toEqual([{ digest, bytes: 1, at }]);
      expect(await store.removeObject(digest, at)).toBe(false);
      expect(await store.has(digest)).toBe(true);
      expect(await store.removeObject(digest, at + 1)).toBe(true);
      expect([await store.has(digest), await store.objects()]).toEqual([false, []]);
      expect(await store.removeObject(digest, Infinity)).toBe(false);
    });

    it.each<[string, (store: Store, digest: string) => Promise<unknown>]>([
      ['put', (store) => store.put('x')],
      ['putFile', (store) => store.putFile(file)],
      ['putBy', (store) => store.putBy(async (path) => writeFileSync(path, 'x'))],
      ['renew', (store, digest) => store.renew(digest)],
    ])('but not one that %s made young again, and %s brings it back', async (_how, again) => {
      const { folder, store, digest, now } = await aged();
      await again(store, digest);
      expect((await store.objects())[0]?.at).toBe(now);
      expect(await store.removeObject(digest, now - day)).toBe(false);
      expect(new TextDecoder().decode(await store.get(digest))).toBe('x');
      // By another process, while this one still holds it for sound.
      expect(await (await open(folder)).removeObject(digest, Infinity)).toBe(true);
      await again(store, digest);
      expect(await store.has(digest)).toBe(_how !== 'renew');
      expect(readdirSync(join(folder, 'tmp'))).toEqual([]);
    });

    it('and a record', async () => {
      const store = await open(newFolder());
      await store.record('run', 'a', {});
      expect([await store.removeRecord('run', 'a'), await store.removeRecord('run', 'a')]).toEqual([
        true,
        false,
      ]);
      expect(await store.recordIds('run')).toEqual([]);
    });
  });

  it('leaves nothing temporary behind', async () => {
    const folder = newFolder();
    const store = await open(folder);
    await store.put('a');
    await store.put('a');
    await store.record('run', 'one', {});
    await store.record('run', 'one', {});
    await store.compareAndSet('champion', undefined, 'x', 'first');
    expect(readdirSync(join(folder, 'tmp'))).toEqual([]);
  });

  it('tells a damaged object, sets it aside, and is whole again when its content is put again', async () => {
    const folder = newFolder();
    const digest = await (await open(folder)).put('precious');
    damage(objectFile(folder, digest), 'precioux');
    const store = await open(folder);
    const [problem] = await store.verify();
    expect(problem).toMatchObject({ what: join('objects', digest.slice(0, 2), digest) });
    expect(problem?.repair).toContain('aieng run');
    await expect(store.get(digest)).rejects.toMatchObject({ exitCode: 8, code: 'object-damaged' });
    expect(await store.has(digest)).toBe(false);
    await expect(store.path(digest)).rejects.toMatchObject({ exitCode: 8, code: 'object-missing' });
    await store.put('precious');
    expect(new TextDecoder().decode(await store.get(digest))).toBe('precious');
    expect(await store.verify()).toEqual([]);
  });

  it('puts sound content over damaged content', async () => {
    const folder = newFolder();
    const digest = await (await open(folder)).put('precious');
    damage(objectFile(folder, digest), '');
    const store = await open(folder);
    expect(await store.put('precious')).toBe(digest);
    expect(await store.verify()).toEqual([]);
  });

  it('finds what is wrong with records, refs and versions', async () => {
    const folder = newFolder();
    const store = await open(folder);
    await store.put('an object');
    await store.record('run', 'one', { a: 1 });
    for (const [from, to] of [
      [undefined, 'a'],
      ['a', 'b'],
      ['b', 'c'],
    ] as const)
      await store.compareAndSet('champion', from, to, 'test');
    await store.claimVersion('churn', await store.put('x'));
    expect(await store.verify()).toEqual([]);
    truncateSync(join(folder, 'runs', 'run', 'one.json'), 3);
    rmSync(join(folder, 'refs', 'champion', '00000002.json'));
    damage(join(folder, 'versions', 'churn', '1.json'), '{"digest":"__proto__"}');
    writeFileSync(join(folder, 'objects', 'stray'), 'x');
    const what = (await store.verify()).map((problem) => problem.what);
    expect(what).toEqual([
      join('objects', 'stray'),
      join('runs', 'run', 'one.json'),
      join('refs', 'champion'),
      join('versions', 'churn', '1.json'),
    ]);
    await expect(store.readRecord('run', 'one')).rejects.toMatchObject({ exitCode: 8 });
    await expect((await open(folder)).version('churn', 1)).rejects.toMatchObject({ exitCode: 8 });
  });

  it('says what to do where the path cannot be used', async () => {
    const file = newFolder();
    writeFileSync(file, 'a file');
    const store = await openFileStore({ folder: file, environment: fakeEnvironment() }).catch(
      (error: unknown) => error,
    );
    expect(store).toMatchObject({
      exitCode: 2,
      code: 'path-not-usable',
      hint: expect.stringContaining('--store'),
    });
    const below = await openFileStore({ folder: join(file, 'x'), environment: fakeEnvironment() }).catch(
      (error: unknown) => error,
    );
    expect(below).toMatchObject({ exitCode: 2 });
  });

  it.each(['ENOSPC', 'EACCES', 'EROFS', 'ENOTDIR', 'EDQUOT'])('turns %s into exit 2 with a hint', (code) => {
    const fault = Object.assign(new Error(code), { code, path: 'the/path' });
    expect(explainFault(fault, 'elsewhere')).toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('the/path'),
      hint: expect.stringMatching(/--store/),
    });
  });

  it('leaves our own bugs as they are', () => {
    const bug = new TypeError('x');
    expect(explainFault(bug, 'y')).toBe(bug);
  });
});
