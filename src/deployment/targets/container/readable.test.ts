import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { imageUser } from './insideImage.ts';
import { isReadableFor, requireReadable } from './readable.ts';

const folder = mkdtempSync(join(tmpdir(), 'aieng-readable-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it.each([
  [0o644, 0, 0, false, true],
  [0o600, 0, 0, false, false],
  [0o600, 7, 0, false, true],
  [0o040, 0, 7, false, true],
  // Whose it is counts first, as the system has it.
  [0o044, 7, 0, false, false],
  [0o755, 0, 0, true, true],
  [0o754, 0, 0, true, false],
  [0o701, 0, 0, true, false],
])('mode %o of %i:%i (folder: %s) for user 7: %s', (mode, uid, gid, isFolder, expected) => {
  expect(isReadableFor(7, { mode, uid, gid, isFolder })).toBe(expected);
});

it('what a container cannot read is counted and named, with a way out', async () => {
  const objects = join(folder, 'objects');
  mkdirSync(join(objects, 'aa'), { recursive: true });
  for (const name of ['aa/one', 'aa/two', 'three']) writeFileSync(join(objects, name), name);
  symlinkSync('absent', join(objects, 'link'));
  for (const name of ['', 'aa']) chmodSync(join(objects, name), 0o755);
  for (const name of ['aa/one', 'aa/two', 'three']) chmodSync(join(objects, name), 0o444);
  const places = [objects, join(folder, 'absent')];
  await expect(requireReadable(imageUser, places)).resolves.toBeUndefined();
  chmodSync(join(objects, 'three'), 0o400);
  await expect(requireReadable(imageUser, places)).rejects.toMatchObject({
    code: 'not-readable-inside',
    exitCode: 2,
    message: `The container runs as user 10001, who cannot read ${join(objects, 'three')}.`,
  });
  chmodSync(join(objects, 'aa'), 0o700);
  await expect(requireReadable(imageUser, places)).rejects.toMatchObject({
    message: expect.stringMatching(/ and 1 more files and folders\.$/),
    hint: expect.stringContaining(`chmod -R a+rX ${objects}`),
  });
});
