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
import { bytesBelow, changedOf, entriesOf, removeUnchanged } from './folder.ts';

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

it('tells files from folders, and counts what a file has', async () => {
  const folder = join(scratch, 'entries');
  mkdirSync(join(folder, 'inner'), { recursive: true });
  writeFileSync(join(folder, 'file'), '1234567');
  const entries = [...(await entriesOf(folder))].sort((left, right) => (left.name < right.name ? -1 : 1));
  expect(entries).toEqual([
    { name: 'file', path: join(folder, 'file'), isFolder: false },
    { name: 'inner', path: join(folder, 'inner'), isFolder: true },
  ]);
  expect(await bytesBelow(entries[0]!)).toBe(7);
  expect(await bytesBelow(entries[1]!)).toBe(0);
  expect(await bytesBelow({ name: 'gone', path: join(folder, 'gone'), isFolder: false })).toBe(0);
  expect(await changedOf(join(folder, 'file'))).toEqual({
    bytes: 7,
    at: statSync(join(folder, 'file')).mtimeMs,
    names: 1,
  });
  expect(await changedOf(join(folder, 'gone'))).toBeUndefined();
  await expect(changedOf(join(folder, 'file', 'below'))).rejects.toMatchObject({ code: 'ENOTDIR' });
  await expect(entriesOf(join(folder, 'file'))).rejects.toMatchObject({ code: 'ENOTDIR' });
});

it('does not remove what somebody else takes away meanwhile, and tells what stands in the way', async () => {
  const file = join(scratch, 'racing');
  writeFileSync(file, 'x');
  const at = statSync(file).mtimeMs;
  // As rename(2) answers where one of its two names is gone.
  expect(await removeUnchanged(file, at, join(scratch, 'nowhere', 'aside'))).toBe(false);
  mkdirSync(join(scratch, 'full', 'x'), { recursive: true });
  await expect(removeUnchanged(file, at, join(scratch, 'full'))).rejects.toMatchObject({ code: 'EISDIR' });
  expect(await removeUnchanged(file, at, join(scratch, 'aside-file'))).toBe(true);
  expect(readdirSync(scratch)).not.toContain('aside-file');
});
