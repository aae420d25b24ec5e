import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { displayWidth } from '../../src/verbs/view/width.ts';
import { bin, emptyFolder, fixture, runCli, schemaErrors } from './support.ts';

const escape = '\u001b[';

describe('colour', () => {
  it.each<[string, readonly string[], Record<string, string>, boolean]>([
    ['none in a pipe', [], {}, false],
    ['FORCE_COLOR', [], { FORCE_COLOR: '1' }, true],
    ['FORCE_COLOR=0', [], { FORCE_COLOR: '0' }, false],
    ['NO_COLOR wins', [], { FORCE_COLOR: '1', NO_COLOR: '1' }, false],
    ['an empty NO_COLOR does not count', [], { FORCE_COLOR: '1', NO_COLOR: '' }, true],
    ['--no-color wins', ['--no-color'], { FORCE_COLOR: '1' }, false],
  ])('%s', async (_name, flags, env, coloured) => {
    const [help, error] = await Promise.all([
      runCli(['--help', ...flags], { env }),
      runCli(['trian', ...flags], { env }),
    ]);
    expect(help.stdout.includes(escape)).toBe(coloured);
    expect(error.stderr.includes(escape)).toBe(coloured);
  });
});

describe('a reader that leaves', () => {
  it('is silence, not an error', async () => {
    const child = spawn(process.execPath, [bin, '--help'], { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.destroy();
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const code = await new Promise((done) => child.on('close', done));
    expect(stderr).toBe('');
    expect(code).toBe(0);
  });

  it.skipIf(!existsSync('/dev/full'))('but a full disk is told (exit 2)', async () => {
    const child = spawn('sh', ['-c', `exec "${process.execPath}" "${bin}" --help > /dev/full`], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const code = await new Promise((done) => child.on('close', done));
    expect(stderr).toContain(
      'error: What this command had to say could not be written to its output: the disk is full.',
    );
    expect(code).toBe(2);
  });

  it.skipIf(!existsSync('/dev/full'))(
    'and one that is full keeps no failure from its exit code',
    async () => {
      const child = spawn('sh', ['-c', `exec "${process.execPath}" "${bin}" run nope --json > /dev/full`], {
        cwd: fixture('.'),
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      let stderr = '';
      child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
      const code = await new Promise((done) => child.on('close', done));
      expect(code).toBe(2);
      expect(stderr).toContain('nope');
      expect(stderr).toContain('could not be written to its output: the disk is full.');
    },
  );
});

describe('a project from data to bundle', () => {
  let cwd = '';

  beforeAll(async () => {
    cwd = realpathSync(mkdtempSync(join(tmpdir(), 'aieng-output-')));
    copyFileSync(fixture('penguins.csv'), join(cwd, 'penguins.csv'));
    const { exitCode, json, stderr } = await runCli(
      ['init', '--from', 'penguins.csv', '--label', 'species', '--json'],
      { cwd },
    );
    expect(stderr).toBe('');
    expect(exitCode).toBe(0);
    expect(schemaErrors('init', json)).toEqual([]);
  });
  afterAll(() => rmSync(cwd, { recursive: true, force: true }));

  it('every stage answers --json by its schema', async () => {
    for (const verb of ['ingest', 'validate', 'featurize', 'train', 'package', 'run']) {
      const { exitCode, json, stderr } = await runCli([verb, '--json'], { cwd });
      expect([verb, exitCode, stderr.includes('error:')]).toEqual([verb, 0, false]);
      expect([verb, ...schemaErrors(verb, json)]).toEqual([verb]);
      expect(json).toMatchObject({ schema: 1, command: verb, pipeline: 'penguins', ok: true, exitCode: 0 });
      expect(json.stages.length).toBeGreaterThan(0);
    }
    const { json } = await runCli(['run', '--json'], { cwd });
    expect(json.stages.map(({ state }: { state: string }) => state)).toEqual(Array(5).fill('cached'));
    expect(json.version).toBe(1);
  });

  it('so do the others that need no deployment', async () => {
    const cases: [string, string[]][] = [
      ['status', []],
      ['doctor', []],
      ['explain', ['stage', 'train']],
      ['explain', ['gate']],
      ['deploy', ['--dry-run', '--port', '0']],
      ['monitor', ['--current', 'penguins.csv', '--bundle', 'penguins@1']],
      ['predict', ['penguins', 'penguins.csv', '-o', 'answers.ndjson']],
    ];
    for (const [verb, args] of cases) {
      const { json, stderr } = await runCli([verb, ...args, '--json'], { cwd });
      expect([verb, json?.error ?? null, stderr.includes('a bug')]).toEqual([verb, null, false]);
      expect([verb, ...schemaErrors(verb, json)]).toEqual([verb]);
    }
  });

  it('whoever stops reading is no error for any of them', async () => {
    const lines = [
      ['status'],
      ['status', '--json'],
      ['doctor'],
      ['explain', 'gate'],
      ['compare', 'penguins@1', 'penguins@1'],
      ['rejects', 'penguins'],
      ['schema', 'diff'],
      ['gc', '--dry-run'],
      ['completion', 'bash'],
      ['deploy', '--dry-run', '--port', '0'],
      ['monitor', '--current', 'penguins.csv', '--bundle', 'penguins@1'],
      ['predict', 'penguins', 'penguins.csv', '-o', '-'],
      ['run'],
    ];
    for (const line of lines) {
      const read = await runCli(line, { cwd });
      const left = await new Promise<readonly [number | null, string]>((done) => {
        const child = spawn(process.execPath, [bin, ...line], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
        child.stdout.once('data', () => child.stdout.destroy());
        let stderr = '';
        child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
        child.on('close', (code) => done([code, stderr]));
      });
      expect([line, left[0]]).toEqual([line, read.exitCode]);
      expect([line, /EPIPE|bug of aieng|\n\s+at /.exec(left[1])]).toEqual([line, null]);
      if (read.exitCode === 0) expect([line, left[1].includes('error:')]).toEqual([line, false]);
    }
  }, 300_000);

  it('flags work before and after the verb, and -C and --store say where', async () => {
    const elsewhere = emptyFolder();
    const [before, after] = await Promise.all([
      runCli(['-C', cwd, '--json', 'status'], { cwd: elsewhere }),
      runCli(['status', '--json', '-C', cwd], { cwd: elsewhere }),
    ]);
    expect(before.json.result).toEqual(after.json.result);
    expect(before.json.result.pipelines[0].name).toBe('penguins');
    const empty = await runCli(['status', '--json', '--store', join(elsewhere, 'store')], { cwd });
    expect(empty.json.result.pipelines).toEqual([]);
    const variable = await runCli(['status', '--json'], {
      cwd,
      env: { AIENG_STORE: join(elsewhere, 'store') },
    });
    expect(variable.json.result.pipelines).toEqual([]);
  });

  it('--quiet leaves the essential answer and nothing on stderr', async () => {
    expect(await runCli(['package', '--quiet'], { cwd })).toMatchObject({
      stdout: 'penguins@1\n',
      stderr: '',
    });
  });

  it('the text says what to do next and fits the width', async () => {
    for (const columns of [40, 80]) {
      const { stdout } = await runCli(['train'], { cwd, env: { COLUMNS: String(columns) } });
      expect(stdout).toContain('next  aieng package penguins');
      const widest = Math.max(...stdout.split('\n').map((line) => displayWidth(line)));
      expect(widest).toBeLessThanOrEqual(columns);
    }
  });

  it('`predict -o -` writes nothing but answers to stdout, and is silent when the reader leaves', async () => {
    const { stdout, stderr } = await runCli(['predict', 'penguins', 'penguins.csv', '-o', '-'], { cwd });
    const rows = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(rows).toHaveLength(344);
    expect(rows[0]).toMatchObject({ prediction: 'Adelie' });
    expect(stderr).toContain('344 rows predicted');
    const head = spawn(
      'sh',
      ['-c', `"${process.execPath}" "${bin}" predict penguins big.csv -o - | head -1`],
      {
        cwd: bigInput(cwd),
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    let told = '';
    head.stderr.on('data', (chunk: Buffer) => (told += chunk.toString()));
    head.stdout.resume();
    await new Promise((done) => head.on('close', done));
    expect(told).not.toMatch(/error|EPIPE/);
  });
});

/** More rows than a pipe holds. */
function bigInput(cwd: string): string {
  const [header = '', ...rows] = readFileSync(join(cwd, 'penguins.csv'), 'utf8').trimEnd().split('\n');
  const many = Array.from({ length: 40 }, () => rows).flat();
  writeFileSync(join(cwd, 'big.csv'), `${[header, ...many].join('\n')}\n`);
  return cwd;
}
