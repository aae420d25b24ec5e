/** One of many processes that work on the same store at once. Says what it got as JSON on stdout. */
import { readFileSync, writeFileSync } from 'node:fs';
import { sha256 } from '../../src/digest.ts';
import { readEnvironment } from '../../src/environment/index.ts';
import { backends, holding } from '../../src/store/index.ts';
import type { Store } from '../../src/store/store.ts';

const [backendName, folder, jobNames, worker, rounds] = process.argv.slice(2) as [
  string,
  string,
  string,
  string,
  string,
];

async function claimVersions(store: Store): Promise<number[]> {
  const got: number[] = [];
  for (let i = 0; i < Number(rounds); i += 1)
    got.push((await store.claimVersion('churn', sha256(`${worker}/${i}`))).version);
  return got;
}

async function claimSameContent(store: Store): Promise<number[]> {
  const got: number[] = [];
  for (let i = 0; i < Number(rounds); i += 1)
    got.push((await store.claimVersion('same', sha256(`${i}`))).version);
  return got;
}

async function countByRef(store: Store): Promise<number[]> {
  for (let i = 0; i < Number(rounds); i += 1)
    for (;;) {
      const current = await store.readRef('counter');
      if (await store.compareAndSet('counter', current, String(Number(current ?? 0) + 1), worker)) break;
    }
  return [];
}

/** Reads, then writes: without the lock, increments get lost. */
async function countUnderLock(store: Store): Promise<number[]> {
  const file = `${await store.folder('deployments')}/counter`;
  for (let i = 0; i < Number(rounds); i += 1)
    await holding(store, 'counter', { waitMs: 60_000, command: `worker ${worker}` }, async () => {
      const before = Number(readFileSync(file, 'utf8'));
      await new Promise((resolve) => setImmediate(resolve));
      writeFileSync(file, String(before + 1));
    });
  return [];
}

const jobs: Readonly<Record<string, (store: Store) => Promise<number[]>>> = {
  claimVersions,
  claimSameContent,
  countByRef,
  countUnderLock,
};

const backend = backends.find((candidate) => candidate.name === backendName);
if (backend === undefined) throw new Error(`unknown backend ${backendName}`);
const environment = readEnvironment({ variables: {}, cwd: folder });
const store = await backend.open({ folder, environment });
const got: Record<string, number[]> = {};
for (const name of jobNames.split(',')) {
  const job = jobs[name];
  if (job === undefined) throw new Error(`unknown job ${name}`);
  got[name] = await job(store);
}
process.stdout.write(JSON.stringify(got));
