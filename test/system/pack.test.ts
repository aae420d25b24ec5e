import { copyFileSync, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, describe, expect, it } from 'vitest';
import { fixture, repository } from '../cli/support.ts';
import { scratchFolder } from './project.ts';

const largestPackage = 2_400_000;
/** With everything that npm installs by itself, but the native TensorFlow, which is there on some machines only. */
const largestInstallation = 220 * 2 ** 20;

let tarball = '';
let installed = '';
let project = '';

/** Absolute paths of all files below. */
function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : entry.isFile() ? [path] : [];
  });
}

/** `npx aieng …` in the empty project, as somebody who just installed it: nothing of npm's own environment. */
async function npx(...args: string[]): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  const { exitCode, stdout, stderr } = await execa('npx', ['--no-install', 'aieng', ...args], {
    cwd: project,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], TMPDIR: process.env['TMPDIR'] },
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
  });
  return { exitCode: exitCode ?? -1, stdout, stderr };
}

const install = (...packages: string[]): Promise<unknown> =>
  execa(
    'npm',
    ['install', '--omit=dev', '--omit=optional', '--prefer-offline', '--no-audit', '--no-fund', ...packages],
    {
      cwd: project,
    },
  );

beforeAll(async () => {
  const parcel = scratchFolder();
  project = scratchFolder();
  // Built by the stage, as `prepack` does it: what runs beside these tests must not find a half of a build.
  const packed = await execa('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', parcel], {
    cwd: repository,
  });
  const [{ filename }] = JSON.parse(packed.stdout.slice(packed.stdout.indexOf('['))) as [
    { filename: string },
  ];
  tarball = join(parcel, basename(filename));
  await execa('npm', ['init', '--yes'], { cwd: project });
  await install(tarball);
  installed = join(project, 'node_modules', 'aieng');
  copyFileSync(fixture('telco-churn.csv'), join(project, 'customers.csv'));
});

describe('the package', () => {
  it('is built before it is packed', () => {
    const { scripts } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    expect(scripts['prepack']).toBe('node scripts/build.mjs');
  });

  it('is small, and holds the product and nothing else', () => {
    expect(statSync(tarball).size).toBeLessThan(largestPackage);
    const files = filesBelow(installed).map((path) => path.slice(installed.length + 1));
    const owed = [
      'bin/aieng.js',
      'dist/index.js',
      'dist/index.d.ts',
      'dist/code-digests.json',
      'docs/deploy/ci.md',
      'LICENSE',
      'README.md',
    ];
    expect(owed.filter((path) => !files.includes(path))).toEqual([]);
    const foreign = files.filter(
      (path) => !/^(?:bin|dist|docs)\/|^(?:package\.json|LICENSE|README\.md|CHANGELOG\.md)$/.test(path),
    );
    expect(foreign).toEqual([]);
    expect(
      files.filter((path) => /\.test\.|\.fixture\.|fixtures\/|\.map$|\.tsbuildinfo$/.test(path)),
    ).toEqual([]);
  });

  it('names no path of the machine that built it', () => {
    const traces = [repository, homedir()].filter((path) => path.length > 5);
    const found = filesBelow(installed).flatMap((path) => {
      const text = readFileSync(path, 'latin1');
      return traces.filter((trace) => text.includes(trace)).map((trace) => `${path}: ${trace}`);
    });
    expect(found).toEqual([]);
  });

  it('brings no devDependencies and no native build', () => {
    const { devDependencies } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as {
      devDependencies: Record<string, string>;
    };
    // TensorFlow.js' packages bring one another.
    const tools = Object.keys(devDependencies).filter((name) => !/^@(tensorflow|types)\//.test(name));
    const there = tools.filter((name) => existsSync(join(project, 'node_modules', name)));
    expect(there).toEqual([]);
    expect(existsSync(join(project, 'node_modules', '@tensorflow', 'tfjs-node'))).toBe(false);
  });
});

describe('npm install of it', () => {
  it('warns of nothing on this Node, and takes at most 220 MB', async () => {
    const folder = scratchFolder();
    await execa('npm', ['init', '--yes'], { cwd: folder });
    const { all } = await execa('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', tarball], {
      cwd: folder,
      all: true,
    });
    expect(all.split('\n').filter((line) => /warn/i.test(line))).toEqual([]);
    const packages = join(folder, 'node_modules');
    const bytes = filesBelow(packages)
      .filter((path) => !path.includes(join('@tensorflow', 'tfjs-node')))
      .reduce((sum, path) => sum + statSync(path).size, 0);
    expect(bytes).toBeLessThan(largestInstallation);
    for (const peer of ['@kubernetes/client-node', 'kubernetes-models'])
      expect(existsSync(join(packages, peer))).toBe(false);
  });

  it('tells where the product lives', () => {
    const {
      repository: place,
      homepage,
      bugs,
    } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as {
      repository: { url: string };
      homepage: string;
      bugs: { url: string };
    };
    for (const url of [place.url, homepage, bugs.url]) expect(url).toContain('github.com/aieng-dev/aieng');
  });
});

describe('npx aieng in an empty folder', () => {
  it('says its version and its commands', async () => {
    const { version } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as {
      version: string;
    };
    expect(await npx('--version')).toMatchObject({ exitCode: 0, stdout: version });
    const help = await npx('--help');
    expect(help.exitCode).toBe(0);
    expect(help.stdout).toContain('retrain');
  });

  it('says what is missing where npm left out optional packages, and its hint puts that right', async () => {
    const refused = await npx('doctor', '--json');
    expect(refused, refused.stdout).toMatchObject({ exitCode: 2 });
    const { result } = JSON.parse(refused.stdout) as {
      result: { checks: { name: string; state: string; hint: string | null }[] };
    };
    const failed = result.checks.filter(({ state }) => state === 'failed');
    expect(failed.map(({ name }) => name)).toEqual(['columnar engine']);
    const [, library] = /`npm install (\S+)`/.exec(failed[0]?.hint ?? '') ?? [];
    expect(library).toMatch(/^@duckdb\/node-bindings-.+@\d/);
    await install(library!);
    const able = await npx('doctor', '--json');
    expect(able, able.stdout).toMatchObject({ exitCode: 0 });
  });

  it('takes a CSV to answers', async () => {
    const init = await npx('init', '--from', 'customers.csv', '--label', 'churn');
    expect(init, init.stderr).toMatchObject({ exitCode: 0 });
    const run = await npx('run', '--json');
    expect(run, run.stderr).toMatchObject({ exitCode: 0 });
    expect(JSON.parse(run.stdout)).toMatchObject({ pipeline: 'customers', ok: true, version: 1 });
    const predict = await npx('predict', 'customers', 'customers.csv', '-o', 'answers.csv');
    expect(predict, predict.stderr).toMatchObject({ exitCode: 0 });
    const answers = readFileSync(join(project, 'answers.csv'), 'utf8').trimEnd().split('\n');
    expect(answers).toHaveLength(7044);
    expect(answers[0]).toMatch(/^id,prediction,/);
  });

  it('is a library with types', async () => {
    const script = `import { openContext, run, AiengError } from 'aieng'; console.log(typeof openContext, typeof run, typeof AiengError);`;
    const { stdout } = await execa(process.execPath, ['--input-type=module', '-e', script], { cwd: project });
    expect(stdout).toBe('function function function');
  });
});
