import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { fakeEnvironment } from '../../environment/fixed.ts';
import { readFolder, writeFolder } from './bundleFolder.ts';
import { readWholeFile, writeWholeFile } from '../../disk/wholeFile.ts';

const scratch = mkdtempSync(join(tmpdir(), 'aieng-folder-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
const environment = fakeEnvironment();
const files = new Map([
  ['manifest.json', Buffer.from('{}')],
  ['model/weights.bin', Buffer.from([1, 2, 3])],
]);

describe('a folder of files', () => {
  it('is written whole, read back, and may be there already', async () => {
    const folder = join(scratch, 'bundles', 'churn@1');
    expect(await writeFolder(folder, files, environment)).toEqual({ existed: false });
    expect(await readFolder(folder)).toEqual(files);
    expect(await writeFolder(folder, files, environment)).toEqual({ existed: true });
    expect(readdirSync(join(scratch, 'bundles'))).toEqual(['churn@1']);
  });

  it('is left alone when it holds something else', async () => {
    const folder = join(scratch, 'other');
    await writeFolder(folder, files, environment);
    writeFileSync(join(folder, 'manifest.json'), 'mine');
    await expect(writeFolder(folder, files, environment)).rejects.toMatchObject({
      exitCode: 8,
      code: 'folder-differs',
    });
    expect(readFileSync(join(folder, 'manifest.json'), 'utf8')).toBe('mine');
    writeFileSync(join(scratch, 'a-file'), '');
    await expect(writeFolder(join(scratch, 'a-file'), files, environment)).rejects.toMatchObject({
      exitCode: 8,
    });
  });

  it('is made by one of many at once', async () => {
    const folder = join(scratch, 'race');
    const made = await Promise.all(Array.from({ length: 10 }, () => writeFolder(folder, files, environment)));
    expect(made.filter((each) => !each.existed)).toHaveLength(1);
    expect(await readFolder(folder)).toEqual(files);
  });

  it('never lets a path out', async () => {
    await expect(
      writeFolder(join(scratch, 'evil'), new Map([['../x', Buffer.from('')]]), environment),
    ).rejects.toMatchObject({
      exitCode: 2,
    });
    expect(readdirSync(scratch).filter((name) => name.startsWith('.part') || name === 'x')).toEqual([]);
  });

  it('is refused with links in it, and missed where it is not', async () => {
    const folder = join(scratch, 'linked');
    mkdirSync(folder);
    symlinkSync('/etc/passwd', join(folder, 'manifest.json'));
    await expect(readFolder(folder)).rejects.toMatchObject({
      exitCode: 8,
      message: expect.stringContaining('link'),
    });
    await expect(readFolder(join(scratch, 'absent'))).rejects.toMatchObject({
      exitCode: 2,
      code: 'bundle-not-found',
    });
  });
});

describe('a whole file', () => {
  it('replaces the old one, and leaves nothing else behind', async () => {
    const path = join(scratch, 'reports', 'monitor.html');
    await writeWholeFile(path, 'old', environment);
    await writeWholeFile(path, 'new', environment);
    expect(new TextDecoder().decode(await readWholeFile(path))).toBe('new');
    expect(readdirSync(join(scratch, 'reports'))).toEqual(['monitor.html']);
  });

  it('says what is wrong with a path', async () => {
    const path = join(scratch, 'big');
    writeFileSync(path, '12345');
    await expect(readWholeFile(path, 4)).rejects.toMatchObject({ exitCode: 2, code: 'file-too-large' });
    await expect(readWholeFile(scratch)).rejects.toMatchObject({ exitCode: 2, code: 'not-a-file' });
    await expect(readWholeFile(join(scratch, 'absent'))).rejects.toMatchObject({
      exitCode: 2,
      code: 'file-not-found',
    });
    await expect(writeWholeFile(join(path, 'below'), 'x', environment)).rejects.toMatchObject({
      exitCode: 2,
    });
  });
});
