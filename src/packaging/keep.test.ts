import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { sha256, type Digest } from '../digest.ts';
import { afterPowerCut, cutPowerAt, failAt, operations, settle } from '../disk/powerCut.fixture.ts';
import { fakeEnvironment } from '../environment/fixed.ts';
import { openStore } from '../store/index.ts';
import type { Store } from '../store/store.ts';
import { sampleInputs } from './bundle.fixture.ts';
import { keepBundle, loadBundle } from './keep.ts';
import { planBundle } from './plan.ts';

vi.mock('node:fs/promises', async (real) =>
  (await import('../disk/powerCut.fixture.ts')).watched(await real()),
);

const scratch = mkdtempSync(join(tmpdir(), 'aieng-keep-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
let folders = 0;
const newFolder = (): string => {
  const folder = join(scratch, String(++folders));
  mkdirSync(folder);
  return folder;
};
const open = (folder: string): Promise<Store> => openStore({ folder, environment: fakeEnvironment() });
const bundle = planBundle(sampleInputs());
/** A kill, and the worst that a power cut may leave. */
const survivals = ['everything', 'nothing'] as const;

/** A store of objects in memory that says in which order they came. */
function objectsInMemory(): Pick<Store, 'put' | 'get'> & { readonly order: readonly Digest[] } {
  const objects = new Map<Digest, Uint8Array>();
  return {
    get order() {
      return [...objects.keys()];
    },
    put: (content) => {
      const digest = sha256(content);
      objects.set(digest, Uint8Array.from(Buffer.from(content)));
      return Promise.resolve(digest);
    },
    get: (digest) => {
      const content = objects.get(digest);
      return content === undefined ? Promise.reject(new Error(`no ${digest}`)) : Promise.resolve(content);
    },
  };
}

describe('keepBundle', () => {
  it('keeps every file before the manifest, which has the digest of the bundle', async () => {
    const store = objectsInMemory();
    expect(await keepBundle(store, bundle)).toBe(bundle.digest);
    expect(store.order.at(-1)).toBe(bundle.digest);
    expect(new Set(store.order.slice(0, -1))).toEqual(
      new Set(Object.values(bundle.manifest.files).map(({ sha256: digest }) => digest)),
    );
    expect(await loadBundle(store, bundle.digest)).toEqual(bundle);
  });

  it('keeps no manifest where a file could not be kept, at whichever', async () => {
    for (let failing = 1; failing <= bundle.files.size; failing += 1) {
      const store = objectsInMemory();
      let puts = 0;
      const full = {
        put: (content: Uint8Array | string) =>
          ++puts === failing ? Promise.reject(new Error('disk full')) : store.put(content),
      };
      await expect(keepBundle(full, bundle)).rejects.toThrow('disk full');
      expect(store.order).not.toContain(bundle.digest);
    }
  });
});

describe('a bundle in the store of this machine', () => {
  it('is all there or not there, wherever the power goes', async () => {
    let seen = { whole: 0, absent: 0 };
    for (let at = 1, ended = false; !ended; at += 1) {
      const folder = newFolder();
      const store = await open(folder);
      settle(folder);
      ended = await cutPowerAt(at, () => keepBundle(store, bundle));
      for (const survival of survivals) {
        const after = join(scratch, `${folders}-${survival}`);
        afterPowerCut(folder, after, survival);
        const later = await open(after);
        const isThere = await later.has(bundle.digest);
        const where = `cut at ${at}, ${survival}: ${operations().slice(-3).join(', ')}`;
        if (ended) expect(isThere, where).toBe(true);
        if (isThere) expect((await loadBundle(later, bundle.digest)).digest, where).toBe(bundle.digest);
        seen = { whole: seen.whole + Number(isThere), absent: seen.absent + Number(!isThere) };
        rmSync(after, { recursive: true });
      }
      rmSync(folder, { recursive: true });
    }
    expect(seen.whole).toBeGreaterThanOrEqual(survivals.length);
    expect(seen.absent).toBeGreaterThan(bundle.files.size);
  }, 120_000);

  it('is all there or not there, whichever operation of the disk fails', async () => {
    for (let at = 1; ; at += 1) {
      const folder = newFolder();
      const store = await open(folder);
      settle(folder);
      const { reached, thrown } = await failAt(at, 'ENOSPC', () => keepBundle(store, bundle));
      if (await store.has(bundle.digest))
        expect((await loadBundle(store, bundle.digest)).digest).toBe(bundle.digest);
      else expect(thrown, operations().at(-1)).toBeInstanceOf(Error);
      rmSync(folder, { recursive: true });
      if (!reached) break;
    }
  }, 120_000);
});
