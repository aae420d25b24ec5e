import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { readEnvironment } from '../../src/environment/index.ts';
import { backends } from '../../src/store/index.ts';
import type { Store } from '../../src/store/store.ts';

// Many processes at one store. Beside `store.test.ts`, which tests the same contract within one process.

const scratch = mkdtempSync(join(tmpdir(), 'aieng-conformance-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
let folders = 0;

const run = promisify(execFile);
const worker = fileURLToPath(new URL('storeWorker.ts', import.meta.url));

/** Runs jobs in 8 processes at once; gives what each got. */
async function together(
  backend: string,
  folder: string,
  jobs: string,
  rounds: number,
): Promise<Record<string, number[]>[]> {
  const started = Array.from({ length: 8 }, (_, i) =>
    run(process.execPath, ['--import', 'tsx', worker, backend, folder, jobs, String(i), String(rounds)]),
  );
  return (await Promise.all(started)).map(({ stdout }) => JSON.parse(stdout));
}

describe.each(backends)('store on $name', ({ name, open }) => {
  let folder: string;
  let store: Store;
  beforeEach(async () => {
    folder = join(scratch, String(++folders));
    store = await open({ folder, environment: readEnvironment({ variables: {}, cwd: scratch }) });
  });

  it('gives 8 processes × 100 claims 800 different versions', { timeout: 180_000 }, async () => {
    const claimed = (await together(name, folder, 'claimVersions', 100)).flatMap(
      (got) => got['claimVersions'] ?? [],
    );
    expect(claimed.sort((a, b) => a - b)).toEqual(Array.from({ length: 800 }, (_, i) => i + 1));
    expect(await store.versions('churn')).toHaveLength(800);
    expect(await store.verify()).toEqual([]);
  });

  it(
    'lets 8 processes move a ref, take turns in a lock and claim the same content, and loses nothing',
    { timeout: 180_000 },
    async () => {
      const counter = join(await store.folder('deployments'), 'counter');
      writeFileSync(counter, '0');
      const got = await together(name, folder, 'claimSameContent,countByRef,countUnderLock', 15);
      expect(await store.readRef('counter')).toBe('120');
      expect(await store.refHistory('counter')).toHaveLength(120);
      expect(readFileSync(counter, 'utf8')).toBe('120');
      const versions = got.map((each) => each['claimSameContent']);
      for (const each of versions) expect(each).toEqual(versions[0]);
      expect(await store.versions('same')).toHaveLength(15);
      expect(await store.verify()).toEqual([]);
    },
  );
});
