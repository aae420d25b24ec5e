import { mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { fakeEnvironment } from '../../../environment/fixed.ts';
import type { Store } from '../../store.ts';
import { openFileStore } from './index.ts';
import { movesIn } from './refs.ts';

const scratch = mkdtempSync(join(tmpdir(), 'aieng-refs-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
let folders = 0;
const newFolder = (): string => join(scratch, String(++folders));
const environment = fakeEnvironment();
const open = (folder: string): Promise<Store> => openFileStore({ folder, environment });

describe('movesIn', () => {
  it('gives numbers in their order, whatever order a disk lists names in', () => {
    const names = [10, 9, 100, 1, 2, 99, 11].map((move) => `${String(move).padStart(8, '0')}.json`);
    expect(movesIn(names)).toEqual([1, 2, 9, 10, 11, 99, 100]);
    expect(movesIn([...names].reverse())).toEqual([1, 2, 9, 10, 11, 99, 100]);
  });

  it('passes over what is no move', () => {
    expect(movesIn(['champion', '1.json', '000000010.json', '00000003.json.part', '00000002.json'])).toEqual([
      2,
    ]);
    expect(movesIn([])).toEqual([]);
  });
});

describe('a ref', () => {
  it('of more than nine moves tells them oldest first, and the last of them is its value', async () => {
    const folder = newFolder();
    const store = await open(folder);
    const values = Array.from({ length: 12 }, (_, at) => `v${at + 1}`);
    for (const [at, value] of values.entries())
      expect(await store.compareAndSet('champion', values[at - 1], value, 'test')).toBe(true);
    const history = await (await open(folder)).refHistory('champion');
    expect(history.map(({ value }) => value)).toEqual(values);
    expect(history.map(({ previous }) => previous)).toEqual([null, ...values.slice(0, -1)]);
    expect(await store.readRef('champion')).toBe('v12');
  });

  it('is told in its order where the folder lists another', async () => {
    const folder = newFolder();
    const store = await open(folder);
    for (const [at, value] of ['a', 'b', 'c'].entries())
      await store.compareAndSet('champion', ['a', 'b'][at - 1], value, 'test');
    const moves = join(folder, 'refs', 'champion');
    // Names that are made anew come last on many file systems.
    for (const name of readdirSync(moves).sort().slice(0, 2)) {
      renameSync(join(moves, name), join(moves, 'aside'));
      renameSync(join(moves, 'aside'), join(moves, name));
    }
    expect((await store.refHistory('champion')).map(({ value }) => value)).toEqual(['a', 'b', 'c']);
  });

  it('is moved by exactly one of many at a time, and every move begins where the one before ended', async () => {
    const folder = newFolder();
    const stores = await Promise.all(Array.from({ length: 8 }, () => open(folder)));
    const firsts = await Promise.all(
      stores.map((store, i) => store.compareAndSet('champion', undefined, `0-${i}`, 'test')),
    );
    expect(firsts.filter(Boolean)).toHaveLength(1);
    for (let round = 1; round <= 5; round += 1) {
      const current = await stores[0]!.readRef('champion');
      const moved = await Promise.all(
        stores.map((store, i) => store.compareAndSet('champion', current, `${round}-${i}`, 'test')),
      );
      expect(moved.filter(Boolean)).toHaveLength(1);
      expect(await stores[0]!.readRef('champion')).toBe(`${round}-${moved.indexOf(true)}`);
    }
    const history = await stores[0]!.refHistory('champion');
    expect(history.map(({ previous }) => previous)).toEqual([
      null,
      ...history.slice(0, -1).map(({ value }) => value),
    ]);
    expect(history).toHaveLength(6);
  });

  it('loses no move of writers that try again', async () => {
    const folder = newFolder();
    const store = await open(folder);
    await store.compareAndSet('counter', undefined, '0', 'test');
    const addOne = async (): Promise<void> => {
      for (;;) {
        const now = await store.readRef('counter');
        if (await store.compareAndSet('counter', now, String(Number(now) + 1), 'test')) return;
      }
    };
    await Promise.all(Array.from({ length: 12 }, addOne));
    expect(await store.readRef('counter')).toBe('12');
    expect((await store.refHistory('counter')).map(({ value }) => Number(value))).toEqual(
      Array.from({ length: 13 }, (_, at) => at),
    );
  });
});

describe('records', () => {
  it('come newest first, whatever order they were written in', async () => {
    const store = await open(newFolder());
    const ids = Array.from({ length: 12 }, () => {
      environment.advance(1);
      return environment.newId();
    });
    for (const at of [10, 2, 9, 0, 11, 1, 5, 3, 8, 4, 7, 6]) await store.record('run', ids[at]!, { at });
    expect(await store.recordIds('run')).toEqual([...ids].reverse());
  });
});
