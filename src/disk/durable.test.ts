import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import {
  claim,
  claimContent,
  discard,
  flush,
  flushFile,
  makeFolder,
  moveIntoPlace,
  replaceWith,
  syncFolder,
  writeFlushed,
} from './durable.ts';

// What a power cut leaves is tested beside the store; here: who wins, what stays, and what is told.

const scratch = mkdtempSync(join(tmpdir(), 'aieng-durable-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
let folder = '';
let folders = 0;
beforeEach(() => {
  folder = join(scratch, String(++folders));
  mkdirSync(folder);
});
const at = (...parts: string[]): string => join(folder, ...parts);
const file = (name: string, content = name): string => {
  writeFileSync(at(name), content);
  return at(name);
};

describe('a folder', () => {
  it('is made with those above it, and may be there', async () => {
    await makeFolder(at('a', 'b', 'c'));
    expect(statSync(at('a', 'b', 'c')).isDirectory()).toBe(true);
    await makeFolder(at('a', 'b', 'c'));
    await Promise.all(Array.from({ length: 5 }, () => makeFolder(at('x', 'y', 'z'))));
    expect(readdirSync(at('x', 'y'))).toEqual(['z']);
  });

  it('is not made in the place of a file or below one', async () => {
    file('x');
    await expect(makeFolder(at('x'))).rejects.toMatchObject({ code: 'EEXIST' });
    await expect(makeFolder(at('x', 'y'))).rejects.toMatchObject({ code: 'ENOTDIR' });
    expect(readFileSync(at('x'), 'utf8')).toBe('x');
  });

  it.runIf(process.platform === 'linux')('cannot be made where the system takes none', async () => {
    await expect(makeFolder('/proc/aieng/x')).rejects.toMatchObject({
      code: 'path-not-usable',
      exitCode: 2,
      message: '/proc/aieng cannot be made: /proc takes no new folders (ENOENT).',
    });
  });

  it('can be flushed where the platform lets it; one that is not there cannot', async () => {
    await expect(syncFolder(folder)).resolves.toBeUndefined();
    await expect(syncFolder(at('nowhere'))).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(flush(folder)).resolves.toBeUndefined();
    await expect(flush(file('x'))).resolves.toBeUndefined();
    await expect(flush(at('nowhere'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('a new file', () => {
  it('is written once, with its mode', async () => {
    await writeFlushed(at('x'), 'é', 0o600);
    expect([readFileSync(at('x'), 'utf8'), statSync(at('x')).mode & 0o777]).toEqual(['é', 0o600]);
    await expect(writeFlushed(at('x'), 'other', 0o600)).rejects.toMatchObject({ code: 'EEXIST' });
    expect(readFileSync(at('x'), 'utf8')).toBe('é');
    await flushFile(at('x'));
    expect(statSync(at('x')).mode & 0o777).toBe(0o444);
  });

  it('goes again where its content cannot be written', async () => {
    // What is no content: as a disk that is full, after the name was made.
    await expect(writeFlushed(at('x'), 7 as never, 0o600)).rejects.toThrow(TypeError);
    expect(existsSync(at('x'))).toBe(false);
  });

  it('takes the place of the old one, or goes', async () => {
    file('target', 'old');
    await replaceWith(file('new'), at('target'));
    expect([readFileSync(at('target'), 'utf8'), existsSync(at('new'))]).toEqual(['new', false]);
    mkdirSync(at('full', 'x'), { recursive: true });
    await expect(replaceWith(file('next'), at('full'))).rejects.toMatchObject({ code: 'EISDIR' });
    expect(readdirSync(folder).sort()).toEqual(['full', 'target']);
  });

  it('moved into place keeps its old one where that fails', async () => {
    await moveIntoPlace(file('new'), at('made', 'below', 'target'));
    expect([readFileSync(at('made', 'below', 'target'), 'utf8'), existsSync(at('new'))]).toEqual([
      'new',
      false,
    ]);
    mkdirSync(at('full', 'x'), { recursive: true });
    await expect(moveIntoPlace(file('next'), at('full'))).rejects.toMatchObject({ code: 'EISDIR' });
    expect(readFileSync(at('next'), 'utf8')).toBe('next');
  });
});

describe('a claim', () => {
  it('is won by one, whose content stays; what was finished goes either way', async () => {
    expect(await claim(file('one'), at('target'))).toBe(true);
    expect(await claim(file('two'), at('target'))).toBe(false);
    expect([readFileSync(at('target'), 'utf8'), readdirSync(folder)]).toEqual(['one', ['target']]);
    await expect(claim(file('three'), at('nowhere', 'target'))).rejects.toMatchObject({ code: 'ENOENT' });
    expect(readdirSync(folder)).toEqual(['target']);
  });

  it('of a content makes the folders that it takes, and leaves nothing in the one beside', async () => {
    const temporary = { folder: at('tmp'), name: 'part' };
    expect(await claimContent(at('a', 'x'), 'one', temporary)).toBe(true);
    expect(await claimContent(at('a', 'x'), 'two', temporary)).toBe(false);
    expect([readFileSync(at('a', 'x'), 'utf8'), readdirSync(at('tmp'))]).toEqual(['one', []]);
    expect(statSync(at('a', 'x')).mode & 0o777).toBe(0o444);
  });
});

it('what is of no use any more goes, whatever it is', async () => {
  mkdirSync(at('full', 'x'), { recursive: true });
  for (const path of [at('full'), file('x'), at('nowhere'), at('x', 'below')])
    await expect(discard(path)).resolves.toBeUndefined();
  expect(readdirSync(folder)).toEqual([]);
});
