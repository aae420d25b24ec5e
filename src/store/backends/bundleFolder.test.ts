import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { fakeEnvironment } from '../../environment/fixed.ts';
import { folderNames, readFolder, writeFolder } from './bundleFolder.ts';
import { maxFileBytes, readWholeFile, writeWholeFile } from '../../disk/wholeFile.ts';

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

describe('what lies at the place of a folder of files', () => {
  it('is made young when it is the same, and refused where one byte, name or file differs', async () => {
    const folder = join(scratch, 'same');
    await writeFolder(folder, files, environment);
    utimesSync(folder, 1, 1);
    expect(await writeFolder(folder, files, environment)).toEqual({ existed: true });
    expect(statSync(folder).mtimeMs).toBe(environment.now());
    const [, weights] = [...files.keys()] as [string, string];
    const others: ReadonlyMap<string, Buffer>[] = [
      new Map([...files, ['more', Buffer.from('')]]),
      new Map([...files].slice(0, 1)),
      new Map([...files, [weights, Buffer.from([1, 2, 4])]]),
      new Map([...[...files].slice(0, 1), ['model/weighty.bin', Buffer.from([1, 2, 3])]]),
    ];
    for (const other of others)
      await expect(writeFolder(folder, other, environment)).rejects.toMatchObject({
        exitCode: 8,
        code: 'folder-differs',
        message: expect.stringContaining(folder),
      });
    expect(await readFolder(folder)).toEqual(files);
    expect(readdirSync(folder)).toEqual(['manifest.json', 'model']);
  });

  it('may be larger than any bundle: then nothing of it is read', async () => {
    const folder = join(scratch, 'large');
    mkdirSync(folder);
    for (const name of ['a', 'b']) {
      writeFileSync(join(folder, name), '');
      truncateSync(join(folder, name), maxFileBytes / 2 + 1);
    }
    await expect(readFolder(folder)).rejects.toMatchObject({
      code: 'bundle-damaged',
      message: `${folder} holds ${maxFileBytes + 2} bytes, more than a bundle may.`,
    });
  });

  it('is told by its place where it is a file, or below one', async () => {
    writeFileSync(join(scratch, 'one-file'), '');
    await expect(readFolder(join(scratch, 'one-file'))).rejects.toMatchObject({ code: 'path-not-usable' });
    await expect(writeFolder(join(scratch, 'one-file', 'x'), files, environment)).rejects.toMatchObject({
      code: 'path-not-usable',
    });
    await expect(folderNames(join(scratch, 'one-file'))).rejects.toMatchObject({ code: 'path-not-usable' });
  });

  it('are bundles by their digest, sorted, and nothing else', async () => {
    const folder = join(scratch, 'names');
    expect(await folderNames(folder)).toEqual([]);
    const [a, b] = ['a', 'b'].map((letter) => letter.repeat(64)) as [string, string];
    for (const name of [b, a, `${a}0`, `x${a}`, a.slice(1), a.toUpperCase(), '.part-x'])
      mkdirSync(join(folder, name), { recursive: true });
    expect(await folderNames(folder)).toEqual([a, b]);
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
