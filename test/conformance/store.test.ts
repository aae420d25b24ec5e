import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { sha256 } from '../../src/digest.ts';
import { readEnvironment } from '../../src/environment/index.ts';
import { backends, holding } from '../../src/store/index.ts';
import type { Store } from '../../src/store/store.ts';

const scratch = mkdtempSync(join(tmpdir(), 'aieng-conformance-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
let folders = 0;

describe.each(backends)('store on $name', ({ open }) => {
  const environment = readEnvironment({ variables: {}, cwd: scratch });
  let folder: string;
  let store: Store;
  const again = (): Promise<Store> => open({ folder, environment });
  beforeEach(async () => {
    folder = join(scratch, String(++folders));
    store = await again();
  });

  it('gives back the bytes that were put, under their SHA-256', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        const digest = await store.put(bytes);
        expect(digest).toBe(sha256(bytes));
        expect(Buffer.from(await store.get(digest)).equals(Buffer.from(bytes))).toBe(true);
        expect(await store.has(digest)).toBe(true);
      }),
      { numRuns: 25 },
    );
    expect(await store.put('é')).toBe('4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c');
  });

  it('keeps files, and gives a path to read them from', async () => {
    const file = join(scratch, 'some-file');
    writeFileSync(file, 'x'.repeat(200_000));
    const digest = await store.putFile(file);
    expect(digest).toBe(sha256('x'.repeat(200_000)));
    const path = await (await again()).path(digest);
    expect(isAbsolute(path)).toBe(true);
    await expect(store.putFile(join(scratch, 'absent'))).rejects.toMatchObject({ exitCode: 2 });
  });

  it('says how to repair what is missing', async () => {
    const absent = sha256('never put');
    expect(await store.has(absent)).toBe(false);
    for (const ask of [() => store.get(absent), () => store.path(absent)])
      await expect(ask()).rejects.toMatchObject({
        exitCode: 8,
        hint: expect.stringContaining('aieng run'),
      });
  });

  it('writes a record once; the first one stays', async () => {
    expect(await store.record('run', 'a', { n: 1 })).toBe(true);
    expect(await store.record('run', 'a', { n: 2 })).toBe(false);
    expect(await (await again()).readRecord('run', 'a')).toEqual({ n: 1 });
    expect(await store.readRecord('run', 'b')).toBeUndefined();
  });

  it('puts a record in the place of another where it has to, and that is whole', async () => {
    await store.record('run', 'a', { n: 1 });
    await store.replaceRecord('run', 'a', { n: 2 });
    expect(await (await again()).readRecord('run', 'a')).toEqual({ n: 2 });
    expect(await store.recordIds('run')).toEqual(['a']);
    expect(await store.verify()).toEqual([]);
  });

  it('lists records newest first', async () => {
    const ids = Array.from({ length: 5 }, () => environment.newId());
    for (const id of [...ids].reverse()) await store.record('run', id, { id });
    expect(await store.recordIds('run')).toEqual([...ids].reverse());
    expect(await store.readRecord('run', ids[3]!)).toEqual({ id: ids[3] });
    expect(await store.recordIds('other')).toEqual([]);
    await store.record('monitor-churn', ids[0]!, {});
    expect(await store.recordKinds()).toEqual(['monitor-churn', 'run']);
  });

  it('moves a ref only from what is expected, and writes down each move', async () => {
    expect(await store.readRef('churn/champion')).toBeUndefined();
    expect(await store.compareAndSet('churn/champion', 'x', 'a', 'no')).toBe(false);
    expect(await store.compareAndSet('churn/champion', undefined, 'a', 'first')).toBe(true);
    expect(await store.compareAndSet('churn/champion', undefined, 'b', 'late')).toBe(false);
    expect(await store.compareAndSet('churn/champion', 'a', 'b', 'better')).toBe(true);
    expect(await store.compareAndSet('churn/champion', 'b', 'a', 'rolled back')).toBe(true);
    expect(await (await again()).readRef('churn/champion')).toBe('a');
    const history = await store.refHistory('churn/champion');
    expect(history.map(({ value, previous, why }) => [previous, value, why])).toEqual([
      [null, 'a', 'first'],
      ['a', 'b', 'better'],
      ['b', 'a', 'rolled back'],
    ]);
    expect(history.every((entry) => Math.abs(entry.at - environment.now()) < 3_600_000)).toBe(true);
  });

  it('lists refs by prefix', async () => {
    for (const ref of ['churn/champion', 'churn', 'stages/churn/train'])
      await store.compareAndSet(ref, undefined, 'v', 'test');
    expect(await store.refs('')).toEqual(['churn', 'churn/champion', 'stages/churn/train']);
    expect(await store.refs('churn/')).toEqual(['churn/champion']);
    expect(await store.refs('nothing')).toEqual([]);
  });

  it('counts versions up, and knows content that has one', async () => {
    const [a, b, c] = [sha256('a'), sha256('b'), sha256('c')];
    expect(await store.claimVersion('churn', a)).toEqual({ version: 1, existed: false });
    expect(await store.claimVersion('churn', b)).toEqual({ version: 2, existed: false });
    expect(await (await again()).claimVersion('churn', a)).toEqual({ version: 1, existed: true });
    expect(await store.version('churn', 2)).toBe(b);
    expect(await store.version('churn', 3)).toBeUndefined();
    expect(await store.claimExactVersion('churn', 9, c)).toBe(true);
    expect(await store.claimExactVersion('churn', 9, c)).toBe(true);
    expect(await store.claimExactVersion('churn', 9, a)).toBe(false);
    expect(await store.claimVersion('churn', sha256('d'))).toEqual({ version: 10, existed: false });
    expect((await store.versions('churn')).map((entry) => entry.version)).toEqual([1, 2, 9, 10]);
    expect(await store.newestVersion('churn')).toEqual({ version: 10, digest: sha256('d') });
    expect(await (await again()).newestVersion('churn')).toEqual((await store.versions('churn')).at(-1));
    expect(await store.newestVersions('churn', 2)).toEqual({
      versions: (await store.versions('churn')).slice(-2).reverse(),
      all: 4,
    });
    expect(await store.versions('other')).toEqual([]);
    expect(await store.newestVersion('other')).toBeUndefined();
    expect(await store.newestVersions('other', 2)).toEqual({ versions: [], all: 0 });
  });

  it('keeps one holder of a lock, and frees it when the work fails', async () => {
    const lock = await store.lock('churn', { waitMs: 0, command: 'aieng train' });
    await expect((await again()).lock('churn', { waitMs: 30, command: 'aieng run' })).rejects.toMatchObject({
      exitCode: 7,
      message: expect.stringContaining('aieng train'),
    });
    await (await store.lock('other', { waitMs: 0, command: 'x' })).release();
    await lock.release();
    const failing = holding(store, 'churn', { waitMs: 0, command: 'x' }, () =>
      Promise.reject(new Error('the work failed')),
    );
    await expect(failing).rejects.toThrow('the work failed');
    await (await store.lock('churn', { waitMs: 0, command: 'x' })).release();
  });

  it('lets nothing out of its folder', async () => {
    const hostile = ['../x', '/etc/passwd', 'a/../../x', '..', '', 'a\0b', '.hidden', 'a\\..\\b'];
    for (const bad of hostile) {
      const attempts = [
        () => store.readRef(bad),
        () => store.compareAndSet(bad, undefined, 'x', 'x'),
        () => store.record(bad, 'id', {}),
        () => store.record('kind', bad, {}),
        () => store.readRecord('kind', bad),
        () => store.recordIds(bad),
        () => store.claimVersion(bad, sha256('')),
        () => store.lock(bad, { waitMs: 0, command: 'x' }),
        () => store.folder(bad),
        () => store.get(bad),
        () => store.has(bad),
      ];
      for (const attempt of attempts) await expect(attempt()).rejects.toMatchObject({ exitCode: 2 });
    }
    await expect(store.folder('objects/ab')).rejects.toMatchObject({ exitCode: 2 });
    expect(await store.folder('logs/churn')).toBe(join(folder, 'logs', 'churn'));
  });

  it('keeps a member called __proto__ as plain data', async () => {
    await store.record('run', 'odd', JSON.parse('{"__proto__": {"polluted": true}}'));
    expect(JSON.stringify(await store.readRecord('run', 'odd'))).toBe('{"__proto__":{"polluted":true}}');
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});
