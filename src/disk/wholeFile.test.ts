import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { fakeEnvironment } from '../environment/fixed.ts';
import { temporaryName } from './temporary.ts';
import { maxFileBytes, readFileWithin, readWholeFile, writeWholeFile } from './wholeFile.ts';

const scratch = mkdtempSync(join(tmpdir(), 'aieng-whole-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
let folder = '';
let folders = 0;
beforeEach(() => {
  folder = join(scratch, String(++folders));
  mkdirSync(folder);
});
const environment = fakeEnvironment();

describe('a file that the user named', () => {
  it('is read up to the limit, inclusive', async () => {
    const path = join(folder, 'x');
    writeFileSync(path, '12345');
    expect(new TextDecoder().decode(await readWholeFile(path))).toBe('12345');
    expect(await readWholeFile(path, 5)).toHaveLength(5);
    await expect(readWholeFile(path, 4)).rejects.toMatchObject({
      code: 'file-too-large',
      exitCode: 2,
      message: `${path} has 5 bytes; at most 4 are read.`,
    });
    expect(maxFileBytes).toBe(2_147_483_648);
  });

  it('has to be there, and to be a file', async () => {
    await expect(readWholeFile(join(folder, 'absent'))).rejects.toMatchObject({
      code: 'file-not-found',
      exitCode: 2,
    });
    await expect(readWholeFile(folder)).rejects.toMatchObject({
      code: 'not-a-file',
      message: `${folder} is a folder, expected a file.`,
    });
    await expect(readWholeFile('/dev/null')).rejects.toMatchObject({
      code: 'not-a-file',
      message: '/dev/null is a device or a pipe, expected a file.',
    });
    writeFileSync(join(folder, 'file'), '');
    await expect(readWholeFile(join(folder, 'file', 'below'))).rejects.toMatchObject({
      code: 'path-not-usable',
    });
  });
});

describe('a file that another file names', () => {
  it('is read within its folder, and through no link', async () => {
    mkdirSync(join(folder, 'own'));
    writeFileSync(join(folder, 'own', 'weights.bin'), 'w');
    writeFileSync(join(folder, 'secret'), 's');
    symlinkSync(join(folder, 'secret'), join(folder, 'own', 'linked.bin'));
    symlinkSync(folder, join(folder, 'own', 'up'));
    const own = join(folder, 'own');
    expect(new TextDecoder().decode(await readFileWithin(own, 'weights.bin', 1))).toBe('w');
    for (const path of ['linked.bin', 'up/secret'])
      await expect(readFileWithin(own, path, 9)).rejects.toMatchObject({ code: 'link-refused', exitCode: 2 });
    await expect(readFileWithin(own, 'absent.bin', 9)).rejects.toMatchObject({ code: 'file-not-found' });
  });
});

describe('a file that is written whole', () => {
  it('takes the place of the old one, with the folders above it, and leaves nothing beside', async () => {
    const path = join(folder, 'a', 'b', 'x.json');
    await writeWholeFile(path, 'old', environment);
    await writeWholeFile(path, 'new', environment);
    expect(readFileSync(path, 'utf8')).toBe('new');
    expect(readdirSync(join(folder, 'a', 'b'))).toEqual(['x.json']);
    expect(statSync(path).mode & 0o777).toBe(0o644);
    await writeWholeFile(path, 'mine', environment, 0o600);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('replaces neither a folder nor a device', async () => {
    await expect(writeWholeFile(folder, 'x', environment)).rejects.toMatchObject({
      code: 'not-a-file',
      exitCode: 2,
    });
    await expect(writeWholeFile('/dev/null', 'x', environment)).rejects.toMatchObject({
      message: '/dev/null is a device or a pipe, expected a file.',
    });
    expect(statSync('/dev/null').isFile()).toBe(false);
  });

  it('says where it cannot be', async () => {
    writeFileSync(join(folder, 'file'), '');
    await expect(writeWholeFile(join(folder, 'file', 'x'), 'x', environment)).rejects.toMatchObject({
      code: 'path-not-usable',
      exitCode: 2,
    });
  });

  it('sweeps what a dead process left there', async () => {
    const dead = fakeEnvironment({ pid: 999, processStart: () => 'then' });
    writeFileSync(join(folder, temporaryName(dead)), 'half');
    await writeWholeFile(join(folder, 'x'), 'x', environment);
    expect(readdirSync(folder)).toEqual(['x']);
  });
});
