import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { openRotatingLog } from './rotatingLog.ts';
import { restartDelayMs } from './generation.ts';

it('keeps the newest lines in files of bounded size', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'aieng-rotating-'));
  try {
    const file = path.join(folder, 'backend.log');
    const log = openRotatingLog(file, 100, 2);
    for (let i = 0; i < 50; i += 1) log.write(`line number ${i}\n`);
    expect((await readdir(folder)).sort()).toEqual(['backend.log', 'backend.log.1', 'backend.log.2']);
    for (const name of await readdir(folder))
      expect((await stat(path.join(folder, name))).size).toBeLessThanOrEqual(100);
    expect(await readFile(file, 'utf8')).toMatch(/line number 49\n$/);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

it('stops nothing when it cannot be written', () => {
  expect(() => openRotatingLog('/dev/null/nowhere/x.log').write('x')).not.toThrow();
});

it('restarts ever later, at most every ten seconds', () => {
  expect([0, 1, 2, 5, 6, 10].map(restartDelayMs)).toEqual([0, 400, 800, 6400, 10_000, 10_000]);
});
