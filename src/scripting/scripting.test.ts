import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { variablesFor } from './environment.ts';
import { scriptFiles } from './files.ts';
import { leftFile, parseMetrics } from './output.ts';
import { lineCutter } from './program.ts';

const root = mkdtempSync(join(tmpdir(), 'aieng-scripting-'));
const outside = mkdtempSync(join(tmpdir(), 'aieng-scripting-'));
afterAll(() => {
  for (const folder of [root, outside]) rmSync(folder, { recursive: true, force: true });
});

beforeAll(() => {
  for (const path of [
    'train.py',
    'conf/a.yaml',
    'lib/a.py',
    'lib/deep/b.py',
    'lib/deep/c.txt',
    'lib/__pycache__/a.pyc',
    'poetry.lock',
    'run.sh',
    'with-link/a.py',
    'with-folder/a.py',
    'nowhere/a.py',
  ]) {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), path);
  }
  chmodSync(join(root, 'run.sh'), 0o755);
  writeFileSync(join(outside, 'secret.py'), 'x');
  symlinkSync(outside, join(root, 'elsewhere'));
  symlinkSync(join(outside, 'secret.py'), join(root, 'linked.py'));
  symlinkSync('../train.py', join(root, 'with-link', 'b.py'));
  symlinkSync('../lib', join(root, 'with-folder', 'lib'));
  symlinkSync('../absent', join(root, 'nowhere', '.#a.py'));
});

const paths = async (command: readonly string[], files: readonly string[] = []): Promise<string[]> => [
  ...(await scriptFiles(root, { command, files, image: null })).keys(),
];

describe('the files of a program', () => {
  it.each([
    [['python', 'train.py'], [], ['poetry.lock', 'train.py']],
    [
      ['./run.sh', '--config=conf/a.yaml', '../x', '/etc/passwd'],
      [],
      ['conf/a.yaml', 'poetry.lock', 'run.sh'],
    ],
    [['python', 'linked.py'], [], ['poetry.lock']],
    [[], ['lib'], ['lib/a.py', 'lib/deep/b.py', 'lib/deep/c.txt', 'poetry.lock']],
    [[], ['lib/*.py'], ['lib/a.py', 'poetry.lock']],
    [[], ['lib/**/*.py'], ['lib/a.py', 'lib/deep/b.py', 'poetry.lock']],
    [[], ['lib/**/?.txt', 'conf/'], ['conf/a.yaml', 'lib/deep/c.txt', 'poetry.lock']],
    // Links that no pattern reaches, and one that leads nowhere.
    [[], ['*.lock', 'l?b/*.py'], ['lib/a.py', 'poetry.lock']],
    [[], ['nowhere'], ['nowhere/a.py', 'poetry.lock']],
  ])('%j with %j', async (command, files, expected) => {
    expect(await paths(command, files)).toEqual(expected);
  });

  it.each([
    ['absent.py'],
    ['*.r'],
    ['/etc/passwd'],
    ['../x'],
    ['linked.py'],
    ['elsewhere/secret.py'],
    ['*.py'],
    ['**/*.py'],
    ['else*/*.py'],
    ['with-link'],
    ['with-folder'],
    ['.'],
    [''],
  ])('%j is refused', async (entry) => {
    await expect(paths([], [entry])).rejects.toMatchObject({ code: 'script-files', exitCode: 2 });
  });

  it('keep the right to be run', async () => {
    const files = await scriptFiles(root, { command: ['./run.sh', 'train.py'], files: [], image: null });
    expect([files.get('run.sh')?.isExecutable, files.get('train.py')?.isExecutable]).toEqual([true, false]);
  });
});

describe('what a program leaves', () => {
  it('is taken up to its limit and not beyond', async () => {
    expect(await leftFile(root, 'train.py', 8)).toHaveLength(8);
    await expect(leftFile(root, 'train.py', 7)).rejects.toMatchObject({ code: 'script-output' });
    await expect(leftFile(root, 'elsewhere/secret.py', 9)).rejects.toMatchObject({ code: 'script-output' });
    expect(await leftFile(root, 'absent', 9)).toBeNull();
  });

  it.each([
    ['{"auc":0.5}', { auc: 0.5 }, null],
    ['{}', null, null],
    ['[1]', null, 'no object'],
    ['{', null, 'not JSON'],
    ['{"a":1,"b":"x"}', { a: 1 }, '1 of 2 entries'],
    ['{"a":1e999}', null, '1 of 1 entries'],
  ])('metrics %s', (text, metrics, note) => {
    const read = parseMetrics(text);
    expect(read.metrics).toEqual(metrics);
    expect(read.note ?? '').toContain(note ?? '');
  });
});

it('a program sees what it may see', () => {
  const variables = { PATH: '/bin', HOME: '/root', TOKEN: 'x', LICENCE: 'y' };
  expect(variablesFor(['LICENCE', 'ABSENT'], variables, { A: 'b' }, false)).toEqual({
    PATH: '/bin',
    HOME: '/root',
    LICENCE: 'y',
    A: 'b',
  });
  expect(variablesFor(['LICENCE'], variables, { A: 'b' }, true)).toEqual({ LICENCE: 'y', A: 'b' });
});

describe('what a program prints', () => {
  const cut = (...pieces: readonly string[]): string[] => {
    const lines: string[] = [];
    const { add, end } = lineCutter((line) => lines.push(line));
    for (const piece of pieces) add(piece);
    end();
    return lines;
  };

  it.each([
    [['a\nb\n'], ['a', 'b']],
    [
      ['a\r', '\nb'],
      ['a', 'b'],
    ],
    [['10 %\r20 %\r'], ['10 %', '20 %']],
    [
      ['a', 'b', '\n', '\n', 'c'],
      ['ab', '', 'c'],
    ],
    [[], []],
  ])('%j is cut into lines wherever the pieces end', (pieces, lines) => {
    expect(cut(...pieces)).toEqual(lines);
  });

  it('is cut where a line has no end', () => {
    const lines = cut('x'.repeat(200_000), 'y');
    expect(lines.map((line) => line.length)).toEqual([65_536, 65_536, 65_536, 3393]);
  });
});
