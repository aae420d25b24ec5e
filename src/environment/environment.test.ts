import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { fakeEnvironment } from './fixed.ts';
import { parseGitStatus, readGit } from './git.ts';
import { parseProcessStat, readProcessStart } from './process.ts';
import { readEnvironment } from './read.ts';
import { stageCodeReader } from './stageCode.ts';

const folder = mkdtempSync(join(tmpdir(), 'aieng-environment-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('readEnvironment', () => {
  it('gives ids that sort in the order they were made, also within one millisecond', () => {
    const environment = readEnvironment({ variables: {}, cwd: folder });
    const ids = Array.from({ length: 500 }, () => environment.newId());
    expect(ids).toEqual([...ids].sort());
    expect(new Set(ids).size).toBe(500);
    expect(ids.every((id) => /^[0-9A-HJKMNP-TV-Z]{26}$/.test(id))).toBe(true);
  });

  it('says its own version and that the code was not built', () => {
    const environment = readEnvironment({ variables: { HOME: '/nowhere' }, cwd: folder });
    expect(environment.version).toMatch(/^\d+\.\d+\.\d+/);
    expect(environment.stageCode('train')).toEqual({ digest: 'source', libraries: {} });
    expect(environment.variables['HOME']).toBe('/nowhere');
    expect(environment.host.cpus).toBeGreaterThan(0);
    expect(environment.processStart(environment.pid)).not.toBeNull();
  });
});

describe('process', () => {
  it('reads the start time behind a command that holds brackets and spaces', () => {
    const rest = Array.from({ length: 30 }, (_, i) => String(i + 4));
    expect(parseProcessStat(`12 (a) b (c)) S ${rest.join(' ')}`)).toBe('22');
    expect(parseProcessStat(`12 (gone) Z ${rest.join(' ')}`)).toBeNull();
    expect(parseProcessStat('nonsense')).toBeNull();
  });

  it('knows that an ended process is gone', () => {
    const { pid } = spawnSync(process.execPath, ['-e', '0']);
    expect(readProcessStart(pid, process.platform)).toBeNull();
    expect(readProcessStart(pid, 'other')).toBeNull();
    expect(readProcessStart(process.pid, 'other')).toBe('alive');
    expect(readProcessStart(-1, process.platform)).toBeNull();
  });
});

describe('the code of stages', () => {
  const dist = join(folder, 'package', 'dist');
  const file = join(dist, 'code-digests.json');
  const install = (at: string, name: string, version: string): void => {
    mkdirSync(join(at, 'node_modules', name), { recursive: true });
    writeFileSync(join(at, 'node_modules', name, 'package.json'), JSON.stringify({ version }));
  };

  it('comes from the file the build writes, and is "source" where it does not say', () => {
    mkdirSync(dist, { recursive: true });
    writeFileSync(file, '{"train":{"digest":"abc","packages":[]},"odd":3,"old":"abc"}');
    const read = stageCodeReader(pathToFileURL(file));
    expect(['train', 'odd', 'old', 'toString'].map((stage) => read(stage).digest)).toEqual([
      'abc',
      'source',
      'source',
      'source',
    ]);
    writeFileSync(file, 'not json');
    expect(stageCodeReader(pathToFileURL(file))('train').digest).toBe('source');
  });

  it('names its libraries in the versions that Node would load: the nearest one', () => {
    install(folder, 'far', '1.0.0');
    install(folder, '@scope/both', '1.0.0');
    install(join(folder, 'package'), '@scope/both', '2.0.0');
    writeFileSync(
      file,
      '{"train":{"digest":"abc","packages":["@scope/both","far","a-package-that-nobody-has"]}}',
    );
    expect(stageCodeReader(pathToFileURL(file))('train').libraries).toEqual({
      '@scope/both': '2.0.0',
      far: '1.0.0',
      'a-package-that-nobody-has': 'absent',
    });
  });
});

describe('git', () => {
  it('reads commit, branch and changes', () => {
    const commit = 'a'.repeat(40);
    const head = `# branch.oid ${commit}\n# branch.head main\n`;
    expect(parseGitStatus(head)).toEqual({ commit, branch: 'main', dirty: false });
    expect(parseGitStatus(`${head}1 .M N... 100644 x`)).toEqual({ commit, branch: 'main', dirty: true });
    expect(parseGitStatus(`# branch.oid ${commit}\n# branch.head (detached)`)).toMatchObject({
      branch: null,
    });
    expect(parseGitStatus('# branch.oid (initial)\n# branch.head main')).toBeNull();
  });

  it('never fails: no repository, no folder', async () => {
    expect(await readGit(folder)).toBeNull();
    expect(await readGit(join(folder, 'absent'))).toBeNull();
  });

  it('reads a real repository', async () => {
    const git = (...args: string[]): void => {
      const identity = ['-c', 'user.name=a', '-c', 'user.email=a@example.com', '-c', 'commit.gpgsign=false'];
      expect(spawnSync('git', [...identity, ...args], { cwd: folder }).status).toBe(0);
    };
    git('init', '-q', '-b', 'trunk');
    git('remote', 'add', 'origin', 'https://user:secret@example.com/x.git');
    writeFileSync(join(folder, 'a.txt'), 'a');
    git('add', 'a.txt');
    git('commit', '-q', '-m', 'first');
    const state = await readGit(folder);
    expect(state).toMatchObject({ dirty: false, branch: 'trunk' });
    expect(JSON.stringify(state)).not.toContain('secret');
    writeFileSync(join(folder, 'a.txt'), 'b');
    expect(await readGit(folder)).toMatchObject({ dirty: true });
  });
});

describe('fakeEnvironment', () => {
  it('stands still until told to move', () => {
    const environment = fakeEnvironment();
    const before = environment.now();
    expect(environment.now()).toBe(before);
    environment.advance(250);
    expect(environment.now() - before).toBe(250);
    expect(environment.newId() < environment.newId()).toBe(true);
    expect(environment.processStart(1)).toBeNull();
    expect(environment.processStart(environment.pid)).not.toBeNull();
  });
});
