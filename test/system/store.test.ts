import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { readEnvironment } from '../../src/environment/index.ts';
import { createRandom } from '../../src/random.ts';
import { openStore } from '../../src/store/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'aieng-killed-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const writer = fileURLToPath(new URL('storeWriter.ts', import.meta.url));

/** Runs the writer, kills it after this many announcements and a little more; gives what it had announced. */
async function killAfter(lines: number, extraMs: number, round: number): Promise<string[]> {
  const child = spawn(process.execPath, ['--import', 'tsx', writer, folder, String(round)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const announced: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    announced.push(line);
    if (announced.length === lines) setTimeout(() => child.kill('SIGKILL'), extraMs);
  }
  const [, signal] = await ended;
  expect(signal).toBe('SIGKILL');
  return announced;
}

describe('a store whose writer is killed', () => {
  it('verifies after each of 30 kills, has all that was announced, and frees the lock', async () => {
    const random = createRandom('kill');
    const environment = readEnvironment({ variables: {}, cwd: folder });
    const announced: string[] = [];
    for (let round = 0; round < 30; round += 1) {
      announced.push(...(await killAfter(1 + random.integer(12), random.next() * 6, round)));
      const store = await openStore({ folder, environment });
      expect(await store.verify()).toEqual([]);
      expect(readdirSync(join(folder, 'tmp'))).toEqual([]);
      const lock = await store.lock('writer', { waitMs: 0, command: 'test' });
      await lock.release();
    }
    const store = await openStore({ folder, environment });
    const moves = new Set((await store.refHistory('champion')).map((move) => move.value));
    for (const [what, name, digest] of announced.map((line) => line.split(' '))) {
      if (what === 'object') expect((await store.get(name ?? '')).length).toBeGreaterThan(0);
      else if (what === 'record') expect(await store.readRecord('run', name ?? '')).toBeDefined();
      else if (what === 'version') expect(await store.version('churn', Number(name))).toBe(digest);
      else expect(moves.has(name ?? '')).toBe(true);
    }
    expect(announced.length).toBeGreaterThanOrEqual(30);
  });
});
