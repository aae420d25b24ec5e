import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { sha256 } from '../../../digest.ts';
import type { Environment } from '../../../environment/environment.ts';
import { fakeEnvironment } from '../../../environment/fixed.ts';
import type { Store } from '../../store.ts';
import { openFileStore } from './index.ts';

// Stores in which something lies that nobody wrote by a command, and names that nobody may give.

const scratch = mkdtempSync(join(tmpdir(), 'aieng-strange-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
let folders = 0;
const newFolder = (): string => join(scratch, String(++folders));
const open = (folder: string, environment: Environment = fakeEnvironment()): Promise<Store> =>
  openFileStore({ folder, environment });
const write = (path: string, text: string): void => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
};

describe('in a store of aieng 0.1', () => {
  it.each(['[1]', '"x"', '7', 'null', '{}', '{"digest":7}'])(
    'a version that says %s names no digest',
    async (text) => {
      const folder = newFolder();
      write(join(folder, 'versions', 'churn', '1.json'), text);
      const store = await open(folder);
      await expect(store.version('churn', 1)).rejects.toMatchObject({ exitCode: 8, code: 'store-damaged' });
      await expect(store.versions('churn')).rejects.toMatchObject({ exitCode: 8 });
      expect((await store.verify()).map(({ what }) => what)).toEqual([join('versions', 'churn', '1.json')]);
    },
  );

  it.each([
    '[1]',
    '"x"',
    'null',
    '{}',
    '{"value":"a","previous":null,"at":1}',
    '{"value":"a","previous":7,"at":1,"why":"x"}',
  ])('a move that says %s is none', async (text) => {
    const folder = newFolder();
    write(join(folder, 'refs', 'churn', '00000001.json'), text);
    const store = await open(folder);
    await expect(store.readRef('churn')).rejects.toMatchObject({ exitCode: 8, code: 'store-damaged' });
    await expect(store.compareAndSet('churn', undefined, 'b', 'why')).rejects.toMatchObject({ exitCode: 8 });
  });

  it('a version and a move without digests are believed', async () => {
    const folder = newFolder();
    write(join(folder, 'versions', 'churn', '1.json'), JSON.stringify({ digest: sha256('a') }));
    write(join(folder, 'refs', 'churn', '00000001.json'), '{"value":"a","previous":null,"at":1,"why":"x"}');
    const store = await open(folder);
    expect(await store.version('churn', 1)).toBe(sha256('a'));
    expect(await store.readRef('churn')).toBe('a');
    expect(await store.verify()).toEqual([]);
  });
});

it('an object that is a link to itself is a fault of the disk, and none that is gone', async () => {
  const folder = newFolder();
  const store = await open(folder);
  const digest = await store.put('text');
  const path = await store.path(digest);
  rmSync(path, { force: true });
  symlinkSync(path, path);
  await expect(store.objects()).rejects.toMatchObject({ code: 'path-not-usable', exitCode: 2 });
  await expect(store.removeObject(digest, Infinity)).rejects.toMatchObject({ code: 'path-not-usable' });
  await expect(store.get(digest)).rejects.toMatchObject({ code: 'path-not-usable' });
});

it('a name that could leave its place is refused with what it should name', async () => {
  const store = await open(newFolder());
  const bad = '../x';
  const asked: readonly (readonly [string, () => unknown])[] = [
    ['record kind', () => store.recordPlace(bad, 'x')],
    ['record', () => store.recordPlace('run', bad)],
    ['record', () => store.recordPlace('run', 'a/b')],
    ['record kind', () => store.recordIds(bad)],
    ['folder', () => store.folder(bad)],
    ['folder', () => store.folderPlace(bad)],
    ['bundle', () => store.version(bad, 1)],
    ['bundle', () => store.claimVersion(bad, sha256('a'))],
    ['damaged thing', () => store.setAside(bad)],
    ['ref', () => store.readRef(bad)],
    ['ref', () => store.refHistory(bad)],
    ['lock', () => store.lock(bad, { waitMs: 0, command: 'x' })],
  ];
  for (const [what, ask] of asked)
    await expect(Promise.resolve().then(ask)).rejects.toMatchObject({
      code: 'invalid-name',
      message: expect.stringContaining(`cannot be the name of a ${what}:`),
    });
});

it('a lock is waited for by the time that passed since, whatever the clock stood at', async () => {
  const folder = newFolder();
  const alive = (asked: number): string | null => (asked === 1 ? 'a' : asked === 2 ? 'b' : null);
  await (
    await open(folder, fakeEnvironment({ pid: 1, processStart: alive }))
  ).lock('churn', { waitMs: 0, command: 'x' });
  let asked = 0;
  const late = fakeEnvironment({ pid: 2, processStart: alive, elapsed: () => 1e6 + 10 * asked++ });
  await expect((await open(folder, late)).lock('churn', { waitMs: 25, command: 'x' })).rejects.toMatchObject({
    code: 'busy',
  });
  // At 1e6 it began; it looked after 10, 20 and 30 ms.
  expect(asked).toBe(4);
});
