import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { fakeEnvironment } from '../environment/fixed.ts';
import { openFileStore } from '../store/backends/fs/index.ts';
import { isAbandoned, temporaryName } from './temporary.ts';

const folder = mkdtempSync(join(tmpdir(), 'aieng-temporary-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('temporary files', () => {
  const mine = fakeEnvironment();
  const { host } = mine;

  it('are known by whose they are', () => {
    const name = temporaryName(mine);
    expect(isAbandoned(name, mine)).toBe(false);
    expect(isAbandoned(name, fakeEnvironment({ pid: 7 }))).toBe(true);
    expect(isAbandoned(name, fakeEnvironment({ processStart: () => 'later' }))).toBe(true);
    expect(isAbandoned(name, fakeEnvironment({ host: { ...host, bootId: 'next' } }))).toBe(true);
    expect(isAbandoned(name, fakeEnvironment({ host: { ...host, name: 'other' } }))).toBeUndefined();
    expect(isAbandoned(name, fakeEnvironment({ host: { ...host, pidNamespace: 'other' } }))).toBeUndefined();
    expect(isAbandoned('notes.txt', mine)).toBe(false);
  });

  it('of dead processes are cleared when a store is opened; those of running ones and strangers stay', async () => {
    const dead = fakeEnvironment({ pid: 999, processStart: () => '1' });
    const alive = temporaryName(mine);
    mkdirSync(join(folder, 'tmp', temporaryName(dead)), { recursive: true });
    for (const name of [temporaryName(dead), alive, 'notes.txt'])
      writeFileSync(join(folder, 'tmp', name), 'x');
    await openFileStore({ folder, environment: mine });
    expect(readdirSync(join(folder, 'tmp')).sort()).toEqual([alive, 'notes.txt'].sort());
  });
});
