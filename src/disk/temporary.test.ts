import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { fakeEnvironment } from '../environment/fixed.ts';
import { openFileStore } from '../store/backends/fs/index.ts';
import { isAbandoned, sweepAbandoned, temporaryName } from './temporary.ts';

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

  it('of a boot that is not known are nobody’s to judge', () => {
    const unknown = fakeEnvironment({ host: { ...host, bootId: 'unknown' } });
    expect(isAbandoned(temporaryName(mine), unknown)).toBeUndefined();
    expect(isAbandoned(temporaryName(unknown), unknown)).toBe(false);
    expect(isAbandoned(temporaryName(unknown), mine)).toBe(true);
  });

  it('say host, boot, container, process, its start and a number, and nothing else is one', () => {
    const name = temporaryName(mine);
    expect(name).toMatch(/^\.part-([0-9a-f]{8}\.){2}[0-9a-f]{8}-4242-100-\w+$/);
    expect(temporaryName(mine)).not.toBe(name);
    const dead = fakeEnvironment({ pid: 7 });
    for (const other of [
      `x${name}`,
      name.slice(1),
      `${name}.txt`,
      `${name}-`,
      name.replace('.part', '.port'),
    ])
      expect(isAbandoned(other, dead)).toBe(false);
    // Where the system does not say when a process began, the process is known by its being there.
    const alive = fakeEnvironment({ processStart: () => null });
    expect(temporaryName(alive)).toContain('-4242-alive-');
  });

  it('of another host are cleared when they are older than a week, files and folders', async () => {
    const place = join(folder, 'foreign');
    mkdirSync(place);
    const foreign = fakeEnvironment({ host: { ...host, name: 'other' } });
    const week = 7 * 24 * 3_600_000;
    const made = (ageMs: number): string => {
      const name = temporaryName(foreign);
      mkdirSync(join(place, name));
      writeFileSync(join(place, name, 'x'), 'x');
      const at = (mine.now() - ageMs) / 1000;
      utimesSync(join(place, name), at, at);
      return name;
    };
    const [young, border, _old] = [made(week - 1000), made(week), made(week + 1000)];
    writeFileSync(join(place, 'notes.txt'), 'x');
    utimesSync(join(place, 'notes.txt'), 1, 1);
    await sweepAbandoned(place, mine);
    expect(readdirSync(place).sort()).toEqual([young, border, 'notes.txt'].sort());
  });

  it('are in no folder that is not there; a file in its place is told', async () => {
    await expect(sweepAbandoned(join(folder, 'nowhere'), mine)).resolves.toBeUndefined();
    writeFileSync(join(folder, 'a-file'), '');
    await expect(sweepAbandoned(join(folder, 'a-file'), mine)).rejects.toMatchObject({ code: 'ENOTDIR' });
  });
});
