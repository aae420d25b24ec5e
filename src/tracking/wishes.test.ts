import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { fakeEnvironment } from '../environment/fixed.ts';
import type { FakeEnvironment } from '../environment/fixed.ts';
import { openFileStore } from '../store/backends/fs/index.ts';
import type { Store } from '../store/store.ts';
import { desiredKind, readDesired, writeDesired, writeRest } from './desired.ts';
import type { Desired } from './desired.ts';
import { kindKeptUnder, recordKinds } from './index.ts';
import { lastRejects, rejectsKind, writeRejects } from './rejects.ts';
import { storeSalt } from './salt.ts';
import { deployedBundle, deploymentRef, moveRef, parseServed, servedValue } from './served.ts';

const scratch = mkdtempSync(join(tmpdir(), 'aieng-tracking-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
let folders = 0;
async function ledger(): Promise<{ store: Store; environment: FakeEnvironment }> {
  const environment = fakeEnvironment();
  return {
    environment,
    store: await openFileStore({ folder: join(scratch, String(++folders)), environment }),
  };
}
const { at: _, ...wish } = desiredKind.sample;

describe('what a deployment is asked to be', () => {
  it('is what was asked last, with its time', async () => {
    const { store, environment } = await ledger();
    expect(await readDesired({ store }, 'churn')).toBeUndefined();
    await writeDesired({ store, environment }, 'churn', wish);
    const at = environment.now();
    environment.advance(5);
    await writeDesired({ store, environment }, 'churn', { ...wish, target: 'container' });
    expect(await readDesired({ store }, 'churn')).toEqual({ ...wish, target: 'container', at: at + 5 });
    expect(await readDesired({ store }, 'other')).toBeUndefined();
  });

  it('may be to rest: where it was and what it served stay written, and nothing is written twice', async () => {
    const { store, environment } = await ledger();
    const rest = { state: 'stopped', target: 'local', why: 'aieng stop' } as const;
    const states = async (): Promise<Desired | undefined> => readDesired({ store }, 'churn');
    await writeRest({ store, environment }, 'churn', rest);
    expect(await states()).toMatchObject({ ...rest, address: null, cluster: null, versions: [] });
    await writeDesired({ store, environment }, 'churn', wish);
    await writeRest({ store, environment }, 'churn', rest);
    expect(await states()).toMatchObject({ ...rest, address: wish.address, versions: wish.versions });
    const written = (await store.recordIds('desired-churn')).length;
    await writeRest({ store, environment }, 'churn', { ...rest, why: 'again' });
    expect((await store.recordIds('desired-churn')).length).toBe(written);
    await writeRest({ store, environment }, 'churn', { ...rest, state: 'destroyed' });
    expect((await states())?.state).toBe('destroyed');
  });
});

describe('what is deployed', () => {
  it('is written as version and digest, or a digest alone', () => {
    expect([servedValue(3, 'abc'), servedValue(null, 'abc')]).toEqual(['3@abc', '-@abc']);
    expect([parseServed('12@abc'), parseServed('-@abc')]).toEqual([
      { version: 12, digest: 'abc' },
      { version: null, digest: 'abc' },
    ]);
  });

  it('is what its ref came to last, since then', async () => {
    const { store, environment } = await ledger();
    expect(await deployedBundle({ store }, 'churn')).toBeNull();
    await moveRef({ store }, deploymentRef('churn'), '1@a', 'first');
    const since = environment.now() + 7;
    environment.advance(7);
    await moveRef({ store }, deploymentRef('churn'), '2@b', 'second');
    expect(await deployedBundle({ store }, 'churn')).toEqual({ version: 2, digest: 'b', since });
    // Where it stands there already, nothing is written.
    await moveRef({ store }, deploymentRef('churn'), '2@b', 'again');
    expect((await store.refHistory(deploymentRef('churn'))).map(({ value, why }) => [value, why])).toEqual([
      ['1@a', 'first'],
      ['2@b', 'second'],
    ]);
  });

  it('is moved although others move it meanwhile', async () => {
    const { store } = await ledger();
    let others = 0;
    const contended: Store = {
      ...store,
      compareAndSet: async (name, expected, next, why) => {
        if (others < 2) {
          others += 1;
          await store.compareAndSet(name, expected, `${others}@other`, 'other');
        }
        return store.compareAndSet(name, expected, next, why);
      },
    };
    await moveRef({ store: contended }, 'r', '9@mine', 'mine');
    expect((await store.refHistory('r')).map(({ value }) => value)).toEqual(['1@other', '2@other', '9@mine']);
  });
});

describe('what an ingest rejected', () => {
  it('is written where it is not what the newest record says', async () => {
    const { store, environment } = await ledger();
    const { at: _at, ...said } = rejectsKind.sample;
    const write = async (changes: Partial<typeof said> = {}): Promise<number> => {
      await writeRejects({ store, environment }, 'churn', { ...said, ...changes });
      return (await store.recordIds('rejects-churn')).length;
    };
    expect(await lastRejects({ store }, 'churn')).toBeUndefined();
    expect([await write(), await write()]).toEqual([1, 1]);
    const changes: Partial<typeof said>[] = [
      { file: 'another.csv' },
      { source: 'd'.repeat(64) },
      { schema: 'd'.repeat(64) },
      { records: 1999 },
      { rejected: 138 },
      { tolerated: 0.06 },
      { outcome: 'ingested' },
      { rejects: null },
    ];
    let written = 1;
    for (const change of changes) {
      expect(await write(change)).toBe(++written);
      expect(await lastRejects({ store }, 'churn')).toMatchObject(change);
      expect(await write()).toBe(++written);
    }
  });
});

describe('the salt of a store', () => {
  it('is made once, also where two need it at the same moment', async () => {
    const { store, environment } = await ledger();
    const [first, second] = await Promise.all([
      storeSalt({ store, environment }),
      storeSalt({ store, environment }),
    ]);
    expect(second).toBe(first);
    expect(await storeSalt({ store, environment })).toBe(first);
  });
});

describe('a kind of record', () => {
  it('is known by what the store keeps it under, with whose it is', () => {
    expect(new Set(recordKinds.map(({ name }) => name)).size).toBe(recordKinds.length);
    for (const kind of recordKinds) {
      const stored = kind.owner === null ? kind.name : `${kind.name}-a-b`;
      expect(kindKeptUnder(stored)).toEqual(kind.owner === null ? { kind } : { kind, of: 'a-b' });
    }
    for (const stored of ['hologram', 'run-churn', 'monitor', 'xrun', 'salted'])
      expect(kindKeptUnder(stored)).toBeUndefined();
  });
});
