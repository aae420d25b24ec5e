import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { sha256 } from '../../../digest.ts';
import {
  afterPowerCut,
  cutPowerAt,
  failAt,
  operations,
  settle,
  survivals,
} from '../../../disk/powerCut.fixture.ts';
import { fakeEnvironment } from '../../../environment/fixed.ts';
import type { Store } from '../../store.ts';
import { openFileStore } from './index.ts';

vi.mock('node:fs/promises', async (real) =>
  (await import('../../../disk/powerCut.fixture.ts')).watched(await real()),
);

const scratch = mkdtempSync(join(tmpdir(), 'aieng-durability-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
let folders = 0;
const newFolder = (): string => {
  const folder = join(scratch, String(++folders));
  mkdirSync(folder);
  return folder;
};
const open = (folder: string): Promise<Store> => openFileStore({ folder, environment: fakeEnvironment() });

/** By a process of the machine after it was started again. */
function openLater(folder: string): Promise<Store> {
  const { host } = fakeEnvironment();
  const environment = fakeEnvironment({ pid: 77, host: { ...host, bootId: 'next' } });
  return openFileStore({ folder, environment });
}

const halfDone = (folder: string): string[] =>
  existsSync(join(folder, 'tmp')) ? readdirSync(join(folder, 'tmp')) : [];

const [old, next] = [sha256('old'), sha256('next')];
const file = join(scratch, 'a-file');
writeFileSync(file, 'next');

/** A change of the store: what stands before it, how it is made, and how it is seen (the old or the new, nothing else). */
interface Change {
  readonly before: (store: Store) => Promise<unknown>;
  readonly change: (store: Store) => Promise<unknown>;
  readonly look: (store: Store) => Promise<unknown>;
  readonly is: readonly [before: unknown, after: unknown];
}

const lookAtObject = async (store: Store): Promise<unknown> =>
  (await store.has(next)) ? new TextDecoder().decode(await store.get(next)) : undefined;
const move = async (store: Store, from: string | undefined, to: string): Promise<void> => {
  expect(await store.compareAndSet('churn/champion', from, to, 'test')).toBe(true);
};

const changes: Readonly<Record<string, Change>> = {
  put: {
    before: (store) => store.put('old'),
    change: (store) => store.put('next'),
    look: lookAtObject,
    is: [undefined, 'next'],
  },
  'put into an empty store': {
    before: async () => undefined,
    change: (store) => store.put('next'),
    look: lookAtObject,
    is: [undefined, 'next'],
  },
  putFile: {
    before: (store) => store.put('old'),
    change: (store) => store.putFile(file),
    look: lookAtObject,
    is: [undefined, 'next'],
  },
  putBy: {
    before: (store) => store.put('old'),
    change: (store) => store.putBy(async (path) => writeFileSync(path, 'next')),
    look: lookAtObject,
    is: [undefined, 'next'],
  },
  'a record': {
    before: (store) => store.record('run', 'one', { n: 1 }),
    change: (store) => store.record('run', 'two', { n: 2 }),
    look: async (store) =>
      Promise.all((await store.recordIds('run')).map((id) => store.readRecord('run', id))),
    is: [[{ n: 1 }], [{ n: 2 }, { n: 1 }]],
  },
  'the first move of a ref': {
    before: async () => undefined,
    change: (store) => move(store, undefined, 'a'),
    look: (store) => store.readRef('churn/champion'),
    is: [undefined, 'a'],
  },
  'a move of a ref': {
    before: (store) => move(store, undefined, 'a'),
    change: (store) => move(store, 'a', 'b'),
    look: async (store) => (await store.refHistory('churn/champion')).map(({ value }) => value),
    is: [['a'], ['a', 'b']],
  },
  'a version': {
    before: (store) => store.claimVersion('churn', old),
    change: (store) => store.claimVersion('churn', next),
    look: (store) => store.versions('churn'),
    is: [
      [{ version: 1, digest: old }],
      [
        { version: 1, digest: old },
        { version: 2, digest: next },
      ],
    ],
  },
  'an upgrade': {
    before: async (store) => {
      // Not by the store: it would be of the layout of today.
      const place = store.recordPlace('run', 'one');
      mkdirSync(dirname(place), { recursive: true });
      writeFileSync(place, '{"n":1}');
    },
    change: async (store) => {
      await store.sealAll((_kind, _id, content) => content as object);
      await store.writeLayout();
    },
    look: async (store) => [await store.layout(), await store.readRecord('run', 'one')],
    is: [
      [1, { n: 1 }],
      [2, { n: 1 }],
    ],
  },
  'a given version': {
    before: (store) => store.claimVersion('churn', old),
    change: (store) => store.claimExactVersion('churn', 2, next),
    look: async (store) => (await store.versions('churn')).length,
    is: [1, 2],
  },
};

describe.each(Object.entries(changes))('%s', (_name, { before, change, look, is }) => {
  const prepared = async (): Promise<{ folder: string; store: Store }> => {
    const folder = newFolder();
    await before(await open(folder));
    settle(folder);
    return { folder, store: await open(folder) };
  };

  it('is the old or the new after a power cut at any operation, and the new once it was said to be done', async () => {
    for (let at = 1; ; at += 1) {
      const { folder, store } = await prepared();
      const done = await cutPowerAt(at, () => change(store));
      for (const survival of survivals) {
        const found = newFolder();
        afterPowerCut(folder, found, survival);
        const told = `${survival} survives operation ${at} of ${operations().join(', ')}`;
        const again = await openLater(found);
        expect(is, told).toContainEqual(await look(again));
        if (done) expect(await look(again), told).toEqual(is[1]);
        expect(await again.verify(), told).toEqual([]);
        expect(halfDone(found), told).toEqual([]);
        // What was left does not stand in the way of doing it once more.
        if (!isDeepStrictEqual(await look(again), is[1])) await change(again);
        expect(await look(again), told).toEqual(is[1]);
      }
      if (done) return;
    }
  });

  it.each(['ENOSPC', 'EIO'])(
    'leaves the old or the new and nothing temporary where an operation says %s',
    async (code) => {
      for (let at = 1; ; at += 1) {
        const { folder, store } = await prepared();
        const { reached, thrown } = await failAt(at, code, () => change(store));
        if (!reached) return;
        const told = `operation ${at} of ${operations().join(', ')}`;
        const again = await open(folder);
        expect(is, told).toContainEqual(await look(again));
        if (thrown === undefined) expect(await look(again), told).toEqual(is[1]);
        else expect(thrown, told).toMatchObject({ exitCode: 2, code: 'path-not-usable' });
        expect(await again.verify(), told).toEqual([]);
        // What the disk does not let go of is left for the next command to sweep.
        if (!operations()[at - 1]!.startsWith('rm ')) expect(halfDone(folder), told).toEqual([]);
      }
    },
  );
});
