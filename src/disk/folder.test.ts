import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { bytesBelow, entriesOf, removeUnchanged } from './folder.ts';

const scratch = mkdtempSync(join(tmpdir(), 'aieng-folder-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

it('counts the bytes that go with a folder: not those that have a second name', async () => {
  const folder = join(scratch, 'a');
  mkdirSync(join(folder, 'b'), { recursive: true });
  writeFileSync(join(folder, 'b', 'own'), '12345');
  writeFileSync(join(scratch, 'shared'), '123');
  linkSync(join(scratch, 'shared'), join(folder, 'shared'));
  expect(await bytesBelow({ name: 'a', path: folder, isFolder: true })).toBe(5);
  expect(await entriesOf(join(scratch, 'nowhere'))).toEqual([]);
});

it('removes a folder that is as it was, and neither one that changed nor one that is gone', async () => {
  const [folder, aside] = [join(scratch, 'going'), join(scratch, 'aside')];
  mkdirSync(folder);
  writeFileSync(join(folder, 'file'), 'x');
  const at = statSync(folder).mtimeMs;
  utimesSync(folder, 1000, 1000);
  expect(await removeUnchanged(folder, at, aside)).toBe(false);
  expect(readdirSync(folder)).toEqual(['file']);
  expect(await removeUnchanged(folder, 1_000_000, aside)).toBe(true);
  expect(readdirSync(scratch)).not.toContain('going');
  expect(readdirSync(scratch)).not.toContain('aside');
  expect(await removeUnchanged(folder, 1_000_000, aside)).toBe(false);
});
